import { parseArgs } from 'node:util';
import { rmSync } from 'node:fs';
import { openAnalytics } from '#analytics';
import { openImageStore, openProcessStore } from '#cache';
import { loadConfiguration } from '#registry';
import { encodeRegionYear } from '#series-codec';
import { daysInYear, type Region, startOfYear } from '#vocabulary';
import type { Benchmark } from './benchmark.js';
import { generatedSamples } from './codec/generated.js';
import { benchConfiguration, CATEGORIES, FROM, SIX, TO, YEARS } from './serve/world.js';

const HELP = `CPU of one question (six series of two years of one zip, chosen at random) over packed years in the memory of one process, as
the number of cached records grows. A record is a region × category × year; a packed year holds 24. Only the finding of the
records is measured, without HTTP, decoding and text, which do not depend on how many there are; then the whole of it, with decoding.

  --most N         records at the end (default 1000000)`;

const QUESTIONS = 20_000;
const DECODED = 300;

function cpuOf(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

/** Packed years of the generator's zip series, some of each year; keys share their content, never their bytes. */
async function packedYears(): Promise<ReadonlyMap<number, readonly Uint8Array[]>> {
  const sample = (await generatedSamples(20_261_121)).find(({ name }) => name === 'zip')!;
  const packed = YEARS.map((year, y): [number, Uint8Array[]] => {
    const days = daysInYear(year);
    const cut = (values: Uint32Array): Uint32Array => values.slice(y * 364, y * 364 + days);
    const bodies = Array.from({ length: 4 }, (_, which) =>
      encodeRegionYear({
        year,
        start: startOfYear(year),
        days,
        rev: 1,
        reporting: new Uint32Array(days).fill(3),
        categories: new Map(
          CATEGORIES.map((category, i) => {
            const { total, unflagged } = sample.records[(which * 5 + i) % sample.records.length]!;
            const [all, part] = [new Uint32Array(days), new Uint32Array(days)];
            all.set(cut(total));
            part.set(cut(unflagged));
            return [category, { total: all, unflagged: part, status: new Uint8Array(days), rev: 1 }];
          }),
        ),
      }),
    );
    return [year, bodies];
  });
  return new Map(packed);
}

export const benchmark: Benchmark = {
  summary: 'CPU of a question from 1,000 to 1,000,000 cached records',
  help: HELP,
  async run(args) {
    const { values } = parseArgs({ args: [...args], options: { most: { type: 'string', default: '1000000' } } });
    const most = Number(values.most);
    const config = benchConfiguration();
    const configuration = loadConfiguration(config);
    const zips = [...configuration.crosswalk.zips()].map((zip) => (typeof zip === 'string' ? zip : zip.zip));
    const packed = await packedYears();
    const store = openProcessStore({ maxBytes: 2 ** 31 });
    const never = (): Promise<never> => Promise.reject(new Error('the warehouse is not asked here'));
    const analytics = openAnalytics({
      engine: { rows: never, run: never, insert: never, native: never, ping: never, close: never },
      store,
      images: openImageStore({ maxBytes: 1 }),
      rawStore: { facts: never, pending: never },
      configuration: () => configuration,
      now: Date.now,
    });
    const regions: Region[] = [];
    async function grow(records: number): Promise<void> {
      while (regions.length * CATEGORIES.length * YEARS.length < records) {
        const region: Region = { level: 'zip', code: zips[regions.length]! };
        const keys = YEARS.map((year) => `bench/zip:${region.code}/${year}`);
        const leases = await store.lease(keys);
        const entries = keys.map((key, i) => {
          const bodies = packed.get(YEARS[i]!)!;
          return { key, lease: leases[i]!, value: Uint8Array.from(bodies[regions.length % bodies.length]!) };
        });
        await store.put(entries);
        regions.push(region);
      }
    }
    let seed = 1;
    const next = (): Region => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return regions[Math.floor((seed / 2 ** 32) * regions.length)]!;
    };
    const ask = (): void => {
      const question = { dataset: 'bench', categories: SIX, regions: [next()], from: FROM, to: TO };
      if (!analytics.records.now(question)) throw new Error('a record is missing');
    };
    console.log('   records   packed years   finding µs   with decoding µs   memory MiB');
    const sizes = [1000, 10_000, 100_000, 1_000_000].filter((size) => size <= most);
    const rows: { records: number; findUs: number; decodeUs: number }[] = [];
    for (const size of sizes) {
      await grow(size);
      cpuOf(() => Array.from({ length: QUESTIONS }, ask));
      const findUs = Math.min(...[0, 1, 2].map(() => cpuOf(() => Array.from({ length: QUESTIONS }, ask)))) / QUESTIONS;
      const whole = async (): Promise<number> => {
        const before = process.cpuUsage();
        for (let i = 0; i < DECODED; i++)
          await analytics.series({ dataset: 'bench', categories: SIX, regions: [next()], from: FROM, to: TO });
        const { user, system } = process.cpuUsage(before);
        return (user + system) / DECODED;
      };
      await whole();
      const decodeUs = Math.min(await whole(), await whole(), await whole());
      const years = regions.length * YEARS.length;
      const cells = [
        size,
        years,
        findUs.toFixed(2),
        decodeUs.toFixed(0),
        Math.round(process.memoryUsage().rss / 2 ** 20),
      ];
      console.log(cells.map((cell, i) => String(cell).padStart([10, 15, 13, 19, 13][i]!)).join(''));
      rows.push({ records: size, findUs: Math.round(findUs * 100) / 100, decodeUs: Math.round(decodeUs) });
    }
    rmSync(config, { recursive: true, force: true });
    const growth = Math.round((rows.at(-1)!.decodeUs / rows[0]!.decodeUs) * 100) / 100;
    console.log(`from the first to the last row: × ${growth} with decoding (goal: at most 1.2)`);
    return { rows, growth };
  },
};
