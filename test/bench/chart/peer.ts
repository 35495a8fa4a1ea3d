import { createRequire } from 'node:module';
import { createCanvas, GlobalFonts } from '@napi-rs/canvas';
import { Chart, registerables } from 'chart.js';
import type { ChartInput } from '#chart';
import { formatDay } from '#vocabulary';

/** The same chart by chart.js on @napi-rs/canvas, set up as its own guide says for many points. */
export function chartJsPng(input: ChartInput): Uint8Array {
  const canvas = createCanvas(input.width, input.height);
  const labels = Array.from({ length: input.to - input.from + 1 }, (_, i) => formatDay(input.from + i));
  // The canvas lacks only what a browser adds; chart.js draws on it without knowing.
  const chart = new Chart(canvas as unknown as ConstructorParameters<typeof Chart>[0], {
    type: 'line',
    data: {
      labels,
      datasets: input.series.map(({ label, total }) => ({
        label,
        data: [...total],
        borderWidth: 1.3,
        pointRadius: 0,
        spanGaps: false,
      })),
    },
    options: {
      animation: false,
      responsive: false,
      devicePixelRatio: 1,
      plugins: { title: { display: true, text: input.title } },
      scales: { y: { beginAtZero: true, title: { display: true, text: input.unit } } },
    },
    plugins: [{ id: 'ground', beforeDraw: ground }],
  });
  const png = canvas.encodeSync('png');
  chart.destroy();
  return png;
}

function ground(chart: Chart): void {
  chart.ctx.fillStyle = '#fff';
  chart.ctx.fillRect(0, 0, chart.width, chart.height);
}

export function prepareChartJs(): void {
  const { resolve } = createRequire(import.meta.url);
  GlobalFonts.registerFromPath(resolve('@fontsource/inter/files/inter-latin-400-normal.woff2'), 'Inter');
  Chart.register(...registerables);
  Chart.defaults.font.family = 'Inter';
}
