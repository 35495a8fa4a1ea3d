import { readFile } from 'node:fs/promises';
import { BellwetherError, parseRegion, type Region } from '#vocabulary';
import { isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import { PASSWORD_HASH } from '../passwords.js';
import { ACTIONS, FORMER_ROLES, type Principal, ROLES } from '../principal.js';
import { type KeyEntry, keyNameOf, type KeyRing, keyRingOf, subjectKey } from './key-ring.js';

const MAX_PRINCIPALS = 10_000;
/** Of one principal: one in use, one that comes, and room for two machines that change at different times. */
const MAX_KEYS = 4;
const MAX_SSH_KEYS = 20;
const MAX_BREAK_GLASS_MINUTES = 1_440;
/** A line of an authorized_keys file: algorithm, base64, comment. */
const SSH_KEY = /^(?:ssh-|ecdsa-|sk-)[\w@.-]{1,60} [A-Za-z0-9+/=]{40,4096}(?: [^\n]{0,200})?$/;
const HASH = /^sha256:[0-9a-f]{64}$/;
/** A day, whose last moment it is in UTC, or an instant. */
const EXPIRY = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2})?Z)?$/;

const region = z.string().transform((text, context): Region => {
  const parsed = parseRegion(text);
  if (parsed) return parsed;
  context.addIssue({ code: 'custom', message: 'expected level:code' });
  return z.NEVER;
});
const expiry = z
  .string()
  .regex(EXPIRY, 'expected YYYY-MM-DD or YYYY-MM-DDTHH:MM:SSZ')
  .transform((text, context): number => {
    const at = Date.parse(text.length === 10 ? `${text}T23:59:59.999Z` : text);
    if (!Number.isNaN(at)) return at;
    context.addIssue({ code: 'custom', message: 'expected a day of the calendar' });
    return z.NEVER;
  });
/** `'*'` in the file; what is not named is not reached. */
const scopeOf = <T extends z.ZodType>(item: T) =>
  z.union([z.literal('*').transform(() => 'all' as const), z.array(item)]);
const role = z.preprocess((name) => (typeof name === 'string' ? (FORMER_ROLES[name] ?? name) : name), z.enum(ROLES));

/** What a principal may do and reach: the same words in the key file and in the claims of `oidc.yaml`. */
export const REACH_FIELDS = {
  roles: z.array(role).min(1),
  datasets: scopeOf(z.string()).default([]),
  /** Narrows the datasets; all their categories when not given. */
  categories: scopeOf(z.string()).default('all'),
  regions: scopeOf(region).default([]),
  facilities: scopeOf(z.string()).default([]),
  feeds: scopeOf(z.string()).default([]),
  /** Narrows the roles; all that they allow when not given. */
  operations: z.array(z.enum(ACTIONS)).optional(),
  /** Of GraphQL, only operations that were agreed on. */
  persistedOnly: z.boolean().optional(),
} as const;

/** What an emergency adds: a scope that is not named stays as it is. */
export const BREAK_GLASS = z.strictObject({
  minutes: z.number().int().min(1).max(MAX_BREAK_GLASS_MINUTES),
  roles: z.array(role).min(1).optional(),
  datasets: scopeOf(z.string()).optional(),
  categories: scopeOf(z.string()).optional(),
  regions: scopeOf(region).optional(),
  facilities: scopeOf(z.string()).optional(),
});

const keyFile = z.strictObject({
  principals: z
    .array(
      z.strictObject({
        id: z.string().regex(/^[\w.@-]{1,64}$/),
        /** Short for one key that does not expire. */
        key: z.string().regex(HASH).optional(),
        keys: z
          .array(z.strictObject({ hash: z.string().regex(HASH), expires: expiry.optional() }))
          .max(MAX_KEYS)
          .default([]),
        /** How the principal logs in to SFTP; the key serves there as password, too. */
        login: z
          .strictObject({
            password: z.string().regex(PASSWORD_HASH).optional(),
            sshKeys: z.array(z.string().regex(SSH_KEY)).max(MAX_SSH_KEYS).default([]),
          })
          .optional(),
        /** Subjects of client certificates that name this principal. */
        certificates: z
          .array(z.string().regex(/^[A-Za-z][A-Za-z0-9.]*=/, 'expected a subject, as CN=lab-7,O=Clinic'))
          .default([]),
        breakGlass: BREAK_GLASS.optional(),
        ...REACH_FIELDS,
      }),
    )
    .max(MAX_PRINCIPALS),
});

type ReachWords = z.output<z.ZodObject<typeof REACH_FIELDS>>;
type BreakGlassWords = z.output<typeof BREAK_GLASS>;

/** Roles and scopes of a principal, from the words of a file. */
export function principalOf(id: string, words: ReachWords, breakGlass: BreakGlassWords | undefined): Principal {
  const { roles, operations, persistedOnly, datasets, categories, regions, facilities, feeds } = words;
  const scopes = { datasets, categories, regions, facilities, feeds, operations: operations ?? ('all' as const) };
  const principal = { id, roles, scopes, ...(persistedOnly ? { persistedOnly } : {}) };
  return breakGlass ? { ...principal, breakGlass: rightOf(principal, breakGlass) } : principal;
}

function rightOf(principal: Principal, words: BreakGlassWords): NonNullable<Principal['breakGlass']> {
  const { roles, scopes } = principal;
  const wider = {
    datasets: words.datasets ?? scopes.datasets,
    categories: words.categories ?? scopes.categories,
    regions: words.regions ?? scopes.regions,
    facilities: words.facilities ?? scopes.facilities,
  };
  const widened = {
    ...principal,
    roles: [...new Set([...roles, ...(words.roles ?? [])])],
    scopes: { ...scopes, ...wider },
  };
  return { minutes: words.minutes, widened };
}

/**
 * A YAML document of the configuration, and where a path of it stands. Throws CONFIG_INVALID, which names file and
 * line, and quotes nothing.
 */
export function readYaml<T extends z.ZodType>(
  text: string,
  { name, schema }: { name: string; schema: T },
): {
  readonly data: z.output<T>;
  fail(path: readonly PropertyKey[], message: string): never;
} {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const refuse = (line: number, message: string): never => {
    throw new BellwetherError('CONFIG_INVALID', `${name}:${line}: ${message}`);
  };
  const broken = document.errors[0];
  if (broken) refuse(lines.linePos(broken.pos[0]).line, 'the file is not YAML');
  function fail(path: readonly PropertyKey[], message: string): never {
    for (let length = path.length; length >= 0; length--) {
      const node: unknown = length === 0 ? document.contents : document.getIn(path.slice(0, length).map(String), true);
      const at = isNode(node) ? node.range?.[0] : undefined;
      if (at !== undefined) return refuse(lines.linePos(at).line, `${path.map(String).join('.')}: ${message}`);
    }
    return refuse(1, `${path.map(String).join('.')}: ${message}`);
  }
  let plain: unknown;
  try {
    plain = document.toJS({ maxAliasCount: 0 });
  } catch {
    refuse(1, 'found an alias, expected the text in its place');
  }
  const read = schema.safeParse(plain);
  if (read.success) return { data: read.data, fail };
  let issue = read.error.issues[0];
  const path = [...(issue?.path ?? [])];
  while (issue?.code === 'invalid_union') {
    issue = issue.errors.at(-1)?.[0]; // the last of the alternatives is the list, which says more than "neither"
    path.push(...(issue?.path ?? []));
  }
  return fail(path, issue?.message ?? 'not valid');
}

/** Reads the text of a key file (YAML). Throws CONFIG_INVALID, which names the line but no hash. */
export function parseKeyFile(text: string, name: string): KeyRing {
  const { data, fail } = readYaml(text, { name, schema: keyFile });
  const seen = new Set<string>();
  return keyRingOf(
    data.principals.map(({ id, key, keys, login, certificates, breakGlass, ...reach }, index): KeyEntry => {
      const all = [...(key === undefined ? [] : [{ hash: key, expires: undefined }]), ...keys];
      const subjects = certificates.map(subjectKey);
      if (all.length === 0 && login === undefined && subjects.length === 0)
        fail(['principals', index], `${id} has neither a key nor a login nor a certificate`);
      for (const unique of [`id ${id}`, ...all.map(({ hash }) => hash), ...subjects]) {
        if (seen.has(unique)) fail(['principals', index], `${id} has an id, a key or a certificate that occurs twice`);
        seen.add(unique);
      }
      return {
        principal: principalOf(id, reach, breakGlass),
        keys: all.map(({ hash, expires }) => {
          const digits = hash.slice('sha256:'.length);
          return { name: keyNameOf(digits), hash: digits, expires };
        }),
        login: login && { password: login.password, sshKeys: login.sshKeys },
        certificates: subjects,
      };
    }),
  );
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
