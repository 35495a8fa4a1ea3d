import { decodeRecord, encodeRecord } from '#series-codec';
import { countsIn, type Sample } from './samples.js';

export interface Timing {
  readonly decodeNs: number;
  readonly encodeNs: number;
  readonly leastDecodeNs: number;
  readonly leastEncodeNs: number;
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1] ?? NaN;

/** Nanoseconds of processor time (not of the clock: the machine may have other work) of at least `least` of work. */
function nanoseconds(counts: number, work: () => void, least = 20e6): number {
  for (let rounds = 1; ; rounds *= 2) {
    const before = process.cpuUsage();
    for (let i = 0; i < rounds; i++) work();
    const { user, system } = process.cpuUsage(before);
    const passed = (user + system) * 1e3;
    if (passed >= least) return passed / rounds / counts;
  }
}

/**
 * Decoding, and encoding with stored presets, of every sample in turn, `rounds` times over, so that a slow moment of
 * the machine falls on all alike; the medians and the least, in nanoseconds a count.
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
    nanoseconds(counts, decode, 300e6);
    nanoseconds(counts, encode, 300e6);
  }
  for (let round = 0; round < rounds; round++) {
    for (const { decode, encode, counts, decodes, encodes } of work) {
      decodes.push(nanoseconds(counts, decode));
      encodes.push(nanoseconds(counts, encode));
    }
  }
  return work.map(({ decodes, encodes }) => ({
    decodeNs: median(decodes),
    encodeNs: median(encodes),
    leastDecodeNs: Math.min(...decodes),
    leastEncodeNs: Math.min(...encodes),
  }));
}
