import { parseArgs } from 'node:util';
import type { RegionYear } from '#vocabulary';
import { startOfYear } from '#vocabulary';
import { decodeRecord, decodeRegionYear, encodeRecord, encodeRegionYear } from '#series-codec';
import type { Benchmark } from './benchmark.js';
import { csvSamples } from './codec/csv.js';
import { generatedSamples } from './codec/generated.js';
import { realSamples } from './codec/real.js';
import { bestBrotli, completeBrotli, otherRivals, relatedBrotli } from './codec/rivals.js';
import { countsIn, type Sample, slice } from './codec/samples.js';
import { timings } from './codec/timing.js';

/** Bytes per count; ../shared/tools/series states them for seed 42 and its default sizes. */
const ENTROPY_BOUND: Readonly<Record<string, number>> = { zip: 0.195, county: 0.642, state: 1.191 };

const HELP = `A count is one number of total or of unflagged; a record of 730 days is 1,460 counts. Sizes are whole records with
version, days, rev (2 bytes), presets and checksum, every record by itself; brotli carries only the numbers.

  codec / brotli   bytes of the codec divided by bytes of brotli-11 (window 22, size hint) after the transform of the two
                   series that is best for the sample: text, 32-bit integers, byte planes, deltas by day and week,
                   variable-length integers, weekdays together
  … told of parts  the same, where the transforms may also store total − unflagged in place of unflagged
  … all it carries the same, where brotli also gets a byte a day of statuses for records with days that are not reported
  worst record     the largest quotient of a single record, told of parts, and with all that the record carries
  others           Huffman of the comma text (NRDM, 2005), Gorilla's XOR of doubles, zstd-22 (of this Node, or of the zstd
                   command; else "not available"), deflate-9
  bound            the entropy of ../shared/tools/series, as its README states it for seed 42; says nothing of other data
  decode, encode   nanoseconds a count on one thread; encode keeps the presets of an earlier encoding, as a daily
                   update does. Least and median of alternating runs; every decoded record is compared first
  region-year      the same series cut in years of 365 days, 24 records in one region-year (what the cache stores),
                   against brotli-11 of each year by itself

  --seed N         seed of ../shared/tools/series (default 20261121)
  --series FILE    a CSV instead: level,id,series,d1…dn; series is total or unflagged; an empty cell or NA is a missing day,
                   an id without unflagged has no flag
  --real           series made of ../shared/data as well (emergency calls, grocery receipts, hospital reports)
  --only-real      those alone
  --sizes          sizes alone, no timing`;

interface Figures {
  readonly sample: string;
  readonly records: number;
  readonly bytesPerCount: number;
  readonly brotliBytesPerCount: number;
  readonly ratio: number;
  /** Against brotli that is told that unflagged is a part of total. */
  readonly strictRatio: number;
  /** Against the same, carrying statuses too. */
  readonly completeRatio: number;
  readonly worstRecord: number;
  readonly worstCompleteRecord: number;
  readonly zstdAvailable: boolean;
  readonly others: Readonly<Record<string, number>>;
  readonly bound?: number;
}

const same = (a: Uint32Array | Uint8Array, b: Uint32Array | Uint8Array): boolean =>
  a.length === b.length && a.every((value, i) => value === b[i]);

function sizes({ name, records }: Sample): Figures {
  const counts = countsIn(records);
  const perRecord = records.map((record) => {
    const bytes = encodeRecord(record);
    const back = decodeRecord(bytes);
    if (!same(back.total, record.total) || !same(back.unflagged, record.unflagged) || !same(back.status, record.status))
      throw new Error('does not decode');
    return bytes.length;
  });
  const bytes = perRecord.reduce((sum, size) => sum + size, 0);
  const brotli = bestBrotli(records);
  const related = relatedBrotli(records);
  const complete = completeBrotli(records);
  const others = otherRivals(records);
  const worst = (rival: { perRecord: readonly number[] }): number =>
    perRecord.reduce((most, size, i) => Math.max(most, size / (rival.perRecord[i] ?? 0)), 0);
  const bound = ENTROPY_BOUND[name];
  return {
    sample: name,
    records: records.length,
    bytesPerCount: bytes / counts,
    brotliBytesPerCount: brotli.bytes / counts,
    ratio: bytes / brotli.bytes,
    strictRatio: bytes / related.bytes,
    completeRatio: bytes / complete.bytes,
    worstRecord: worst(related),
    worstCompleteRecord: worst(complete),
    zstdAvailable: others.some(({ name: rival }) => rival.startsWith('zstd')),
    others: Object.fromEntries(
      [brotli, related, ...others].map((rival) => [rival.name, rival.bytes / counts] as const),
    ),
    ...(bound === undefined ? {} : { bound }),
  };
}

/** 24 records of a year each in one region-year. */
function regionYears({ name, records }: Sample): {
  sample: string;
  bytesPerCount: number;
  ratio: number;
  strictRatio: number;
} {
  const years = records.flatMap((record) =>
    Array.from({ length: Math.floor(record.total.length / 365) }, (_, i) => slice(record, 365 * i, 365 * (i + 1))),
  );
  let bytes = 0;
  for (let first = 0; first < years.length; first += 24) {
    const regionYear: RegionYear = {
      year: 2026,
      start: startOfYear(2026),
      days: 365,
      rev: 10_000,
      reporting: new Uint32Array(365).fill(40),
      categories: new Map(years.slice(first, first + 24).map((record, i) => [`category ${i + 10}`, record])),
    };
    const packed = encodeRegionYear(regionYear);
    if (decodeRegionYear(packed).categories.size !== regionYear.categories.size) throw new Error('does not decode');
    bytes += packed.length;
  }
  return {
    sample: name,
    bytesPerCount: bytes / countsIn(years),
    ratio: bytes / bestBrotli(years).bytes,
    strictRatio: bytes / relatedBrotli(years).bytes,
  };
}

const ns = (value: number): string => value.toFixed(1).padStart(6);
const digits = (value: number): string => value.toFixed(3).padStart(8);

async function run(args: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seed: { type: 'string', default: '20261121' },
      series: { type: 'string' },
      real: { type: 'boolean', default: false },
      'only-real': { type: 'boolean', default: false },
      sizes: { type: 'boolean', default: false },
    },
  });
  const source = values['only-real'] ? 'real' : (values.series ?? `seed ${values.seed}`);
  const generated = values['only-real']
    ? []
    : values.series === undefined
      ? await generatedSamples(Number(values.seed))
      : csvSamples(values.series);
  const samples = [...generated, ...(values.real || values['only-real'] ? realSamples() : [])];

  console.log(`Bytes per count (${source})\n`);
  const figures = samples.map((sample) => {
    const found = sizes(sample);
    console.log(`${found.sample}: ${found.records} records`);
    console.log(`  ${digits(found.bytesPerCount)}  this codec`);
    for (const [rival, bytes] of Object.entries(found.others)) console.log(`  ${digits(bytes)}  ${rival}`);
    if (found.bound !== undefined) console.log(`  ${digits(found.bound)}  entropy bound (seed 42)`);
    if (!found.zstdAvailable) console.log('  not available  zstd');
    console.log(
      `  ${digits(found.ratio)}  codec / brotli  ${digits(found.strictRatio)}  told of parts  ${digits(found.completeRatio)}  all it carries`,
    );
    console.log(
      `  ${digits(found.worstRecord)}  worst record  ${digits(found.worstCompleteRecord)}  worst with all it carries\n`,
    );
    return found;
  });

  const packed = generated.filter(({ records }) => (records[0]?.total.length ?? 0) >= 365).map(regionYears);
  for (const { sample, bytesPerCount, ratio, strictRatio } of packed)
    console.log(
      `region-year, ${sample.padEnd(8)}${digits(bytesPerCount)} bytes per count ${digits(ratio)} codec / brotli ${digits(strictRatio)} told of parts`,
    );

  if (values.sizes) return { source, figures, regionYears: packed };
  const times = timings(samples, 25).map((timing, i) => ({ sample: samples[i]?.name, ...timing }));
  console.log('\nNanoseconds per count, medians (and least) of alternating runs\n');
  for (const { sample, decodeNs, encodeNs, leastDecodeNs, leastEncodeNs } of times)
    console.log(
      `  ${String(sample).padEnd(54)} decode ${ns(decodeNs)} (least ${ns(leastDecodeNs)})   encode ${ns(encodeNs)} (least ${ns(leastEncodeNs)})`,
    );
  return { source, figures, regionYears: packed, times };
}

export const benchmark: Benchmark = { summary: 'size and speed of the series codec', help: HELP, run };
