import { MAX_SUBMISSION } from '#vocabulary';
import { z } from 'zod';
import { Secret } from './secret.js';

/** One setting: where it is read from, what it may be, and what it is when nobody says. */
export interface Definition<T> {
  readonly variable: string;
  /** `--name VALUE` (or `--name=VALUE`); a switch stands alone. Secrets have none: a command line can be read by others. */
  readonly option?: string;
  readonly isSwitch?: boolean;
  readonly schema: z.ZodType<T, string>;
  /** As the variable would say it; undefined: not set. */
  readonly otherwise?: string;
  /** What is accepted, for messages and docs/operations.md. */
  readonly expected: string;
  readonly meaning: string;
  /** Never printed; may also be given as a file named by `<variable>_FILE`. */
  readonly secret?: true;
}

const define = <T>(definition: Definition<T>): Definition<T> => definition;

const whole = (least: number, most: number): z.ZodType<number, string> =>
  z
    .string()
    .regex(/^\d{1,9}$/)
    .transform(Number)
    .pipe(z.number().min(least).max(most));
const MIB = 2 ** 20;
const port = whole(0, 65_535);
const host = z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/);
const folder = z.string().min(1).max(4_096);
const file = folder;
const secret = z
  .string()
  .min(1)
  .max(4_096)
  .transform((value) => new Secret(value));
const PORT = 'a port, 0 to 65535 (0: any free one)';
const HOST = 'a host name or address';

const httpUrl = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  return url !== undefined && /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
});

/** Every setting, once. docs/operations.md lists them; a test ties the two together. */
export const DEFINITIONS = {
  mode: define({
    variable: 'BELLWETHER_MODE',
    option: 'mode',
    schema: z.enum(['embedded', 'distributed']),
    otherwise: 'embedded',
    expected: 'embedded or distributed',
    meaning: 'embedded: everything on this machine in one data folder. distributed: a ClickHouse server and Redis',
  }),
  dataFolder: define({
    variable: 'BELLWETHER_DATA',
    option: 'data',
    schema: folder,
    otherwise: '.bellwether',
    expected: 'a folder',
    meaning: 'the raw store, the engine’s files, and what runs; one Bellwether at a time',
  }),
  configFolder: define({
    variable: 'BELLWETHER_CONFIG',
    option: 'config',
    schema: folder,
    otherwise: 'config',
    expected: 'a folder',
    meaning: 'datasets, feeds, codes, geography, access',
  }),
  sample: define({
    variable: 'BELLWETHER_SAMPLE',
    option: 'sample',
    isSwitch: true,
    schema: z.enum(['on', 'off']).transform((word) => word === 'on'),
    otherwise: 'off',
    expected: 'on or off',
    meaning: 'load a small synthetic sample when the data folder is empty',
  }),
  apiHost: define({
    variable: 'BELLWETHER_API_HOST',
    option: 'api-host',
    schema: host,
    otherwise: '127.0.0.1',
    expected: HOST,
    meaning: 'where REST, GraphQL, SOAP and charts are served',
  }),
  apiPort: define({
    variable: 'BELLWETHER_API_PORT',
    option: 'api-port',
    schema: port,
    otherwise: '8080',
    expected: PORT,
    meaning: 'port of the same',
  }),
  engineHost: define({
    variable: 'BELLWETHER_ENGINE_HOST',
    schema: z.enum(['127.0.0.1', '::1', 'localhost']),
    otherwise: '127.0.0.1',
    expected: '127.0.0.1, ::1 or localhost',
    meaning: 'where the embedded engine listens; never beyond this machine',
  }),
  enginePort: define({
    variable: 'BELLWETHER_ENGINE_PORT',
    option: 'engine-port',
    schema: port,
    otherwise: '0',
    expected: PORT,
    meaning: 'port of the embedded engine',
  }),
  sqlHost: define({
    variable: 'BELLWETHER_SQL_HOST',
    option: 'sql-host',
    schema: host,
    otherwise: '127.0.0.1',
    expected: HOST,
    meaning: 'where BI tools ask in SQL, over the ClickHouse HTTP protocol',
  }),
  sqlPort: define({
    variable: 'BELLWETHER_SQL_PORT',
    option: 'sql-port',
    schema: port,
    otherwise: '8123',
    expected: PORT,
    meaning: 'port of the same',
  }),
  graphqlIntrospection: define({
    variable: 'BELLWETHER_GRAPHQL_INTROSPECTION',
    schema: z.enum(['on', 'off']).transform((word) => word === 'on'),
    otherwise: 'on',
    expected: 'on or off',
    meaning: 'on: GraphQL shows its schema to everybody with a key. off: to nobody',
  }),
  clickhouseUrl: define({
    variable: 'CLICKHOUSE_URL',
    schema: httpUrl,
    expected: 'an http(s) URL without user or password',
    meaning: 'the ClickHouse server; required when distributed, found by itself when embedded',
  }),
  clickhouseUser: define({
    variable: 'CLICKHOUSE_USER',
    schema: z.string().min(1).max(255),
    otherwise: 'default',
    expected: 'a name',
    meaning: 'user of the ClickHouse server',
  }),
  clickhousePassword: define({
    variable: 'CLICKHOUSE_PASSWORD',
    schema: secret,
    expected: 'a password',
    meaning: 'password of that user',
    secret: true,
  }),
  redisUrl: define({
    variable: 'REDIS_URL',
    schema: z
      .string()
      .refine((text) => /^rediss?:\/\//.test(text) && URL.canParse(text))
      .transform((value) => new Secret(value)),
    expected: 'a redis:// or rediss:// URL',
    meaning: 'Redis for cache, queue and notices; required when distributed',
    secret: true,
  }),
  recordKey: define({
    variable: 'BELLWETHER_RECORD_KEY',
    schema: secret.refine((value) => value.reveal().length >= 16),
    expected: 'at least 16 characters',
    meaning: 'key under which record identifiers are hashed; made once in the data folder when not given',
    secret: true,
  }),
  soapKey: define({
    variable: 'BELLWETHER_SOAP_KEY',
    schema: secret.refine((value) => value.reveal().length >= 32),
    expected: 'at least 32 characters',
    meaning: 'key from which the secrets of SOAP digests are derived; made once in the data folder when not given',
    secret: true,
  }),
  rawKeys: define({
    variable: 'BELLWETHER_RAW_KEYS',
    schema: secret,
    expected: 'name:key, …, the current one first; a key is 32 bytes in base64',
    meaning: 'keys that wrap the keys of submissions; kept in the data folder, and made there once, when not given',
    secret: true,
  }),
  rawReserve: define({
    variable: 'BELLWETHER_RAW_RESERVE_MIB',
    option: 'raw-reserve-mib',
    schema: whole(0, 1_048_576),
    otherwise: '512',
    expected: 'a whole number, 0 to 1048576',
    meaning: 'MiB to be left free on the disk of the raw store; with less, nothing is received (STORAGE_FULL)',
  }),
  coolFolder: define({
    variable: 'BELLWETHER_COOL_FOLDER',
    option: 'cool-folder',
    schema: folder,
    expected: 'a folder',
    meaning: 'where cool submissions lie, a mount of its own if you like; `raw/cool` of the data folder when not given',
  }),
  coolMonths: define({
    variable: 'BELLWETHER_COOL_MONTHS',
    option: 'cool-months',
    schema: whole(0, 1_200),
    otherwise: '6',
    expected: 'a whole number, 0 to 1200',
    meaning: 'months after which a submission becomes cool; 0: never',
  }),
  archiveFolder: define({
    variable: 'BELLWETHER_ARCHIVE_FOLDER',
    option: 'archive-folder',
    schema: folder,
    expected: 'a folder',
    meaning: 'where archived submissions lie; `raw/archive` of the data folder when not given',
  }),
  archiveMonths: define({
    variable: 'BELLWETHER_ARCHIVE_MONTHS',
    option: 'archive-months',
    schema: whole(0, 1_200),
    otherwise: '24',
    expected: 'a whole number, 0 to 1200',
    meaning: 'whole months after which cool submissions are packed and archived; 0: never',
  }),
  ingestProcesses: define({
    variable: 'BELLWETHER_INGEST_PROCESSES',
    option: 'ingest-processes',
    schema: whole(1, 64),
    otherwise: '1',
    expected: 'a whole number, 1 to 64',
    meaning: 'ingest processes the launcher starts',
  }),
  ingestConcurrency: define({
    variable: 'BELLWETHER_INGEST_CONCURRENCY',
    option: 'ingest-concurrency',
    schema: whole(1, 256),
    otherwise: '2',
    expected: 'a whole number, 1 to 256',
    meaning: 'submissions one ingest process reads at a time, each in a thread of its own',
  }),
  ingestMetricsHost: define({
    variable: 'BELLWETHER_INGEST_METRICS_HOST',
    schema: host,
    otherwise: '127.0.0.1',
    expected: HOST,
    meaning: 'where each ingest process shows its metrics',
  }),
  ingestMetricsPort: define({
    variable: 'BELLWETHER_INGEST_METRICS_PORT',
    option: 'ingest-metrics-port',
    schema: whole(1, 65_472),
    expected: 'a port, 1 to 65472',
    meaning:
      'port of the same for the first process, the next port for the second, and so on, the one after for detection; not shown when not given',
  }),
  instance: define({
    variable: 'BELLWETHER_INSTANCE',
    schema: whole(1, 64),
    otherwise: '1',
    expected: 'a whole number, 1 to 64',
    meaning: 'which of the ingest processes this is; the launcher says so',
  }),
  maxSubmission: define({
    variable: 'BELLWETHER_MAX_SUBMISSION_MIB',
    option: 'max-submission-mib',
    schema: whole(1, MAX_SUBMISSION / MIB).transform((size) => size * MIB),
    otherwise: '256',
    expected: 'a whole number, 1 to 256',
    meaning: 'largest file that is taken, in MiB, through whatever door it comes',
  }),
  senderPerMinute: define({
    variable: 'BELLWETHER_SENDER_PER_MINUTE',
    option: 'sender-per-minute',
    schema: whole(1, 10_000_000),
    otherwise: '60000',
    expected: 'a whole number, 1 to 10000000',
    meaning: 'files one sender may send in a minute; more are answered 429 (HTTP), or held back (SFTP, FTPS)',
  }),
  requestsPerMinute: define({
    variable: 'BELLWETHER_REQUESTS_PER_MINUTE',
    option: 'requests-per-minute',
    schema: whole(1, 100_000_000),
    otherwise: '60000',
    expected: 'a whole number, 1 to 100000000',
    meaning: 'requests one principal may send in a minute to one api process, SQL included; more are answered 429',
  }),
  tlsCertificate: define({
    variable: 'BELLWETHER_TLS_CERT',
    schema: file,
    expected: 'a file',
    meaning: 'certificate chain of the api and of SQL in PEM, which are then HTTPS; read again when it is renewed',
  }),
  tlsKey: define({
    variable: 'BELLWETHER_TLS_KEY',
    schema: file,
    expected: 'a file',
    meaning: 'private key of the certificate in PEM, without a passphrase',
  }),
  tlsClientCa: define({
    variable: 'BELLWETHER_TLS_CLIENT_CA',
    schema: file,
    expected: 'a file',
    meaning: 'authorities in PEM whose client certificates name principals; none are asked for when not given',
  }),
  oidcClientSecret: define({
    variable: 'BELLWETHER_OIDC_CLIENT_SECRET',
    schema: secret,
    expected: 'a secret',
    meaning: 'secret of the client that access/oidc.yaml names, for logging in to the dashboard',
    secret: true,
  }),
  sessionKey: define({
    variable: 'BELLWETHER_SESSION_KEY',
    schema: secret.refine((value) => value.reveal().length >= 32),
    expected: 'at least 32 characters',
    meaning:
      'key that seals the sessions of browsers, the same for every api; made once in the data folder when not given',
    secret: true,
  }),
  pendingLimit: define({
    variable: 'BELLWETHER_PENDING_LIMIT',
    option: 'pending-limit',
    schema: whole(1, 10_000_000),
    otherwise: '100000',
    expected: 'a whole number, 1 to 10000000',
    meaning: 'files received and not yet read, above which the doors ask senders to come later',
  }),
  sftpHost: define({
    variable: 'BELLWETHER_SFTP_HOST',
    schema: host,
    otherwise: '127.0.0.1',
    expected: HOST,
    meaning: 'where SFTP is served, by the first ingest process',
  }),
  sftpPort: define({
    variable: 'BELLWETHER_SFTP_PORT',
    option: 'sftp-port',
    schema: port,
    expected: PORT,
    meaning: 'port of the same; not served when not given',
  }),
  ftpsHost: define({
    variable: 'BELLWETHER_FTPS_HOST',
    schema: host,
    otherwise: '127.0.0.1',
    expected: HOST,
    meaning: 'where FTPS is served, by the first ingest process',
  }),
  ftpsPort: define({
    variable: 'BELLWETHER_FTPS_PORT',
    option: 'ftps-port',
    schema: port,
    expected: PORT,
    meaning: 'port of the same; not served when not given, nor without a certificate',
  }),
  ftpsCertificate: define({
    variable: 'BELLWETHER_FTPS_CERT',
    schema: file,
    expected: 'a file',
    meaning: 'certificate chain of FTPS in PEM; read again when it is renewed',
  }),
  ftpsKey: define({
    variable: 'BELLWETHER_FTPS_KEY',
    schema: file,
    expected: 'a file',
    meaning: 'private key of the certificate in PEM, without a passphrase',
  }),
  ftpsImplicit: define({
    variable: 'BELLWETHER_FTPS_IMPLICIT',
    schema: z.enum(['on', 'off']).transform((word) => word === 'on'),
    otherwise: 'off',
    expected: 'on or off',
    meaning: 'on: TLS from the first byte on, as usual on port 990. off: AUTH TLS, as usual on port 21',
  }),
  ftpsPassivePorts: define({
    variable: 'BELLWETHER_FTPS_PASSIVE_PORTS',
    schema: z
      .string()
      .regex(/^\d{1,5}-\d{1,5}$/)
      .transform((text) => text.split('-').map(Number))
      .transform(([first = 0, last = 0]) => ({ first, last }))
      .refine(({ first, last }) => first >= 1 && first <= last && last <= 65_535),
    expected: 'two ports, as 50000-50199',
    meaning: 'ports of the data connections of FTPS, one for each transfer at a time; any when not given',
  }),
  ftpsPublicAddress: define({
    variable: 'BELLWETHER_FTPS_PUBLIC_ADDRESS',
    schema: z.ipv4(),
    expected: 'an IPv4 address',
    meaning: 'address that PASV names, behind a router that translates addresses; that of this machine when not given',
  }),
  egressAllow: define({
    variable: 'BELLWETHER_EGRESS_ALLOW',
    schema: z
      .string()
      .max(65_536)
      .transform((text) =>
        text
          .split(',')
          .map((entry) => entry.trim())
          .filter((entry) => entry !== ''),
      ),
    expected: 'host:port, *.domain:port, address:port or range/bits:port, with commas between',
    meaning: 'where files may be fetched from; addresses that are not public only where they are written here',
  }),
  logLevel: define({
    variable: 'BELLWETHER_LOG_LEVEL',
    option: 'log-level',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']),
    otherwise: 'info',
    expected: 'trace, debug, info, warn, error, fatal or silent',
    meaning: 'the least that is logged',
  }),
  logStyle: define({
    variable: 'BELLWETHER_LOG_STYLE',
    option: 'log-style',
    schema: z.enum(['json', 'lines', 'auto']),
    otherwise: 'auto',
    expected: 'json, lines or auto',
    meaning: 'JSON for machines, short lines for people; auto: lines on a terminal',
  }),
  drainSeconds: define({
    variable: 'BELLWETHER_DRAIN_SECONDS',
    option: 'drain-seconds',
    schema: whole(1, 600),
    otherwise: '20',
    expected: 'a whole number, 1 to 600',
    meaning: 'how long a stop waits for work at hand before it is cut off',
  }),
} as const;

export type SettingName = keyof typeof DEFINITIONS;
