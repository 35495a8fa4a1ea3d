import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { BellwetherError, parseRegion, type Region } from '#vocabulary';
import { parse } from 'yaml';
import { z } from 'zod';
import { PASSWORD_HASH } from './passwords.js';
import { ACTIONS, FORMER_ROLES, type Principal, ROLES, type Scope } from './principal.js';

/**
 * A key is `bw_` and 256 random bits in base64url. Its plain SHA-256 may be stored: there is nothing to guess, so a
 * slow password hash would only slow every request.
 */
const KEY = /^bw_[A-Za-z0-9_-]{43}$/;
const MAX_PRINCIPALS = 10_000;
const MAX_SSH_KEYS = 20;
/** A line of an authorized_keys file: algorithm, base64, comment. */
const SSH_KEY = /^(?:ssh-|ecdsa-|sk-)[\w@.-]{1,60} [A-Za-z0-9+/=]{40,4096}(?: [^\n]{0,200})?$/;

/** Principals with the hash of their key, and how they log in to the doors that know users and passwords. */
export type KeyRing = readonly {
  /** Undefined: the principal has no API key. */
  readonly hash: Buffer | undefined;
  readonly login: Login | undefined;
  readonly principal: Principal;
}[];

export interface Login {
  /** As {@link hashPassword} writes it. */
  readonly password: string | undefined;
  /** Lines as in an authorized_keys file. */
  readonly sshKeys: readonly string[];
}

const hashOf = (key: string): Buffer => createHash('sha256').update(key, 'latin1').digest();

/** A new key and the text that goes into the key file in its place. The key itself is shown once and kept nowhere. */
export function issueKey(): { readonly key: string; readonly hash: string } {
  const key = `bw_${randomBytes(32).toString('base64url')}`;
  return { key, hash: `sha256:${hashOf(key).toString('hex')}` };
}

const region = z.string().transform((text, context): Region => {
  const parsed = parseRegion(text);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom', message: 'expected level:code' });
  return z.NEVER;
});
/** `'*'` in the file; what is not named is not reached. */
const scopeOf = <T extends z.ZodType>(item: T) =>
  z.union([z.literal('*').transform(() => 'all' as const), z.array(item)]).default([]);
const role = z.preprocess((name) => (typeof name === 'string' ? (FORMER_ROLES[name] ?? name) : name), z.enum(ROLES));

const keyFile = z.strictObject({
  principals: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[\w.@-]{1,64}$/),
        key: z
          .string()
          .regex(/^sha256:[0-9a-f]{64}$/)
          .optional(),
        /** How the principal logs in to SFTP; the key serves there as password, too. */
        login: z
          .strictObject({
            password: z.string().regex(PASSWORD_HASH).optional(),
            sshKeys: z.array(z.string().regex(SSH_KEY)).max(MAX_SSH_KEYS).default([]),
          })
          .optional(),
        roles: z.array(role).min(1),
        datasets: scopeOf(z.string()),
        /** Narrows the datasets; all their categories when not given. */
        categories: scopeOf(z.string()).default('all'),
        regions: scopeOf(region),
        facilities: scopeOf(z.string()),
        feeds: scopeOf(z.string()),
        /** Narrows the roles; all that they allow when not given. */
        operations: z.array(z.enum(ACTIONS)).optional(),
      }),
    )
    .max(MAX_PRINCIPALS),
});

/** Reads the text of a key file (YAML). Throws CONFIG_INVALID, which names the place but no hash. */
export function parseKeyFile(text: string, name: string): KeyRing {
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new BellwetherError('CONFIG_INVALID', `${name} is not YAML`, {}, { cause: error });
  }
  const read = keyFile.safeParse(document);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new BellwetherError(
      'CONFIG_INVALID',
      `${name}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`,
    );
  }
  const seen = new Set<string>();
  return read.data.principals.map(({ id, key, login, roles, operations, ...scopes }) => {
    if (key === undefined && login === undefined)
      throw new BellwetherError('CONFIG_INVALID', `${name}: ${id} has neither a key nor a login`);
    for (const unique of key === undefined ? [id] : [id, key]) {
      if (seen.has(unique))
        throw new BellwetherError('CONFIG_INVALID', `${name}: ${id} has an id or a key that occurs twice`);
      seen.add(unique);
    }
    return {
      hash: key === undefined ? undefined : Buffer.from(key.slice('sha256:'.length), 'hex'),
      login: login && { password: login.password, sshKeys: login.sshKeys },
      principal: { id, roles, scopes: { ...scopes, operations: (operations ?? 'all') satisfies Scope } },
    };
  });
}

/** Reads a key file from disk; see {@link parseKeyFile}. */
export async function readKeyFile(path: string): Promise<KeyRing> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new BellwetherError('CONFIG_INVALID', `the key file ${path} cannot be read`, {}, { cause: error });
  }
  return parseKeyFile(text, path);
}

/** The principal of a key. Every entry is compared, in constant time, so that the time says nothing about the ring. */
export function principalOfKey(ring: KeyRing, key: string): Principal | undefined {
  if (!KEY.test(key)) return undefined;
  const hash = hashOf(key);
  let found: Principal | undefined;
  for (const entry of ring) if (entry.hash && timingSafeEqual(entry.hash, hash)) found = entry.principal;
  return found;
}
