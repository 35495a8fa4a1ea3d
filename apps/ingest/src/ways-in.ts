import { hostname } from 'node:os';
import { join } from 'node:path';
import { createLogins, createPolicy, openKeyUse, type Principal, watchKeyFile } from '#access';
import { openAudit } from '#audit';
import { auditFolderOf, auditKeyOf, keyUseFolderOf, type Log, type Settings } from '#platform';
import type { RawStore } from '#raw-store';
import { type Configuration, parentIn } from '#registry';
import {
  openFtpsServer,
  openHomes,
  openSftpServer,
  openStaging,
  openTurnstile,
  recordedLogins,
  sshHostKey,
  stagingKey,
  type SubmissionFate,
  type TransportLog,
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

/** SFTP and FTPS, where they are switched on, by the first ingest process. */
export async function openWaysIn(options: WaysInOptions): Promise<{ close(): Promise<void> }> {
  const { settings, engine, store, configuration, log } = options;
  const { dataFolder, configFolder, arrivals, sftp, ftps, ingest } = settings;
  if (ingest.instance !== 1 || (!sftp && !ftps)) return { close: async () => undefined };
  const keyFile = join(configFolder, 'access', 'keys.yaml');
  const ring = await watchKeyFile(keyFile, {
    onChange: (changes) => log.info({ changes }, 'a changed key file is in force'),
    onError: (error) => log.error({ detail: String(error) }, 'the changed key file is not valid; the keys before stay'),
  });
  if (!ring.isGiven) log.warn({ keyFile }, 'SFTP or FTPS is asked for and nobody can log in: there is no key file');
  const use = await openKeyUse({ folder: keyUseFolderOf(settings), name: 'ingest' });
  const policy = createPolicy((region) => parentIn(configuration().crosswalk, region));
  const report: TransportLog = (level, message, facts = {}) => log[level](facts, message);
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
  const audit = await openAudit({
    folder: auditFolderOf(settings, `ways-in-${hostname()}`),
    key: auditKeyOf(settings),
    onError: (err) => log.error({ err }, 'the audit trail of SFTP and FTPS cannot be written'),
  });
  const logged = recordedLogins({ audit, isKnown: (user) => ring.byId.has(user), now: Date.now });
  const doors = { homes, logins: createLogins(ring, use.note), log: report, logged };
  const servers: { close(): Promise<void> }[] = [];
  if (sftp) {
    const server = await openSftpServer({ ...sftp, ...doors, hostKey: await sshHostKey(keys) });
    log.info({ host: sftp.host, port: server.port }, 'SFTP is served');
    servers.push(server);
  }
  if (ftps?.files) {
    const server = await openFtpsServer({ ...ftps, ...doors, files: ftps.files });
    log.info({ host: ftps.host, port: server.port, implicit: ftps.isImplicit }, 'FTPS is served');
    servers.push(server);
  } else if (ftps) {
    log.warn('FTPS is not served: BELLWETHER_FTPS_CERT and BELLWETHER_FTPS_KEY name no certificate');
  }
  const sweeping = setInterval(() => void staging.sweep().catch(() => undefined), SWEEP_MS);
  return {
    async close() {
      clearInterval(sweeping);
      await Promise.all(servers.map((server) => server.close()));
      ring.close();
      await audit.close();
      await use.close();
    },
  };
}
