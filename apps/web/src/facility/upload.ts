import { fetchJson } from '../ask/fetch-answer.js';
import { keyOfTab } from '../ask/key.js';
import { addressWith } from '../address/address.js';
import type { RowError } from './states.js';

export interface Sending {
  readonly feed: string;
  readonly file: File;
  /** Share that has been sent, 0 to 1. */
  progress(share: number): void;
}

/**
 * Sends a file by the resumable protocol (tus): a broken line continues where it was, also after the page was closed.
 * Resolves with the id of the submission once its bytes are safe.
 */
export async function send({ feed, file, progress }: Sending): Promise<string> {
  const { Upload } = await import('tus-js-client');
  const key = keyOfTab();
  return new Promise((resolve, reject) => {
    const upload = new Upload(file, {
      endpoint: '/v1/uploads',
      metadata: { feed, filename: file.name },
      headers: key === undefined ? {} : { 'X-Api-Key': key },
      retryDelays: [0, 1000, 3000, 5000, 10_000],
      removeFingerprintOnSuccess: true,
      onProgress: (sent, total) => progress(total === 0 ? 1 : sent / total),
      onError: reject,
      onSuccess: ({ lastResponse }) => {
        const id = lastResponse.getHeader('Bellwether-Submission');
        if (id === undefined) reject(new Error('the server gave no receipt'));
        else resolve(id);
      },
    });
    void upload.findPreviousUploads().then(([before]) => {
      if (before) upload.resumeFromPreviousUpload(before);
      upload.start();
    }, reject);
  });
}

interface Cell {
  readonly value: number;
  readonly reported: number;
}
export interface DryRun {
  readonly rows_read: number | null;
  readonly rows_accepted: number | null;
  readonly rows_refused: number | null;
  readonly errors: readonly RowError[];
  readonly cells: readonly {
    readonly region: string;
    readonly day: string;
    readonly category: string;
    readonly flag: string;
    readonly before: Cell | null;
    readonly after: Cell | null;
  }[];
  readonly cut: boolean;
}

/** What a file would change; nothing of it is kept. */
export const tryFile = ({ feed, file }: { feed: string; file: File }): Promise<DryRun> =>
  fetchJson<DryRun>(addressWith('/v1/dry-runs', { feed, name: file.name }), {
    method: 'POST',
    body: file,
    headers: { 'content-type': 'application/octet-stream' },
  });
