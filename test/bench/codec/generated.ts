import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { record, type Sample } from './samples.js';

interface Generated {
  readonly tot: Uint32Array;
  readonly np: Uint32Array;
}

interface Model {
  generate(
    seed: number,
    ...sizes: readonly [states: number, counties: number, zips: number, categories: number]
  ): Readonly<Record<'zip' | 'county' | 'state', readonly Generated[]>>;
}

/** The series of `../shared/tools/series` for a seed, with the sizes its command line has by default. */
export async function generatedSamples(seed: number): Promise<Sample[]> {
  const path = resolve('../shared/tools/series/model.mjs');
  const { generate } = (await import(pathToFileURL(path).href)) as Model;
  const series = generate(seed, 2, 4, 5, 3);
  return (['zip', 'county', 'state'] as const).map((name) => ({
    name,
    records: series[name].map(({ tot, np }) => record(tot, np)),
  }));
}

/** A CSV with the columns level,id,series,d1…dn, where series is total or unflagged, in that order for each id. */
export function csvSamples(path: string): Sample[] {
  const totals = new Map<string, Uint32Array>();
  const samples = new Map<string, ReturnType<typeof record>[]>();
  for (const line of readFileSync(path, 'utf8').trim().split(/\r?\n/).slice(1)) {
    const [level, id, series, ...days] = line.split(',');
    if (level === undefined || id === undefined) continue;
    const values = Uint32Array.from(days, Number);
    const key = `${level},${id}`;
    const total = totals.get(key);
    if (series === 'total') totals.set(key, values);
    else if (total) samples.set(level, [...(samples.get(level) ?? []), record(total, values)]);
    else throw new Error(`${key}: unflagged stands before total`);
  }
  return Array.from(samples, ([name, records]) => ({ name, records }));
}
