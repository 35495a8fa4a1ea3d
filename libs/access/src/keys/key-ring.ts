import { createHash, randomBytes } from 'node:crypto';
import type { Principal } from '../principal.js';

/**
 * A key is `bw_` and 256 random bits in base64url. Its plain SHA-256 may be stored: there is nothing to guess, so a
 * slow password hash would only slow every request; and who looks a hash up learns nothing from how long that takes.
 */
const KEY = /^bw_[A-Za-z0-9_-]{43}$/;

/** A key as it is kept: by its hash. */
export interface IssuedKey {
  /** The first 12 digits of the hash: says which key it is, and opens nothing. */
  readonly name: string;
  /** SHA-256 in 64 hexadecimal digits. */
  readonly hash: string;
  /** Milliseconds since the epoch from which it is no longer taken; undefined: never. */
  readonly expires: number | undefined;
}

export interface Login {
  /** As {@link hashPassword} writes it. */
  readonly password: string | undefined;
  /** Lines as in an authorized_keys file. */
  readonly sshKeys: readonly string[];
}

/** One principal and every way to prove to be it. */
export interface KeyEntry {
  readonly principal: Principal;
  /** Several while they are rotated; none for who only logs in. */
  readonly keys: readonly IssuedKey[];
  readonly login: Login | undefined;
  /** Subjects of client certificates, as {@link subjectKey} writes them. */
  readonly certificates: readonly string[];
}

/** Who there is. What a ring says may change while it is held: look again for every request. */
export interface KeyRing {
  readonly entries: readonly KeyEntry[];
  readonly byId: ReadonlyMap<string, KeyEntry>;
  readonly byHash: ReadonlyMap<string, { readonly entry: KeyEntry; readonly key: IssuedKey }>;
  readonly bySubject: ReadonlyMap<string, KeyEntry>;
}

export function keyRingOf(entries: readonly KeyEntry[]): KeyRing {
  return {
    entries,
    byId: new Map(entries.map((entry) => [entry.principal.id, entry])),
    byHash: new Map(entries.flatMap((entry) => entry.keys.map((key) => [key.hash, { entry, key }] as const))),
    bySubject: new Map(entries.flatMap((entry) => entry.certificates.map((subject) => [subject, entry] as const))),
  };
}

/** A ring on which nobody is. */
export const NO_KEYS: KeyRing = keyRingOf([]);

const hashOf = (key: string): string => createHash('sha256').update(key, 'latin1').digest('hex');

export const keyNameOf = (hash: string): string => hash.slice(0, 12);

/** A new key and the text that goes into the key file in its place. The key itself is shown once and kept nowhere. */
export function issueKey(): { readonly key: string; readonly hash: string } {
  const key = `bw_${randomBytes(32).toString('base64url')}`;
  return { key, hash: `sha256:${hashOf(key)}` };
}

/** The key of the ring that was shown, and whose it is; undefined when it is on no ring or has expired. */
export function findKey(
  ring: KeyRing,
  key: string,
  now: number = Date.now(),
): { readonly entry: KeyEntry; readonly key: IssuedKey } | undefined {
  if (!KEY.test(key)) return undefined;
  const found = ring.byHash.get(hashOf(key));
  return found && now < (found.key.expires ?? Infinity) ? found : undefined;
}

/** The principal of a key; see {@link findKey}. */
export function principalOfKey(ring: KeyRing, key: string, now: number = Date.now()): Principal | undefined {
  return findKey(ring, key, now)?.entry.principal;
}

/**
 * A subject in one order and form, whatever the order its parts were written in: `CN=lab-7,O=County Clinic` and the
 * lines of {@link https://nodejs.org/api/crypto.html X509Certificate.subject} give the same text.
 */
export function subjectKey(subject: string): string {
  return subject
    .split(/\n|,(?=\s*[A-Za-z][A-Za-z0-9.]*=)/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .sort()
    .join('\n');
}
