import type { IncomingHttpHeaders } from 'node:http';
import { BellwetherError } from '#vocabulary';
import { invalid, UPLOAD } from '../ask/index.js';

/** `filename*=UTF-8''…` (RFC 5987) before `filename="…"` of a Content-Disposition header (RFC 6266). */
function dispositionName(header: string): string | undefined {
  const extended = /filename\*=utf-8''([^;\s]+)/i.exec(header)?.[1];
  if (extended !== undefined) {
    try {
      return decodeURIComponent(extended);
    } catch {
      return undefined;
    }
  }
  const quoted = /filename="((?:[^"\\]|\\.)*)"/i.exec(header)?.[1]?.replace(/\\(.)/g, '$1');
  return quoted ?? /filename=([^;\s"]+)/i.exec(header)?.[1];
}

/** The name of an uploaded file: `name=`, else X-File-Name (may be percent-encoded), else Content-Disposition. */
export function fileNameOf(asked: string | undefined, headers: IncomingHttpHeaders): string {
  if (asked !== undefined) return asked;
  const plain = headers['x-file-name'];
  const text = typeof plain === 'string' ? plain : dispositionName(headers['content-disposition'] ?? '');
  if (text === undefined) throw invalid('name', 'is required (or X-File-Name, or Content-Disposition)');
  const name = UPLOAD.name.read([text], 'name');
  if (name === undefined) throw invalid('name', 'is required');
  return name;
}

/** Passes a body on, and fails as soon as it holds more than `limit` bytes. */
export async function* bounded(body: AsyncIterable<Uint8Array>, limit: number): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > limit) throw tooLarge(limit);
    yield chunk;
  }
}

export const tooLarge = (limit: number): BellwetherError =>
  new BellwetherError('PAYLOAD_TOO_LARGE', `more than ${limit} bytes`);
