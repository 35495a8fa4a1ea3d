import { describe, expect, it } from '@jest/globals';
import { crc32 } from './checksum.js';
import {
  bellTables,
  countTables,
  cumulated,
  JUMPS,
  makeBellTable,
  makeCountTable,
  makeShareTable,
  SHARE_STEPS,
  CORRELATION_STEPS,
  shareTables,
  WHOLE,
} from './tables.js';

const frequencies = (at: number): number[] =>
  Array.from({ length: cumulated[at - JUMPS - 1]! }, (_, i) => cumulated[at + i + 1]! - cumulated[at + i]!);

describe('tables', () => {
  // The last one made ends the array, so that all of them at once must fit in it.
  const kinds = [
    { name: 'counts', tables: countTables, make: makeCountTable, first: 0 },
    { name: 'parts', tables: shareTables, make: makeShareTable, first: SHARE_STEPS * CORRELATION_STEPS },
    { name: 'bells', tables: bellTables, make: makeBellTable, first: 0 },
  ];

  it.each(kinds)('of $name all fit, give every symbol a frequency, and add up', ({ tables, make, first }) => {
    for (let key = first; key < tables.length; key++) {
      const at = tables[key]! || make(key);
      const all = frequencies(at);
      if (all.length < 2 || Math.min(...all) < 1 || cumulated[at] !== 0 || cumulated[at + all.length] !== WHOLE)
        throw new Error(`table ${key} does not add up`);
    }
  });

  it('are the same bits as when version 2 was made', () => {
    const sums = [countTables, shareTables, bellTables].map((tables) => {
      const bytes = Array.from(tables)
        .filter((at) => at > 0)
        .flatMap((at) => frequencies(at).flatMap((frequency) => [frequency & 255, frequency >> 8]));
      return crc32(Uint8Array.from(bytes), 0, bytes.length).toString(16);
    });
    expect(sums).toEqual(['7551e72f', '392b4a5a', '4563a557']);
  });
});
