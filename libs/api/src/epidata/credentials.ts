import type { IncomingMessage } from 'node:http';

/** Where the interface of Delphi Epidata is served; see serve-epidata.ts. */
export const EPIDATA_PATH = '/epidata/';

const HEADER = 'x-api-key';

/** The key in a Basic header, whatever the user is called: the clients say `epidata`, some scripts `token`. */
function basicKey(authorization: string | undefined): string | undefined {
  const encoded = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  return text.slice(text.indexOf(':') + 1);
}

/**
 * The clients of Epidata send their key as the password of a Basic header, or in the query. Both are moved to the
 * header of our own keys before anything reads the request: so no address that is routed, kept or logged has a key in
 * it. Returns the address without the key; to be given to Fastify as `rewriteUrl`.
 */
export function withoutKey(request: IncomingMessage): string {
  const { url = '/', headers } = request;
  if (!url.startsWith(EPIDATA_PATH)) return url;
  const basic = basicKey(headers.authorization);
  if (basic !== undefined) {
    delete headers.authorization;
    // A client without a key sends an empty one.
    if (basic !== '') headers[HEADER] ??= basic;
  }
  const at = url.indexOf('?');
  if (at < 0) return url;
  const parameters = new URLSearchParams(url.slice(at + 1));
  const given = parameters.get('api_key');
  if (given === null) return url;
  parameters.delete('api_key');
  if (given !== '') headers[HEADER] ??= given;
  const rest = parameters.toString();
  const clean = rest === '' ? url.slice(0, at) : `${url.slice(0, at)}?${rest}`;
  request.url = clean;
  return clean;
}
