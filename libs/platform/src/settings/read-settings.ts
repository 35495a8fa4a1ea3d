import { resolve } from 'node:path';
import { BellwetherError } from '#vocabulary';
import { DEFINITIONS, type SettingName } from './definitions.js';
import type { Settings } from './settings.js';
import { fromCommandLine, gatherWords, refuseIf, valueOf, type Sources } from './words.js';

type Values = { readonly [Name in SettingName]: ReturnType<(typeof DEFINITIONS)[Name]['schema']['parse']> | undefined };

/**
 * Reads environment and command line into one object; the command line goes before the environment, an empty variable
 * is not set. Throws one CONFIG_INVALID that lists everything wrong: name, found, expected.
 */
export function readSettings(sources: Sources): Settings {
  const problems: string[] = [];
  const words = gatherWords(sources, problems);
  const entries = (Object.keys(DEFINITIONS) as SettingName[]).map((name) => [
    name,
    valueOf<unknown>(DEFINITIONS[name], words.get(name), problems),
  ]);
  refuseIf(problems);
  const values = Object.fromEntries(entries) as Values;
  problems.push(...missingTogether(values));
  refuseIf(problems);
  return arrange(values);
}

/** The environment in which a child process, without a command line, reads the same settings. */
export function environmentOf({ env, argv }: Omit<Sources, 'readFile'>): Readonly<Record<string, string | undefined>> {
  const problems: string[] = [];
  const said = [...fromCommandLine(argv, problems)].map(([name, { text }]) => [DEFINITIONS[name].variable, text]);
  refuseIf(problems);
  return { ...env, ...Object.fromEntries(said) };
}

/** What one setting demands of another. */
function missingTogether(values: Values): string[] {
  const missing: string[] = [];
  const demand = (name: SettingName, when: string): void => {
    const { variable, expected } = DEFINITIONS[name];
    if (values[name] === undefined) missing.push(`${variable}: found nothing, expected ${expected} when ${when}`);
  };
  if (values.mode === 'distributed')
    for (const name of ['clickhouseUrl', 'redisUrl'] as const) demand(name, 'BELLWETHER_MODE is distributed');
  if (values.tlsCertificate !== undefined) demand('tlsKey', 'BELLWETHER_TLS_CERT is given');
  if (values.tlsKey !== undefined) demand('tlsCertificate', 'BELLWETHER_TLS_KEY is given');
  if (values.tlsClientCa !== undefined) demand('tlsCertificate', 'BELLWETHER_TLS_CLIENT_CA is given');
  if (values.ftpsCertificate !== undefined) demand('ftpsKey', 'BELLWETHER_FTPS_CERT is given');
  if (values.ftpsKey !== undefined) demand('ftpsCertificate', 'BELLWETHER_FTPS_KEY is given');
  return missing;
}

function arrange(values: Values): Settings {
  return {
    mode: given(values, 'mode'),
    dataFolder: resolve(given(values, 'dataFolder')),
    configFolder: resolve(given(values, 'configFolder')),
    sample: given(values, 'sample'),
    api: { host: given(values, 'apiHost'), port: given(values, 'apiPort') },
    engine: { host: given(values, 'engineHost'), port: given(values, 'enginePort') },
    graphqlIntrospection: given(values, 'graphqlIntrospection'),
    sql: { host: given(values, 'sqlHost'), port: given(values, 'sqlPort') },
    clickhouse: {
      url: values.clickhouseUrl,
      user: given(values, 'clickhouseUser'),
      password: values.clickhousePassword,
    },
    redis: values.redisUrl === undefined ? undefined : { url: values.redisUrl },
    recordKey: values.recordKey,
    soapKey: values.soapKey,
    raw: {
      keys: values.rawKeys,
      reserveBytes: given(values, 'rawReserve') * 2 ** 20,
      cool: values.coolFolder === undefined ? undefined : resolve(values.coolFolder),
      archive: values.archiveFolder === undefined ? undefined : resolve(values.archiveFolder),
      coolAfterMonths: given(values, 'coolMonths'),
      archiveAfterMonths: given(values, 'archiveMonths'),
    },
    ingest: {
      processes: given(values, 'ingestProcesses'),
      concurrency: given(values, 'ingestConcurrency'),
      instance: given(values, 'instance'),
      metrics:
        values.ingestMetricsPort === undefined
          ? undefined
          : {
              host: given(values, 'ingestMetricsHost'),
              port: values.ingestMetricsPort + given(values, 'instance') - 1,
            },
    },
    requestsPerMinute: given(values, 'requestsPerMinute'),
    tls:
      values.tlsCertificate === undefined || values.tlsKey === undefined
        ? undefined
        : {
            certificate: resolve(values.tlsCertificate),
            key: resolve(values.tlsKey),
            clientCa: values.tlsClientCa === undefined ? undefined : resolve(values.tlsClientCa),
          },
    oidc: { clientSecret: values.oidcClientSecret, sessionKey: values.sessionKey },
    arrivals: {
      maxBytes: given(values, 'maxSubmission'),
      perMinute: given(values, 'senderPerMinute'),
      pendingLimit: given(values, 'pendingLimit'),
    },
    sftp: values.sftpPort === undefined ? undefined : { host: given(values, 'sftpHost'), port: values.sftpPort },
    ftps:
      values.ftpsPort === undefined
        ? undefined
        : {
            host: given(values, 'ftpsHost'),
            port: values.ftpsPort,
            files:
              values.ftpsCertificate === undefined || values.ftpsKey === undefined
                ? undefined
                : { certificate: resolve(values.ftpsCertificate), key: resolve(values.ftpsKey) },
            isImplicit: given(values, 'ftpsImplicit'),
            passivePorts: values.ftpsPassivePorts,
            publicAddress: values.ftpsPublicAddress,
          },
    egress: { allow: values.egressAllow ?? [] },
    log: { level: given(values, 'logLevel'), style: given(values, 'logStyle') },
    drainWithin: given(values, 'drainSeconds') * 1_000,
  };
}

/** A setting that has a default is always given. */
function given<Name extends SettingName>(values: Values, name: Name): NonNullable<Values[Name]> {
  const value = values[name];
  if (value === undefined || value === null) {
    throw new BellwetherError('CONFIG_INVALID', `${DEFINITIONS[name].variable}: found nothing`);
  }
  return value;
}
