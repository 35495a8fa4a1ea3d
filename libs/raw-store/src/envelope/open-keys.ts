import { openKeyFolder } from './key-folder.js';
import { type Keyring, givenKeyring } from './keyring.js';

/** Where the keys of a raw store are, as plain data: each thread opens them for itself. `given`: the setting, a secret. */
export type KeySetting =
  { readonly given: string } | { readonly given?: undefined; readonly folder: string; readonly raw: string };

export const openKeys = (setting: KeySetting): Keyring =>
  setting.given === undefined ? openKeyFolder(setting) : givenKeyring(setting.given);
