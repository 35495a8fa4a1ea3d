import { join } from 'node:path';
import type { Settings } from './settings/settings.js';

/** What access keeps in the data folder: when keys were used, whose reach is widened, the key of sessions. */
export const accessFolderOf = ({ dataFolder }: Pick<Settings, 'dataFolder'>): string => join(dataFolder, 'access');

/** A file a process, with when it last saw each key. */
export const keyUseFolderOf = (settings: Pick<Settings, 'dataFolder'>): string =>
  join(accessFolderOf(settings), 'used');

/** The audit trail of one process. */
export const auditFolderOf = ({ dataFolder }: Pick<Settings, 'dataFolder'>, name = ''): string =>
  join(dataFolder, 'audit', name);

export const auditKeyPathOf = ({ dataFolder }: Pick<Settings, 'dataFolder'>): string =>
  join(dataFolder, 'keys', 'audit.key');
