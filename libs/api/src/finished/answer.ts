import { validateHeaderValue } from 'node:http';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Note } from '../guard/notes.js';
import { PROTECTION } from '../protection.js';

/** An answer as it goes out. */
export interface Draft {
  readonly etag: string;
  readonly type: string;
  readonly body: Buffer;
  /** Further headers. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Of the route, for the metrics. */
  readonly route: string;
  /** What was asked in making it, for the audit trail: recorded again whenever it is given out. */
  readonly notes?: readonly Note[];
  /** Whether it is still what would be answered. */
  holds(): boolean;
}

/** The same body in one encoding, with the headers that are the same for all who get it. */
export interface Sending {
  /** Names and values in turn, after those of every answer from here. */
  readonly own: readonly string[];
  /** All of them as lines. */
  readonly lines: string;
  readonly body: Buffer;
}

/** An answer that is kept. */
export interface Finished extends Draft {
  readonly plain: Sending;
  /** For who has it already. */
  unchanged: Sending | undefined;
  readonly packed: Map<'br' | 'gzip', Sending>;
  /** How often it has been asked for with compression. */
  wanted: number;
}

/** Answers differ by principal and change with every commit, so caches may keep but must ask again. */
export const VALIDATED = {
  'cache-control': 'private, no-cache',
  vary: 'Authorization, X-Api-Key, Cookie, Accept, Accept-Encoding',
} as const;

const EMPTY = Buffer.alloc(0);
/** What every answer from here begins with. */
const BEGINNING: readonly string[] = Object.entries({ ...PROTECTION, ...VALIDATED }).flat();

/** Names and values in turn as lines. */
export function linesOf(head: readonly string[]): string {
  let lines = '';
  for (let i = 0; i < head.length; i += 2) lines += `${head[i]!}: ${head[i + 1]!}\r\n`;
  return lines;
}

const BEGINNING_LINES = linesOf(BEGINNING);

const sending = (own: readonly string[], body: Buffer): Sending => ({
  own,
  lines: BEGINNING_LINES + linesOf(own),
  body,
});

/** Headers as Node takes them: of every answer from here, of this one, and further ones. */
export const headOf = ({ own }: Sending, further: readonly string[]): string[] => BEGINNING.concat(own, further);

/** Throws where a value is not one that a header can have. */
function whole({ etag, type, headers }: Draft, body: Buffer, encoding?: string): Sending {
  const own = ['etag', etag, 'content-type', type, 'content-length', String(body.length)];
  if (encoding !== undefined) own.push('content-encoding', encoding);
  for (const [name, value] of Object.entries(headers ?? {})) {
    validateHeaderValue(name, value);
    own.push(name, value);
  }
  return sending(own, body);
}

export function finish(draft: Draft): Finished {
  return { ...draft, plain: whole(draft, draft.body), unchanged: undefined, packed: new Map(), wanted: 0 };
}

/** For who has it already: the validators, and nothing. */
export function unchangedOf(finished: Finished): Sending {
  return (finished.unchanged ??= sending(['etag', finished.etag], EMPTY));
}

/** Smaller bodies fit into a packet as they are. */
const WORTH_PACKING = 1400;
const WANTED = 2;
const PACKABLE = /^(application\/json|text\/|image\/svg)/;
const pack = {
  br: (body: Buffer) => promisify(brotliCompress)(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }),
  gzip: (body: Buffer) => promisify(gzip)(body, { level: 6 }),
};

/** Compresses once, on another thread, for those who ask later. */
function packLater(finished: Finished, encoding: 'br' | 'gzip'): void {
  finished.packed.set(encoding, finished.plain); // until it is there, and so that it is done once
  void pack[encoding](finished.body)
    .then((body) => {
      const etag = `${finished.etag.slice(0, -1)}-${encoding}"`;
      finished.packed.set(encoding, whole({ ...finished, etag }, body, encoding));
    })
    .catch(() => undefined);
}

/** What to send to somebody who accepts these encodings: compressed once it has been asked for more than once. */
export function sendingOf(finished: Finished, accepted: string | undefined): Sending {
  if (accepted === undefined || finished.body.length < WORTH_PACKING || accepted.includes('q=0')) return finished.plain;
  const encoding = accepted.includes('br') ? 'br' : accepted.includes('gzip') ? 'gzip' : undefined;
  if (encoding === undefined || !PACKABLE.test(finished.type)) return finished.plain;
  const packed = finished.packed.get(encoding);
  if (packed) return packed;
  if (++finished.wanted >= WANTED) packLater(finished, encoding);
  return finished.plain;
}

/** Whether an If-None-Match header names the tag, in any encoding (RFC 9110 §13.1.2, weak comparison). */
export function namesTag(header: string | undefined, etag: string): boolean {
  if (header === undefined) return false;
  return header.split(',').some((part) => {
    const tag = part
      .trim()
      .replace(/^W\//, '')
      .replace(/-(br|gzip)"$/, '"');
    return tag === '*' || tag === etag;
  });
}
