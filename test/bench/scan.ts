import { parseArgs } from 'node:util';
import { permutationScan, SCANNING, type ScanCounts, seededRandom } from '#detection';
import type { Benchmark } from './benchmark.js';

/** CPU seconds of SaTScan 10.3.2 with 999 replicates on one core of a Xeon: ALGORITHMS.md §3 of the detection reference. */
const SIZES = [
  { places: 80, cases: 2_500, satscan: 0.25 },
  { places: 600, cases: 20_133, satscan: 7.6 },
] as const;
const DAYS = 90;

const HELP = `A prospective space-time permutation scan of so many places and cases over 90 days, circles up to half of the cases,
windows up to 14 days, 999 replicates, the same sizes as ../shared/reference/detection/ALGORITHMS.md §3 has for SaTScan.
Places lie at random, cases fall on them unevenly (seeded); four neighbours have twelve cases more in the last three days,
which must be the first cluster. CPU seconds of this process on one thread: least and median of the runs.

  --runs N   (default 5)
  --seed N   (default 20261121)`;

/** Uneven places, and one planted cluster around the first. */
function planted(places: number, cases: number, seed: number): { readonly counts: ScanCounts; readonly members: number[] } {
  const random = seededRandom(seed);
  const at = Array.from({ length: places }, () => [random.below(100_000) / 1000, random.below(100_000) / 1000] as const);
  const counts = at.map(() => new Int32Array(DAYS));
  for (let n = 0; n < cases; n++) {
    const place = Math.min(random.below(places), random.below(places));
    counts[place]![random.below(DAYS)]!++;
  }
  const far = (i: number): number => Math.hypot(at[i]![0] - at[0]![0], at[i]![1] - at[0]![1]);
  const members = at.map((_, i) => i).sort((a, b) => far(a) - far(b)).slice(0, 4); // prettier-ignore
  for (const place of members) for (let age = 0; age < 3; age++) counts[place]![DAYS - 1 - age]! += 4;
  return { counts: { places: at, cases: counts }, members };
} // prettier-ignore

export const benchmark: Benchmark = {
  summary: 'a space-time permutation scan with 999 replicates, beside SaTScan',
  help: HELP,
  run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { runs: { type: 'string', default: '5' }, seed: { type: 'string', default: '20261121' } },
    });
    const rows = SIZES.map(({ places, cases, satscan }) => {
      const { counts, members } = planted(places, cases, Number(values.seed));
      const seconds: number[] = [];
      let found = false;
      for (let run = 0; run < Number(values.runs); run++) {
        const before = process.cpuUsage();
        const { clusters } = permutationScan(counts, { ...SCANNING, geometry: 'plane', maxDays: 14, seed: run + 1 });
        const { user, system } = process.cpuUsage(before);
        seconds.push((user + system) / 1e6);
        found = members.every((place) => clusters[0]?.members.includes(place));
      }
      seconds.sort((a, b) => a - b);
      const [least, median] = [seconds[0]!, seconds[seconds.length >>> 1]!];
      return { places, cases, least, median, satscan, times: satscan / median, found };
    });
    console.log('places   cases    least s  median s   SaTScan s   times   planted cluster');
    for (const { places, cases, least, median, satscan, times, found } of rows)
      console.log(
        `${String(places).padStart(6)}${String(cases).padStart(8)}${least.toFixed(3).padStart(11)}${median.toFixed(3).padStart(10)}${satscan.toFixed(2).padStart(12)}${times.toFixed(1).padStart(8)}   ${found ? 'found first' : 'MISSED'}`,
      );
    return Promise.resolve({ rows });
  },
};
