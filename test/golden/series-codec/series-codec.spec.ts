import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { decodeRecord, decodeRegionYear, encodeRecord, recordPreset } from '#series-codec';
import { bareCodec } from './bare-context.js';

interface Golden {
  readonly name: string;
  readonly version: number;
  readonly rev: number;
  readonly total: readonly number[];
  readonly unflagged: readonly number[];
  readonly status: readonly number[];
  readonly bytes: string;
}

const read = (name: string): unknown => JSON.parse(readFileSync(resolve('test/golden/series-codec', name), 'utf8'));
const goldens = read('records.json') as readonly Golden[];
const bytesOf = (hex: string): Uint8Array => Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16));
const recordOf = ({ total, unflagged, status, rev }: Golden) => ({
  total: Uint32Array.from(total),
  unflagged: Uint32Array.from(unflagged),
  status: Uint8Array.from(status),
  rev,
});

describe('bytes that were written once', () => {
  it('are there for every version', () => {
    expect(new Set(goldens.map(({ version }) => version))).toEqual(new Set([1, 3, 4]));
    for (const { version, bytes } of goldens) expect(bytesOf(bytes)[0]! % 16).toBe(version);
  });

  it.each(goldens)('of $name are read as what was written', (golden) => {
    expect(decodeRecord(bytesOf(golden.bytes))).toEqual(recordOf(golden));
  });

  it.each(goldens.filter(({ version }) => version === 4))('of $name are written again, with their preset', (golden) => {
    const bytes = bytesOf(golden.bytes);
    expect(encodeRecord(recordOf(golden), recordPreset(bytes))).toEqual(bytes);
  });

  it('of a region-year are read as what was written', () => {
    const golden = read('region-year.json') as {
      bytes: string;
      year: number;
      rev: number;
      reporting: number;
      categories: readonly string[];
    };
    const regionYear = decodeRegionYear(bytesOf(golden.bytes));
    expect(regionYear).toMatchObject({ year: golden.year, days: 365, rev: golden.rev });
    expect([...regionYear.categories.keys()]).toEqual(golden.categories);
    expect(regionYear.reporting).toEqual(new Uint32Array(365).fill(golden.reporting));
    const first = goldens.find(({ name }) => name === golden.categories[0]);
    if (!first) throw new Error('the first category has no golden record');
    expect(regionYear.categories.get(first.name)).toEqual(recordOf(first));
  });
});

describe('a bare JavaScript context', () => {
  it('decodes and encodes the same bytes, without any Node interface', async () => {
    const bare = await bareCodec();
    for (const golden of goldens) {
      const bytes = bytesOf(golden.bytes);
      const record = bare.decodeRecord(bytes);
      expect(Array.from(record.total)).toEqual(golden.total);
      expect(Array.from(record.unflagged)).toEqual(golden.unflagged);
      expect(Array.from(record.status)).toEqual(golden.status);
      expect(record.rev).toBe(golden.rev);
    }
    for (const golden of goldens)
      expect(Array.from(bare.encodeRecord(recordOf(golden)))).toEqual(Array.from(encodeRecord(recordOf(golden))));
  });
});
