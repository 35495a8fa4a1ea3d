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
