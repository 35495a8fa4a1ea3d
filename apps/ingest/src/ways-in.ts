import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createLogins, createPolicy, type Principal, readKeyFile } from '#access';
import type { Log, Settings } from '#platform';
import type { RawStore } from '#raw-store';
import { type Configuration, parentIn } from '#registry';
import {
  openHomes,
  openSftpServer,
  openStaging,
  openTurnstile,
  sshHostKey,
  stagingKey,
  type SubmissionFate,
} from '#transport';
import type { Receipt } from '#vocabulary';
import { type Engine, ledgerPage } from '#warehouse';

interface WaysInOptions {
  readonly settings: Settings;
  readonly engine: Engine;
  readonly store: RawStore;
  configuration(): Configuration;
  receive(file: {
    readonly feed: string;
    readonly name: string;
    readonly body: AsyncIterable<Uint8Array>;
  }): Promise<Receipt>;
  readonly log: Log;
}

/** Receipts that a sender finds in its folder of receipts, of each feed. */
const LISTED = 200;
const SWEEP_MS = 10 * 60_000;

/** SFTP, where it is switched on, by the first ingest process. */
export async function openWaysIn(options: WaysInOptions): Promise<{ close(): Promise<void> }> {
  const { settings, engine, store, configuration, log } = options;
  const { dataFolder, configFolder, arrivals, sftp, ingest } = settings;
  if (ingest.instance !== 1 || !sftp) return { close: async () => undefined };
  const keyFile = join(configFolder, 'access', 'keys.yaml');
  const ring = existsSync(keyFile) ? await readKeyFile(keyFile) : [];
  if (ring.length === 0) log.warn({ keyFile }, 'SFTP is served and nobody can log in: there is no key file');
  const policy = createPolicy((region) => parentIn(configuration().crosswalk, region));
  const keys = join(dataFolder, 'keys');
  const staging = await openStaging({
    folder: join(dataFolder, 'staging/homes'),
    key: await stagingKey(keys),
    maxBytes: arrivals.maxBytes,
    now: Date.now,
  });
  const feeds = (): string[] =>
    [...configuration().feeds.values()].filter(({ enabled }) => enabled).map(({ id }) => id);

  async function history(principal: Principal): Promise<SubmissionFate[]> {
    const reach = policy.reach(principal, 'submissions');
    if (!reach) return [];
    const own = feeds().filter((feed) => reach.feeds === 'all' || reach.feeds.includes(feed));
    const facility = reach.facilities !== 'all' && reach.facilities.length === 1 ? reach.facilities[0] : undefined;
    const pages = await Promise.all(own.map((feed) => ledgerPage(engine, { feed, facility, limit: LISTED })));
    return pages
      .flat()
      .filter(
        ({ feed, facility: of }) =>
          policy.decide(principal, 'submissions', { kind: 'submission', feed, facility: of || null }).allowed,
      )
      .map(({ at, code, detail, ...entry }) => ({ ...entry, stateAt: at, code: code || null, detail: detail || null }));
  }

  const homes = openHomes({
    policy,
    staging,
    turnstile: openTurnstile({ ...arrivals, pending: () => store.pendingCount(), now: Date.now }),
    feeds,
    receive: options.receive,
    history,
    now: Date.now,
  });
  const server = await openSftpServer({
    ...sftp,
    hostKey: await sshHostKey(keys),
    logins: createLogins(ring),
    homes,
    log: (level, message, facts = {}) => log[level](facts, message),
  });
  log.info({ host: sftp.host, port: server.port }, 'SFTP is served');
  const sweeping = setInterval(() => void staging.sweep().catch(() => undefined), SWEEP_MS);
  return {
    async close() {
      clearInterval(sweeping);
      await server.close();
    },
  };
}
