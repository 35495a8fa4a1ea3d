import type { Asking } from './asking.js';
import { BellwetherProblem } from './problem.js';
import type { Receipt } from './types.js';

export interface UploadOptions {
  readonly feed: string;
  /** File name, 1 to 255 characters, no path. */
  readonly name: string;
  /** Bytes of a request; 4 MiB unless told. */
  readonly chunkBytes?: number;
  /** Tries in a row without progress; 6 unless told. */
  readonly tries?: number;
  /** Milliseconds before the second try, doubling from then on; a second unless told. */
  readonly waitMs?: number;
  /** An upload that was begun before, to be continued: what `begun` was told. */
  readonly at?: string;
  /** Told the address of the upload, so that it can be continued after a restart, within a day. */
  readonly begun?: (at: string) => void;
  readonly progress?: (sent: number, total: number) => void;
  readonly signal?: AbortSignal;
}

const TUS = { 'tus-resumable': '1.0.0' };
const CHUNK = 4 << 20;

const base64 = (text: string): string =>
  btoa(Array.from(new TextEncoder().encode(text), (byte) => String.fromCharCode(byte)).join(''));

/**
 * Sends a file by the protocol of resumable uploads (tus 1.0.0): what breaks off is continued where it was. Resolves
 * once the file is safe on the server's disk. Fails with BellwetherProblem where the server refuses it.
 */
export async function upload(asking: Asking, file: Blob, options: UploadOptions): Promise<Receipt> {
  const { feed, name, chunkBytes = CHUNK, tries = 6, waitMs = 1000, begun, progress, signal } = options;
  const during = signal ? { signal } : {};
  let at = options.at;
  let offset: number | undefined;
  let failures = 0;

  async function create(): Promise<string> {
    const metadata = `feed ${base64(feed)},filename ${base64(name)}`;
    const headers = { ...TUS, 'upload-length': String(file.size), 'upload-metadata': metadata };
    const response = await asking.ask(asking.url('/v1/uploads'), { method: 'POST', headers, ...during });
    const location = response.headers.get('location');
    if (location === null) throw new Error('the server did not say where the upload is');
    return new URL(location, response.url).href;
  }

  /** Where the server stands; the receipt, where the answer to the last bytes was lost. */
  async function reached(place: string): Promise<number | Receipt> {
    const response = await asking.ask(place, { method: 'HEAD', headers: TUS, ...during });
    return receiptIn(response) ?? Number(response.headers.get('upload-offset') ?? 0);
  }

  for (;;) {
    try {
      if (at === undefined) {
        at = await create();
        offset = 0;
        begun?.(at);
      }
      if (offset === undefined) {
        const stands = await reached(at);
        if (typeof stands !== 'number') return stands;
        offset = stands;
      }
      const part = file.slice(offset, offset + chunkBytes);
      const headers = { ...TUS, 'upload-offset': String(offset), 'content-type': 'application/offset+octet-stream' };
      const response = await asking.ask(at, { method: 'PATCH', headers, body: part, ...during });
      offset = Number(response.headers.get('upload-offset') ?? offset + part.size);
      failures = 0;
      progress?.(offset, file.size);
      const receipt = receiptIn(response);
      if (receipt) return receipt;
      if (part.size === 0) throw new Error('all has been sent, and the server gives no receipt');
    } catch (error) {
      const status = error instanceof BellwetherProblem ? error.more.status : 0;
      // 409: where we stand is not where the server stands; 423: it is still busy with what broke off.
      const isPassing = status === 0 || status === 409 || status === 423 || status === 429 || status >= 500;
      if (!isPassing || signal?.aborted === true || ++failures >= tries) throw error;
      offset = undefined;
      const asked = error instanceof BellwetherProblem ? (error.more.retryAfter ?? 0) * 1000 : 0;
      await new Promise((resolve) => setTimeout(resolve, Math.max(asked, waitMs * 2 ** (failures - 1))));
    }
  }
}

function receiptIn({ headers }: Response): Receipt | undefined {
  const submission = headers.get('bellwether-submission');
  if (submission === null) return undefined;
  const sha256 = headers.get('bellwether-sha256') ?? submission;
  return { submission, sha256, duplicate: headers.get('bellwether-duplicate') === 'true' };
}
