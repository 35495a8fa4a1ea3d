import { decodeRecord, encodeRecord } from '#series-codec';
import { countsIn, type Sample } from './samples.js';

export interface Timing {
  readonly decodeNs: number;
  readonly encodeNs: number;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Runs `work` until 20 ms have passed; nanoseconds a count. */
function nanoseconds(counts: number, work: () => void): number {
  const start = process.hrtime.bigint();
  let rounds = 0;
  let passed = 0;
  do {
    work();
    rounds++;
    passed = Number(process.hrtime.bigint() - start);
  } while (passed < 20e6);
  return passed / rounds / counts;
}

/**
 * Decoding, and encoding with stored presets, of every sample in turn, `rounds` times over, so that a slow moment of
 * the machine falls on all alike; the medians in nanoseconds a count.
 */
export function timings(samples: readonly Sample[], rounds: number): Timing[] {
  const work = samples.map(({ records }) => {
    const encoded = records.map((record) => encodeRecord(record));
    return {
      counts: countsIn(records),
      decode: () => {
        for (const bytes of encoded) decodeRecord(bytes);
      },
      encode: () => {
        records.forEach((record, i) => encodeRecord(record, encoded[i]));
      },
      decodes: [] as number[],
      encodes: [] as number[],
    };
  });
  for (const { decode, encode, counts } of work) {
    nanoseconds(counts, decode);
    nanoseconds(counts, encode);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { decode, encode, counts, decodes, encodes } of work) {
      decodes.push(nanoseconds(counts, decode));
      encodes.push(nanoseconds(counts, encode));
    }
  }
  return work.map(({ decodes, encodes }) => ({ decodeNs: median(decodes), encodeNs: median(encodes) }));
}
