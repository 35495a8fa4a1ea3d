import { reply } from './reply.js';
import type { VerbRules } from './session.js';
import { FOLDER_VERBS } from './verbs-folder.js';
import { LOGIN_VERBS } from './verbs-login.js';
import { TRANSFER_VERBS } from './verbs-transfer.js';

const ALL: Readonly<Record<string, VerbRules>> = { ...LOGIN_VERBS, ...FOLDER_VERBS, ...TRANSFER_VERBS };

/** Every command that is known here. */
export const VERBS: ReadonlyMap<string, VerbRules> = new Map(
  Object.entries({
    ...ALL,
    HELP: {
      from: 'arrival',
      answer: async () => reply(214, 'Commands:', [...Object.keys(ALL), 'HELP'].sort().join(' '), 'That is all'),
    } satisfies VerbRules,
  }),
);
