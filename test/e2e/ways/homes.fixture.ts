import { join } from 'node:path';
import { createLogins, hashPassword, type Logins, parseKeyFile } from '#access';
import { type Homes, openHomes, openStaging, openTurnstile, stagingKey, type SubmissionFate } from '#transport';
import type { Receiving } from './receiving.fixture.js';

export const PASSWORD = 'staple battery';
/** Hashing is slow, on purpose; once is enough. */
let hashed: Promise<string> | undefined;

/** Homes over a real raw store, and the logins `clinic` (feed clinics), `lab` (feed labs) and `reader` (sends nothing). */
export interface RunningHomes {
  readonly homes: Homes;
  readonly logins: Logins;
  /** What the ledger says; empty at first. */
  readonly ledger: SubmissionFate[];
}

export async function openRunningHomes(
  receiving: Receiving,
  {
    maxBytes = 64 * 2 ** 20,
    perMinute = 10_000,
    sshKeys = [],
  }: {
    maxBytes?: number;
    perMinute?: number;
    sshKeys?: readonly string[];
  } = {},
): Promise<RunningHomes> {
  const ledger: SubmissionFate[] = [];
  const hash = await (hashed ??= hashPassword(PASSWORD));
  const login = (keys: readonly string[]): string => `login: { password: "${hash}", sshKeys: ${JSON.stringify(keys)} }`;
  const logins = createLogins(
    parseKeyFile(
      `principals:
  - { id: clinic, roles: [sender], feeds: [clinics], facilities: [F1], ${login(sshKeys)} }
  - { id: lab, roles: [sender], feeds: [labs], facilities: '*', ${login([])} }
  - { id: reader, roles: [viewer], feeds: '*', ${login([])} }
`,
      'keys.yaml',
    ),
  );
  const homes = openHomes({
    policy: receiving.policy,
    staging: await openStaging({
      folder: join(receiving.folder, 'staging'),
      key: await stagingKey(join(receiving.folder, 'keys')),
      maxBytes,
      now: Date.now,
    }),
    turnstile: openTurnstile({ perMinute, pendingLimit: 1e6, pending: async () => 0, now: Date.now }),
    feeds: () => [...receiving.configuration.feeds.keys()],
    receive: receiving.receive,
    history: async () => ledger,
    now: Date.now,
  });
  return { homes, logins, ledger };
}
