import type { IncomingHttpHeaders } from 'node:http';

/** What the head of a request says. */
export interface RequestHead {
  readonly method: 'GET';
  /** Path and query. */
  readonly url: string;
  /** By names in small letters. */
  readonly headers: Readonly<IncomingHttpHeaders>;
}

const LONGEST = 4096;
/** `GET`, a path, HTTP/1.1, then lines of a token, a colon and printable ASCII; nothing after the empty line. */
const FORM = /^GET (\/[!-~]*) HTTP\/1\.1\r\n((?:[\w!#$%&'*+.^`|~-]+:[\t -~]*\r\n)+)\r\n$/;
/** They say where the request ends, or what becomes of the connection; so they are for node:http to judge. */
const FRAMING = new Set([
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
  'te',
  'trailer',
  'proxy-connection',
]);

/**
 * Reads the bytes of one request, if they are the whole of one about whose meaning there cannot be two opinions (RFC 9112);
 * undefined for anything else, which is not to say that it is wrong: node:http decides. Accepted is a GET without a body, of
 * printable ASCII, that names its host, names no header twice and keeps the connection open.
 */
export function readRequestHead(text: string): RequestHead | undefined {
  if (text.length > LONGEST) return undefined;
  const [, url, lines] = FORM.exec(text) ?? [];
  if (url === undefined || lines === undefined) return undefined;
  const headers = Object.create(null) as Record<string, string>;
  for (const line of lines.split('\r\n')) {
    if (line === '') continue; // after the last
    const colon = line.indexOf(':');
    const name = line.slice(0, colon).toLowerCase();
    if (name in headers || FRAMING.has(name)) return undefined;
    headers[name] = line.slice(colon + 1).replace(/^[\t ]+|[\t ]+$/g, '');
  }
  if (headers['host'] === undefined) return undefined;
  if ((headers['connection'] ?? 'keep-alive').toLowerCase() !== 'keep-alive') return undefined;
  return { method: 'GET', url, headers };
}
