import { join } from 'node:path';
import type { Settings } from './settings/settings.js';

/** What access keeps in the data folder: when keys were used, whose reach is widened, the key of sessions. */
export const accessFolderOf = ({ dataFolder }: Pick<Settings, 'dataFolder'>): string => join(dataFolder, 'access');

/** A file a process, with when it last saw each key. */
export const keyUseFolderOf = (settings: Pick<Settings, 'dataFolder'>): string =>
  join(accessFolderOf(settings), 'used');
