import { constants } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { createSecureContext, type SecureContext } from 'node:tls';
import { BellwetherError } from '#vocabulary';
import type { TransportLog } from '../login/index.js';

export interface CertificateFiles {
  /** PEM: the certificate, then those between it and the root. */
  readonly certificate: string;
  /** PEM, without a passphrase. */
  readonly key: string;
}

export interface Certificate {
  /** For a new connection: what the files hold, or held when they could last be read. */
  current(): Promise<SecureContext>;
}

const LOOK_AGAIN_MS = 1_000;

async function read({ certificate, key }: CertificateFiles): Promise<SecureContext> {
  const [cert, privateKey] = await Promise.all([readFile(certificate), readFile(key)]);
  return createSecureContext({
    cert,
    key: privateKey,
    minVersion: 'TLSv1.2',
    secureOptions: constants.SSL_OP_NO_RENEGOTIATION,
  });
}

const versionOf = async (path: string): Promise<string> => {
  const { ino, size, mtimeMs } = await stat(path);
  return `${ino} ${size} ${mtimeMs}`;
};

/** Throws CONFIG_INVALID when the files cannot be read. Files that are renewed are read again, at most once a second. */
export async function openCertificate(files: CertificateFiles, log: TransportLog): Promise<Certificate> {
  const version = async (): Promise<string> =>
    (await Promise.all([versionOf(files.certificate), versionOf(files.key)])).join(' ');
  let lookedAt = Date.now();
  let known: { readonly version: string; readonly context: SecureContext };
  try {
    known = { version: await version(), context: await read(files) };
  } catch (cause) {
    throw new BellwetherError(
      'CONFIG_INVALID',
      `certificate ${files.certificate} and key ${files.key}: ${reasonOf(cause)}`,
      {},
      { cause },
    );
  }
  return {
    async current() {
      if (Date.now() - lookedAt < LOOK_AGAIN_MS) return known.context;
      lookedAt = Date.now();
      try {
        const found = await version();
        if (found !== known.version) known = { version: found, context: await read(files) };
      } catch (error) {
        log('warn', 'a renewed certificate cannot be used; the one before stays in force', { cause: reasonOf(error) });
      }
      return known.context;
    },
  };
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
