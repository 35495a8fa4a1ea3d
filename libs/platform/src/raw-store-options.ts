import { join } from 'node:path';
import { type Keyring, type KeySetting, openKeys } from '#raw-store';
import type { Settings } from './settings/settings.js';

type Of = Pick<Settings, 'dataFolder' | 'raw' | 'arrivals'>;

export const rawFolderOf = ({ dataFolder }: Pick<Settings, 'dataFolder'>): string => join(dataFolder, 'raw');
export const rawKeyFolderOf = ({ dataFolder }: Pick<Settings, 'dataFolder'>): string => join(dataFolder, 'keys', 'raw');

/** The keys of the raw store: as set, else kept in `<data>/keys/raw`, the first one made on first use. */
function keySettingOf({ dataFolder, raw }: Pick<Settings, 'dataFolder' | 'raw'>): KeySetting {
  if (raw.keys) return { given: raw.keys.reveal() };
  return { folder: rawKeyFolderOf({ dataFolder }), raw: rawFolderOf({ dataFolder }) };
}

/** What a thread opens the raw store with, to read in it: plain data. */
export function rawVaultOf(settings: Of): {
  readonly folder: string;
  readonly cool: string | undefined;
  readonly archive: string | undefined;
  readonly keys: KeySetting;
} {
  const { cool, archive } = settings.raw;
  return { folder: rawFolderOf(settings), cool, archive, keys: keySettingOf(settings) };
}

/** What every process opens the raw store with. */
export function rawStoreOptionsOf(settings: Of): {
  readonly folder: string;
  readonly keys: Keyring;
  readonly maxBytes: number;
  readonly reserveBytes: number;
  readonly cool: string | undefined;
  readonly archive: string | undefined;
} {
  const { reserveBytes } = settings.raw;
  const { maxBytes } = settings.arrivals;
  const vault = rawVaultOf(settings);
  return { ...vault, keys: openKeys(vault.keys), maxBytes, reserveBytes };
}
