import { describe, expect, it } from '@jest/globals';
import { crc32 } from './checksum.js';
import { WHOLE } from './rans.js';
import * as tables from './tables.js';

const differences = (cumulated: ArrayLike<number>, first: number, symbols: number): number[] =>
  Array.from({ length: symbols }, (_, i) => cumulated[first + i + 1]! - cumulated[first + i]!);

interface Kind {
  readonly name: string;
  readonly tables: Uint16Array | Int32Array;
  readonly make: (key: number) => number;
  readonly first: number;
}

interface Version {
  readonly version: number;
  readonly frequencies: (at: number) => number[];
  readonly kinds: readonly Kind[];
  readonly sums: readonly string[];
}

const versions: readonly Version[] = [
  {
    version: 4,
    frequencies: (at: number) => differences(tables.cumulated, (at + 1) * 32, tables.lastSymbol(at) + 1),
    kinds: [
      { name: 'counts', tables: tables.countTables, make: tables.makeCountTable, first: 0 },
      {
        name: 'parts',
        tables: tables.shareTables,
        make: tables.makeShareTable,
        first: tables.LOGITS.middles.length * tables.SCATTER_CLASSES,
      },
      { name: 'bells', tables: tables.bellTables, make: tables.makeBellTable, first: 0 },
    ],
    sums: ['8c6296ff', 'fb02a574', '8fba6417'],
  },
];

describe.each(versions)('tables of version $version', ({ frequencies, kinds, sums }) => {
  // The last one made ends the array, so that all of them at once must fit in it.
  it.each(kinds)('of $name all fit, give every symbol a frequency, and add up', ({ tables, make, first }) => {
    for (let key = first; key < tables.length; key++) {
      const all = frequencies(tables[key]! || make(key));
      if (all.length < 2 || Math.min(...all) < 1 || all.reduce((sum, frequency) => sum + frequency, 0) !== WHOLE)
        throw new Error(`table ${key} does not add up`);
    }
  });

  it('are the same bits as when the version was made', () => {
    const made = kinds.map(({ tables }) => {
      const bytes = Array.from(tables)
        .filter((at) => at > 0)
        .flatMap((at) => frequencies(at).flatMap((frequency) => [frequency & 255, frequency >> 8]));
      return crc32(Uint8Array.from(bytes), 0, bytes.length).toString(16);
    });
    expect(made).toEqual(sums);
  });
});
