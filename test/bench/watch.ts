import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { seededRandom } from '#detection';
import { startEngine } from '#embedded-clickhouse';
import { loadConfiguration } from '#registry';
import { dayAt, type Region } from '#vocabulary';
import { insertFacilityPlaces, insertSlots, nextRev, openEngine, recomputeRollups, type SlotRow } from '#warehouse';
import { openWatch } from '#watch';
import type { Benchmark } from './benchmark.js';

const HELP = `Detection beside ingest: facilities of the shipped geography report eight categories a day (data set ed-visits, rule
config/alarms/ed-visits.yaml: nation, HHS regions, states, counties; method switch; the newest 7 days). Then one facility reports
today, again and again: milliseconds from the notice of its commit until everything it touches is judged and written, and the run
recorded. Last, everything is judged anew. The engine is the embedded one, in this process.

  --facilities N   (default 2000)
  --reports N      single reports (default 20)`;

const DAYS = 64;
const DATASET = 'ed-visits';

export const benchmark: Benchmark = {
  summary: 'from the notice of a commit until its regions are judged, and everything judged anew',
  help: HELP,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { facilities: { type: 'string', default: '2000' }, reports: { type: 'string', default: '20' } },
    });
    const facilities = Number(values.facilities);
    const loaded = loadConfiguration('config');
    const rule = loaded.alarms.get(DATASET)!;
    const configuration = { ...loaded, alarms: new Map([[DATASET, rule]]) };
    const { crosswalk } = configuration;
    const zips = crosswalk.zips();
    const random = seededRandom(1);
    const folder = mkdtempSync(join(tmpdir(), 'bench-watch-'));
    const server = await startEngine({ dataPath: join(folder, 'engine') });
    const engine = await openEngine({ url: server.url });
    try {
      const today = dayAt(Date.now(), 'America/New_York');
      const { rev } = await nextRev(engine, DATASET);
      const places = Array.from({ length: facilities }, (_, i) => {
        const zip = zips[random.below(zips.length)]!.zip;
        const county = crosswalk.countyOf(zip, today);
        const state = crosswalk.stateOf(county);
        return { dataset: DATASET, facility: `F${i}`, zip, county, state, hhs: crosswalk.hhsOf(state), rev };
      });
      await insertFacilityPlaces(engine, places);
      const categories = rule.categories.map((category) => category);
      const slot = (facility: string, day: number, version: bigint): SlotRow => ({
        origin: { dataset: DATASET, tie: 0n, gen: 0, arrived: Date.now(), submission: '11'.repeat(32), feed: 'ed-csv' },
        content: {
          day,
          facility,
          unit: 0n,
          version,
          reported: true,
          zip: '',
          categories,
          flags: categories.map(() => 'discharged'),
          places: categories.map(() => ''),
          statuses: categories.map(() => 0),
          values: categories.map((_, c) => 4 + c + random.below(8)),
          records: categories.map(() => 1),
        },
      });
      const days = Array.from({ length: DAYS }, (_, i) => today - DAYS + i);
      for (const day of days) await insertSlots(engine, places.map(({ facility }) => slot(facility, day, 1n))); // prettier-ignore
      const touched = places.map(({ facility }) => ({ region: { level: 'facility', code: facility } as const, days }));
      await recomputeRollups(engine, { dataset: DATASET, touched, rev });

      const runs: { seconds: number; cells: number; lag: number }[] = [];
      const began = performance.now();
      const watch = openWatch({
        engine,
        configuration: () => configuration,
        now: Date.now,
        isCurrent: () => true,
        tell: async () => undefined,
        published: () => undefined,
        ran: (run) => runs.push(run),
        log: (level, message, facts) => void (level === 'warn' && console.log(message, facts)),
      });
      await watch.idle();
      const startMs = performance.now() - began;
      const first = runs.at(-1)!;
      const latencies: number[] = [];
      for (let i = 0; i < Number(values.reports); i++) {
        const place = places[random.below(places.length)]!;
        await insertSlots(engine, [slot(place.facility, today, BigInt(i + 2))]);
        const next = await nextRev(engine, DATASET);
        const regions: Region[] = [
          { level: 'facility', code: place.facility },
          { level: 'zip', code: place.zip },
          { level: 'county', code: place.county },
          { level: 'state', code: place.state },
          { level: 'hhs', code: place.hhs },
          { level: 'nation', code: 'us' },
        ];
        const notice = {
          dataset: DATASET,
          rev: next.rev,
          touched: regions.map((region) => ({ region, days: [today] })),
        };
        await recomputeRollups(engine, { dataset: DATASET, rev: next.rev, touched: notice.touched.slice(0, 1) });
        const at = performance.now();
        watch.changed(notice);
        await watch.idle();
        latencies.push(performance.now() - at);
      }
      latencies.sort((a, b) => a - b);
      const again = performance.now();
      watch.lost();
      await watch.idle();
      const wholeMs = performance.now() - again;
      const whole = runs.at(-1)!;
      await watch.close();
      const figures = {
        facilities,
        start: { ms: Math.round(startMs), cells: first.cells },
        report: {
          medianMs: Math.round(latencies[latencies.length >>> 1]!),
          mostMs: Math.round(latencies.at(-1)!),
          cells: runs[1]?.cells,
        },
        whole: { ms: Math.round(wholeMs), judgingMs: Math.round(whole.seconds * 1000), cells: whole.cells },
        residentMiB: Math.round(process.memoryUsage().rss / 2 ** 20),
      };
      console.log(`${facilities} facilities, ${categories.length} categories, ${DAYS} days`);
      console.log(`begin: everything read and judged        ${figures.start.ms} ms, ${figures.start.cells} cells`);
      console.log(`one report, until judged and written     ${figures.report.medianMs} ms (median), ${figures.report.mostMs} ms (most), ${figures.report.cells} cells`); // prettier-ignore
      console.log(`everything read and judged anew          ${figures.whole.ms} ms, of which judging and writing ${figures.whole.judgingMs} ms, ${figures.whole.cells} cells`); // prettier-ignore
      return figures;
    } finally {
      await engine.close();
      await server.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};
