import { BellwetherError } from '#vocabulary';
import { type Document, isMap, isSeq, parseDocument, type YAMLMap, YAMLSeq } from 'yaml';

/** A day that is written without a time ends with it. */
const DAY_MS = 86_400_000;
const HEADER = 'principals: []\n';
const refuse = (detail: string): never => {
  throw new BellwetherError('REQUEST_INVALID', detail);
};

/** Comments and everything else of the file stay as they are. */
function edited(text: string, edit: (principals: YAMLSeq, document: Document) => void): string {
  const document = parseDocument(text.trim() === '' ? HEADER : text);
  const principals: unknown = document.get('principals');
  if (!isSeq(principals)) return refuse('the key file has no list of principals');
  edit(principals, document);
  return document.toString({ lineWidth: 0 });
}

function principalIn(principals: YAMLSeq, id: string): YAMLMap {
  const found = principals.items.find((item) => isMap(item) && item.get('id') === id);
  return isMap(found) ? found : refuse(`no principal "${id}" is in the key file`);
}

/** Its keys as a list, whatever way the first was written. */
function keysOf(principal: YAMLMap, document: Document): YAMLSeq {
  const listed: unknown = principal.get('keys');
  const keys = isSeq(listed) ? listed : new YAMLSeq();
  const only: unknown = principal.get('key');
  if (typeof only === 'string') {
    keys.items.unshift(document.createNode({ hash: only }));
    principal.delete('key');
  }
  if (!isSeq(listed)) principal.set('keys', keys);
  return keys;
}

const dayOf = (at: number): string => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');

/** Adds a principal, as plain data in the form of the file. */
export function withPrincipal(text: string, principal: Readonly<Record<string, unknown>>): string {
  return edited(text, (principals, document) => {
    if (principals.items.some((item) => isMap(item) && item.get('id') === principal['id']))
      refuse(`a principal "${String(principal['id'])}" is in the key file already; rotate gives it another key`);
    principals.flow = false;
    principals.items.push(document.createNode(principal));
  });
}

/** When a key of the file ends; one without a word about that never does. */
function endOf(key: unknown): number {
  const ends: unknown = isMap(key) ? key.get('expires') : undefined;
  if (typeof ends !== 'string') return Infinity;
  return Date.parse(ends) + (ends.length === 10 ? DAY_MS : 0);
}

interface Rotation {
  readonly id: string;
  readonly hash: string;
  readonly expires?: number | undefined;
  readonly now: number;
  readonly before: number;
}

/** Adds a key; those that do not end earlier end at `before`, so that both are taken until then. Ended ones go. */
export function withKey(text: string, { id, hash, expires, now, before }: Rotation): string {
  return edited(text, (principals, document) => {
    const keys = keysOf(principalIn(principals, id), document);
    keys.items = keys.items.filter((key) => endOf(key) > now);
    for (const key of keys.items) if (isMap(key) && endOf(key) > before) key.set('expires', dayOf(before));
    keys.items.push(document.createNode({ hash, ...(expires === undefined ? {} : { expires: dayOf(expires) }) }));
  });
}

/** Removes the keys whose name begins so; all keys of the principal when no name is given. */
export function withoutKey(text: string, { id, name }: { id: string; name?: string | undefined }): string {
  return edited(text, (principals, document) => {
    const principal = principalIn(principals, id);
    const keys = keysOf(principal, document);
    const left = keys.items.filter(
      (key) => name !== undefined && !(isMap(key) && String(key.get('hash')).startsWith(`sha256:${name}`)),
    );
    if (left.length === keys.items.length) refuse(`${id} has no key ${name ?? ''}`);
    keys.items = left;
    const stays = left.length > 0 || principal.has('login') || principal.has('certificates');
    if (!stays) principals.items = principals.items.filter((item) => item !== principal);
    else if (left.length === 0) principal.delete('keys');
  });
}
