import type { Decoded, ToDecode } from './decoder.js';
import { decodeRecords } from './records.js';
import { warmUpDecoder } from './warm-up.js';

/** What this thread does with messages; the types of the page do not know workers. */
interface Thread {
  onmessage: (event: MessageEvent<ToDecode>) => void;
  postMessage(message: Decoded, transfer: readonly Transferable[]): void;
}
const thread = globalThis as unknown as Thread;

thread.onmessage = ({ data: { id, bytes } }) => {
  const start = performance.now();
  try {
    const cells = decodeRecords(bytes);
    thread.postMessage({ id, cells, took: performance.now() - start }, [cells.counts.buffer, cells.statuses.buffer]);
  } catch (error) {
    thread.postMessage({ id, failed: error instanceof Error ? error.message : String(error) }, []);
  }
};

void warmUpDecoder();
