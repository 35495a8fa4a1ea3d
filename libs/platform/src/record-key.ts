import { randomBytes } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Secret } from './settings/secret.js';

interface Keyed {
  readonly dataFolder: string;
}

/**
 * The key of the hashes that stand for record identifiers: as set, else kept in `<data>/keys`, made on first use.
 * Losing it makes corrections of earlier records look like new records: back it up with the data.
 */
export const recordKeyOf = ({ dataFolder, recordKey }: Keyed & { recordKey: Secret | undefined }): Uint8Array =>
  recordKey ? Buffer.from(recordKey.reveal()) : madeOnce(dataFolder, 'record.key');

/**
 * The key from which the secrets of SOAP digests are derived: as set, else kept beside the other. Losing it makes new
 * secrets of all.
 */
export const soapKeyOf = ({ dataFolder, soapKey }: Keyed & { soapKey: Secret | undefined }): Uint8Array =>
  soapKey ? Buffer.from(soapKey.reveal()) : madeOnce(dataFolder, 'soap.key');

/** The key of the audit trail. Who has it can forge the trail; who loses it cannot verify what was written before. */
export const auditKeyOf = ({ dataFolder }: Keyed): Uint8Array => madeOnce(dataFolder, 'audit.key');

/** The key that seals the sessions of browsers: as set, else kept beside the others. Losing it logs everybody out. */
export const sessionKeyOf = ({ dataFolder, oidc }: Keyed & { oidc: { sessionKey: Secret | undefined } }): Uint8Array =>
  oidc.sessionKey ? Buffer.from(oidc.sessionKey.reveal()) : madeOnce(dataFolder, 'session.key');

function madeOnce(dataFolder: string, name: string): Uint8Array {
  const folder = join(dataFolder, 'keys');
  const path = join(folder, name);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const fresh = `${path}.${process.pid}`;
  writeFileSync(fresh, randomBytes(32));
  chmodSync(fresh, 0o400);
  try {
    linkSync(fresh, path); // of several processes that start at once, the first one's key holds
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(fresh);
  }
  return readFileSync(path);
}
