import { join } from 'node:path';
import { type Keyring, givenKeyring, openKeyFolder } from '#raw-store';
import type { Settings } from './settings/settings.js';

type Of = Pick<Settings, 'dataFolder' | 'raw' | 'arrivals'>;

export const rawFolderOf = ({ dataFolder }: Pick<Settings, 'dataFolder'>): string => join(dataFolder, 'raw');
export const rawKeyFolderOf = ({ dataFolder }: Pick<Settings, 'dataFolder'>): string => join(dataFolder, 'keys', 'raw');

/** The keys of the raw store: as set, else kept in `<data>/keys/raw`, the first one made on first use. */
function rawKeysOf({ dataFolder, raw }: Pick<Settings, 'dataFolder' | 'raw'>): Keyring {
  if (raw.keys) return givenKeyring(raw.keys.reveal());
  return openKeyFolder({ folder: rawKeyFolderOf({ dataFolder }), raw: rawFolderOf({ dataFolder }) });
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
  const { reserveBytes, cool, archive } = settings.raw;
  const { maxBytes } = settings.arrivals;
  return { folder: rawFolderOf(settings), keys: rawKeysOf(settings), maxBytes, reserveBytes, cool, archive };
}
