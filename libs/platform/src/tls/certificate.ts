import { constants } from 'node:crypto';
import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import type { SecureContextOptions, Server, TlsOptions } from 'node:tls';
import { createSecureContext } from 'node:tls';
import { BellwetherError } from '#vocabulary';
import type { Log } from '../observe/log.js';
import type { Settings } from '../settings/settings.js';

/** The certificate of the HTTPS servers, as it is on disk. */
export interface ServerCertificate {
  /** For creating a server. */
  readonly options: TlsOptions;
  /** From now on the server presents what the files hold; connections that stand are left alone. */
  serve(server: Server): void;
  close(): void;
}

/** The files are looked at so often; a change is in force a moment later. */
const LOOK_MS = 1_000;

/**
 * Reads certificate, key and the authorities of clients. A client certificate is asked for where there are authorities
 * for that, and never demanded here: who shows none has other ways to say who it is. Throws CONFIG_INVALID when the
 * files cannot be used; when that happens to renewed ones, the ones before stay in force.
 */
export async function openServerCertificate(
  files: NonNullable<Settings['tls']>,
  log: Pick<Log, 'info' | 'warn'>,
): Promise<ServerCertificate> {
  const servers = new Set<Server>();
  const paths = [files.certificate, files.key, files.clientCa].filter((path) => path !== undefined);
  let current: SecureContextOptions;
  try {
    current = await read(files);
  } catch (cause) {
    throw new BellwetherError('CONFIG_INVALID', `certificate ${paths.join(', ')}: ${reasonOf(cause)}`, {}, { cause });
  }

  async function look(): Promise<void> {
    try {
      const found = await read(files);
      if (contentOf(found) === contentOf(current)) return;
      current = found;
      for (const server of servers) server.setSecureContext(current);
      log.info({ certificate: files.certificate }, 'a renewed certificate is in force');
    } catch (error) {
      log.warn(
        { detail: reasonOf(error) },
        'a renewed certificate cannot be used; the one before stays in force until both files fit',
      );
    }
  }
  const listener = (): void => void look();
  for (const path of paths) watchFile(path, { interval: LOOK_MS, persistent: false }, listener);
  return {
    options: { ...current, requestCert: files.clientCa !== undefined, rejectUnauthorized: false },
    serve(server) {
      servers.add(server);
      server.once('close', () => servers.delete(server));
    },
    close() {
      for (const path of paths) unwatchFile(path, listener);
    },
  };
}

async function read({ certificate, key, clientCa }: NonNullable<Settings['tls']>): Promise<SecureContextOptions> {
  const options: SecureContextOptions = {
    cert: await readFile(certificate),
    key: await readFile(key),
    ...(clientCa === undefined ? {} : { ca: await readFile(clientCa) }),
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  };
  createSecureContext(options); // throws where they do not fit together
  return options;
}

const contentOf = ({ cert, key, ca }: SecureContextOptions): string => [cert, key, ca].map(String).join('\n');
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
