import type { SeriesAnswer } from '../ask/shapes.js';
import type { Reading } from '../ask/use-answer.js';
import { answerOf, type Cells } from './cells.js';

const TYPE = 'application/vnd.bellwether.series';

/** To the thread that decodes. */
export interface ToDecode {
  readonly id: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}
/** From it; `took` is in milliseconds. */
export type Decoded =
  | { readonly id: number; readonly cells: Cells; readonly took: number }
  | { readonly id: number; readonly failed: string };

const waiting = new Map<number, (decoded: Decoded) => void>();
let newest = 0;

let decoder: Worker | undefined;

/** Starts the thread, which makes its tables while a page and its first question are on their way. */
export function startDecoder(): Worker {
  if (decoder) return decoder;
  const made = new Worker(new URL('./decoder.worker.ts', import.meta.url), { type: 'module' });
  made.onmessage = ({ data }: MessageEvent<Decoded>) => {
    waiting.get(data.id)?.(data);
    waiting.delete(data.id);
  };
  made.onerror = ({ message }) => {
    for (const [id, told] of waiting) told({ id, failed: message });
    waiting.clear();
    decoder = undefined;
  };
  return (decoder = made);
}

async function decode(bytes: Uint8Array<ArrayBuffer>): Promise<SeriesAnswer> {
  const id = ++newest;
  const decoded = await new Promise<Decoded>((resolve) => {
    waiting.set(id, resolve);
    startDecoder().postMessage({ id, bytes } satisfies ToDecode, [bytes.buffer]);
  });
  if ('failed' in decoded) throw new Error(decoded.failed);
  performance.measure('series decoded', { end: performance.now(), duration: decoded.took });
  return answerOf(decoded.cells);
}

/** Asks for stored records, a tenth of the bytes of JSON, and decodes them beside the page. */
export const STORED_RECORDS: Reading<SeriesAnswer> = {
  accept: TYPE,
  async read(response) {
    if (response.headers.get('content-type')?.startsWith(TYPE) !== true) return (await response.json()) as SeriesAnswer;
    return decode(new Uint8Array(await response.arrayBuffer()));
  },
};
