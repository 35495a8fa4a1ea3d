import { isIP } from 'node:net';
import type { JsonListing, PullSource } from './model.js';
import { readSecretReference } from './read-secret-reference.js';
import {
  booleanOf,
  describe,
  elementsOf,
  type Field,
  isMapping,
  mappingOf,
  numberOf,
  report,
  textOf,
  wordOf,
} from './yaml-field.js';

type Of<Kind extends PullSource['kind']> = Extract<PullSource, { kind: Kind }>;

/** What can be fetched from, each with its reader. */
export const PULL_SOURCES: { readonly [Kind in PullSource['kind']]: (field: Field) => Of<Kind> | undefined } = {
  sftp: readSftp,
  ftp: readFtp,
  http: readHttp,
  s3: readS3,
};

function readSftp(field: Field): Of<'sftp'> | undefined {
  const part = mappingOf(field, ['host', 'port', 'user', 'folder', 'hostKey', 'password', 'key']);
  const host = hostOf(field, part.host);
  const user = neededText(field, 'user', part.user);
  const hostKeys = elementsOf(needed(field, 'hostKey', part.hostKey) ?? field).flatMap((element) =>
    part.hostKey === undefined ? [] : (fingerprintOf(element) ?? []),
  );
  if (part.password === undefined && part.key === undefined)
    report(field, { found: 'no "password" and no "key"', expected: 'a reference to one of them, or both' });
  const password = part.password && readSecretReference(part.password);
  const key = part.key && readSecretReference(part.key);
  if (host === undefined || user === undefined || hostKeys.length === 0) return undefined;
  return { kind: 'sftp', host, port: portOf(part.port) ?? 22, user, folder: folderOf(part.folder) ?? '.', hostKeys, password, key }; // prettier-ignore
}

function readFtp(field: Field): Of<'ftp'> | undefined {
  const part = mappingOf(field, ['host', 'port', 'user', 'folder', 'password', 'tls', 'allowPlain', 'ca']);
  const host = hostOf(field, part.host);
  const tls = part.tls && wordOf(part.tls, ['explicit', 'implicit']);
  const isPlain = (part.allowPlain && booleanOf(part.allowPlain)) ?? false;
  if (isPlain && part.tls) report(part.tls, { found: describe(part.tls), expected: 'no "tls" beside "allowPlain"' });
  const security = isPlain ? 'plain' : (tls ?? 'explicit');
  const user = (part.user && plainText(part.user)) ?? 'anonymous';
  const password = part.password && readSecretReference(part.password);
  const ca = part.ca && readSecretReference(part.ca);
  if (host === undefined) return undefined;
  const port = portOf(part.port) ?? (security === 'implicit' ? 990 : 21);
  return { kind: 'ftp', host, port, user, folder: folderOf(part.folder) ?? '.', password, security, ca };
}

function readHttp(field: Field): Of<'http'> | undefined {
  const part = mappingOf(field, ['url', 'json', 'header', 'allowPlain', 'ca']);
  const url = urlOf(field, { name: 'url', at: part.url, allowPlain: part.allowPlain });
  const listing = part.json === undefined ? 'links' : jsonListingOf(part.json);
  const header = part.header && headerOf(part.header);
  const ca = part.ca && readSecretReference(part.ca);
  return url === undefined || listing === undefined ? undefined : { kind: 'http', url, listing, header, ca };
}

function readS3(field: Field): Of<'s3'> | undefined {
  const part = mappingOf(field, [
    'endpoint',
    'region',
    'bucket',
    'prefix',
    'accessKey',
    'secretKey',
    'allowPlain',
    'ca',
  ]);
  const endpoint = urlOf(field, { name: 'endpoint', at: part.endpoint, allowPlain: part.allowPlain });
  const bucket = neededText(field, 'bucket', part.bucket);
  const accessField = needed(field, 'accessKey', part.accessKey);
  const secretField = needed(field, 'secretKey', part.secretKey);
  const accessKey = accessField && readSecretReference(accessField);
  const secretKey = secretField && readSecretReference(secretField);
  const region = (part.region && plainText(part.region)) ?? 'us-east-1';
  const prefix = (part.prefix && plainText(part.prefix)) ?? '';
  const ca = part.ca && readSecretReference(part.ca);
  if (endpoint === undefined || bucket === undefined || !accessKey || !secretKey) return undefined;
  return { kind: 's3', endpoint, region, bucket, prefix, accessKey, secretKey, ca };
}

function jsonListingOf(field: Field): JsonListing | undefined {
  const part = mappingOf(field, ['items', 'link', 'name', 'stamp', 'size', 'next']);
  const link = neededText(field, 'link', part.link);
  const path = (at: Field | undefined): string | undefined => at && plainText(at);
  if (link === undefined) return undefined;
  const { name, stamp, size, next } = part;
  return { items: path(part.items) ?? '', link, name: path(name), stamp: path(stamp), size: path(size), next: path(next) }; // prettier-ignore
}

function headerOf(field: Field): Of<'http'>['header'] {
  if (!isMapping(field)) {
    report(field, {
      found: 'something else (not shown, it may be a secret)',
      expected: 'a mapping with "name", "before" and "secret"',
    });
    return undefined;
  }
  const part = mappingOf(field, ['name', 'before', 'secret']);
  const name = (part.name && plainText(part.name)) ?? 'Authorization';
  if (!/^[A-Za-z0-9-]{1,64}$/.test(name) || /^(?:host|content-length|transfer-encoding|connection)$/i.test(name))
    report(part.name ?? field, { found: JSON.stringify(name.slice(0, 64)), expected: 'the name of a header' });
  const secretField = needed(field, 'secret', part.secret);
  const secret = secretField && readSecretReference(secretField);
  const before = (part.before && plainText(part.before)) ?? '';
  return secret && { name, before, secret };
}

const HOST = /^(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/;

function hostOf(field: Field, at: Field | undefined): string | undefined {
  const host = neededText(field, 'host', at);
  if (host === undefined || at === undefined) return undefined;
  if (HOST.test(host) || isIP(host) !== 0) return host.toLowerCase();
  report(at, { found: describe(at), expected: 'a host name or an address' });
  return undefined;
}

const portOf = (field: Field | undefined): number | undefined =>
  field && numberOf(field, { min: 1, max: 65_535, whole: true });

const folderOf = (field: Field | undefined): string | undefined => field && plainText(field);

function fingerprintOf(field: Field): string | undefined {
  const text = textOf(field, 'a fingerprint') ?? '';
  if (/^SHA256:[A-Za-z0-9+/]{43}$/.test(text)) return text;
  report(field, { found: describe(field), expected: 'SHA256:… as "ssh-keyscan host | ssh-keygen -lf -" prints it' });
  return undefined;
}

/** Without user, password and fragment; http:// only where it is allowed in so many words. */
function urlOf(
  field: Field,
  { name, at, allowPlain }: { name: string; at: Field | undefined; allowPlain: Field | undefined },
): string | undefined {
  const isPlainAllowed = (allowPlain && booleanOf(allowPlain)) ?? false;
  const text = neededText(field, name, at);
  if (text === undefined || at === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url?.username || url?.password) {
    report(at, { found: 'a URL with a user or password (not shown)', expected: 'one without; secrets are references' });
    return undefined;
  }
  if (url?.protocol === 'https:' || (url?.protocol === 'http:' && isPlainAllowed)) return url.href;
  const expected = url?.protocol === 'http:' ? 'https://…, or "allowPlain: true" beside it' : 'a URL: https://…';
  report(at, { found: describe(at), expected });
  return undefined;
}

function needed(field: Field, key: string, at: Field | undefined): Field | undefined {
  if (at === undefined && isMapping(field)) report(field, { found: `no key "${key}"`, expected: `"${key}"` });
  return at;
}

function neededText(field: Field, key: string, at: Field | undefined): string | undefined {
  const found = needed(field, key, at);
  return found && plainText(found);
}

/** One line, as it goes into requests. */
function plainText(field: Field): string | undefined {
  const text = textOf(field, 'a text');
  if (text === undefined) return undefined;
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  if (text !== '' && text.length <= 1_024 && !/[\u0000-\u001f\u007f]/.test(text)) return text;
  report(field, {
    found: text === '' ? 'an empty text' : 'a text with control characters, or of more than 1,024',
    expected: 'one line',
  });
  return undefined;
}
