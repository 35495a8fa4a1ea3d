import { parseArgs } from 'node:util';
import { type ChartInput, interFonts, lineChart, renderPng, renderSvg, warmUpCharts } from '#chart';
import { parseDay, type SeriesRecord, statusName } from '#vocabulary';
import type { Benchmark } from './benchmark.js';
import { chartJsPng, prepareChartJs } from './chart/peer.js';
import { generatedSamples } from './codec/generated.js';

const HELP = `One chart of six two-year series (730 points each), 800 × 400, with title, axes, labels and text, drawn from numbers to
finished bytes. "Cold" means that no picture is kept: only code and glyphs are warm. Process CPU, all threads; the best
of several batches, because other programs on the machine can only add to it.

  png, svg         this repository: scene and back end together
  chart.js         chart.js on @napi-rs/canvas: the same lines, title and legend, as PNG
  first            the first chart of a process after it has warmed up, as the api does before its doors open

  --seed N         seed of ../shared/tools/series (default 20261121)
  --batches N      batches of 20 charts each (default 15)`;

const BATCH = 20;
const LABELS = ['Bronchial remedies', 'Chest rubs', 'Electrolytes', 'Throat lozenges', 'Thermometers', 'Rehydration'];

interface Cost {
  readonly cpuMs: number;
  readonly bytes: number;
}

function cpuMs(work: () => unknown): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

function cost(draw: () => Uint8Array | string, batches: number): Cost {
  let least = Infinity;
  for (let batch = 0; batch <= batches; batch++) {
    const spent = cpuMs(() => {
      for (let i = 0; i < BATCH; i++) draw();
    });
    if (batch > 0) least = Math.min(least, spent / BATCH);
  }
  return { cpuMs: Math.round(least * 100) / 100, bytes: Buffer.byteLength(draw()) };
}

function inputOf(records: readonly SeriesRecord[]): ChartInput {
  const from = parseDay('2024-01-01') ?? 0;
  return {
    title: 'Over-the-counter sales',
    subtitle: 'All stores, daily',
    unit: 'units sold',
    from,
    to: from + 729,
    series: records.slice(0, 6).map(({ total, unflagged, status }, i) => ({
      label: LABELS[i] ?? String(i),
      from,
      total: [...total],
      unflagged: [...unflagged],
      status: Array.from(status, statusName),
    })),
    show: 'total',
    width: 800,
    height: 400,
    theme: 'light',
  };
}

export const benchmark: Benchmark = {
  summary: 'CPU and bytes of a cold chart of six two-year series, beside chart.js',
  help: HELP,
  async run(args) {
    const { values } = parseArgs({
      args: [...args],
      options: { seed: { type: 'string', default: '20261121' }, batches: { type: 'string', default: '15' } },
    });
    const samples = await generatedSamples(Number(values.seed));
    const batches = Number(values.batches);
    const warmUp = cpuMs(warmUpCharts);
    const first = samples[0] ? cpuMs(() => renderPng(lineChart(inputOf(samples[0]!.records), interFonts()))) : NaN;
    prepareChartJs();
    console.log('level      png ms   bytes     svg ms   bytes     chart.js ms   bytes');
    const levels = samples.map(({ name, records }) => {
      const input = inputOf(records);
      const png = cost(() => renderPng(lineChart(input)), batches);
      const svg = cost(() => renderSvg(lineChart(input)), batches);
      const chartJs = cost(() => chartJsPng(input), Math.min(3, batches));
      const cells = [png, svg, chartJs].map(
        (one) => `${one.cpuMs.toFixed(2).padStart(8)} ${String(one.bytes).padStart(8)}`,
      );
      console.log(`${name.padEnd(8)}${cells.join('   ')}`);
      return { level: name, png, svg, chartJs };
    });
    console.log(
      `warming up at the start of a process: ${warmUp.toFixed(0)} ms; the first chart after it: ${first.toFixed(1)} ms`,
    );
    return { levels, warmUpMs: Math.round(warmUp), firstMs: Math.round(first * 10) / 10 };
  },
};
