import { createHash } from 'node:crypto';
import sharp from 'sharp';
import { BellwetherError, type Day, type Region, UNKNOWN, regionKey } from '#vocabulary';
import { type ChartNowcast, type ChartSeries, lineChart, renderPng, renderSvg } from '#chart';
import type { Dataset } from '#registry';
import type { ChartAnswer, ChartMarks, ChartQuestion } from './questions.js';
import { answerSeries } from './series.js';
import { answerCompleteness } from './completeness.js';
import { type Sources, datasetOf, namesOf, regionName, whileUnchanged } from './sources.js';

const MAX_LINES = 12;
const CONTENT_TYPES = { png: 'image/png', svg: 'image/svg+xml', webp: 'image/webp' } as const;

function nameOf(sources: Sources, { level, code }: Region): string {
  if (code === UNKNOWN) return `Unknown ${level}`;
  if (level === 'nation') return 'United States';
  return sources.configuration().crosswalk.nameOf(level === 'event_zip' ? 'zip' : level, code) ?? code;
}

const titleOf = (dataset: Dataset, category: string): string =>
  dataset.categories.find(({ id }) => id === category)?.title ?? category;

/** What the lines share goes to the title, what tells them apart to their labels. */
function words(
  sources: Sources,
  dataset: Dataset,
  { categories, regions }: ChartQuestion,
): { title: string; label(region: Region, category: string): string } {
  const oneCategory = categories.length === 1 ? titleOf(dataset, categories[0]!) : undefined;
  const oneRegion = regions.length === 1 ? nameOf(sources, regions[0]!) : undefined;
  return {
    title: [oneCategory ?? dataset.title, oneRegion].filter(Boolean).join(', '),
    label: (region, category) => {
      if (oneRegion !== undefined) return titleOf(dataset, category);
      return oneCategory === undefined
        ? `${nameOf(sources, region)}: ${titleOf(dataset, category)}`
        : nameOf(sources, region);
    },
  };
}

interface Line {
  readonly region: Region;
  readonly category: string;
  readonly from: Day;
  readonly to: Day;
}

/** The marks of one line, a place a day. */
function marksOf(
  { alarms, nowcasts }: ChartMarks,
  { region, category, from, to }: Line,
): Pick<ChartSeries, 'alarmed' | 'nowcast'> {
  const isOwn = (one: { readonly region: Region; readonly category: string }): boolean =>
    one.category === category && regionKey(one.region) === regionKey(region);
  const alarmed = new Array<boolean>(to - from + 1).fill(false);
  const nowcast = new Array<ChartNowcast | null>(to - from + 1).fill(null);
  for (const { first, last } of alarms.filter(isOwn))
    for (let day = Math.max(from, first); day <= Math.min(to, last); day++) alarmed[day - from] = true;
  for (const { day, expected, low, high } of nowcasts.filter(isOwn))
    if (day >= from && day <= to) nowcast[day - from] = { expected, low, high };
  return { alarmed, nowcast };
}

/** The PNG itself, a small copy of it, or either as WebP, without loss; on a thread of the library. */
export async function pictureOf(
  png: Uint8Array,
  { format, thumbnail }: { format: 'png' | 'webp'; thumbnail: number | undefined },
): Promise<Uint8Array> {
  if (format === 'png' && thumbnail === undefined) return png;
  const picture = sharp(png);
  if (thumbnail !== undefined) picture.resize({ width: thumbnail, withoutEnlargement: true });
  return format === 'webp'
    ? picture.webp({ lossless: true, effort: 3 }).toBuffer()
    : picture.png({ palette: true }).toBuffer();
}

/**
 * A picture of up to twelve series. Pictures are kept by a digest of everything they show, so one is drawn again exactly
 * when something it shows has changed.
 */
export async function answerChart(sources: Sources, question: ChartQuestion): Promise<ChartAnswer> {
  const dataset = datasetOf(sources, question.dataset);
  const lines = question.categories.length * question.regions.length;
  if (lines > MAX_LINES)
    throw new BellwetherError('REQUEST_INVALID', `expected at most ${MAX_LINES} series in a chart, asked for ${lines}`);
  const regionNames = question.regions.map((region) => regionName(dataset.id, region));
  const holds = whileUnchanged(sources, [...namesOf(question), ...regionNames]);
  const { from, to, asOf, lag, width, height, show, theme, format, thumbnail } = question;
  // Who had reported by a lag is not asked of anything else, so such lines are drawn without.
  const isPlace = lag === undefined && question.regions.every(({ level }) => level !== 'event_zip');
  const [answer, completeness] = await Promise.all([
    answerSeries(sources, question),
    isPlace
      ? answerCompleteness(sources, { dataset: dataset.id, regions: question.regions, from, to, asOf })
      : undefined,
  ]);
  const { title, label } = words(sources, dataset, question);
  const daysOf = new Map(completeness?.regions.map(({ region, days }) => [regionKey(region), days]));
  const contentType = CONTENT_TYPES[format];
  const looks = { title, unit: dataset.unit, from, to, width, height, show, theme };
  const { marks } = question;
  const seen = createHash('sha256').update(JSON.stringify([format, looks, thumbnail, answer.digest, marks]));
  for (const days of daysOf.values()) {
    seen.update(Int32Array.from(days.flatMap(({ reporting, participating }) => [reporting, participating])));
  }
  const digest = seen.digest('base64url').slice(0, 22);
  const kept = sources.images.get(digest);
  if (kept) return { contentType, bytes: kept, digest, holds };

  const series = answer.series.map(({ region, category, total, unflagged, status }): ChartSeries => {
    const days = daysOf.get(regionKey(region));
    return {
      label: label(region, category),
      from,
      total,
      status,
      ...(unflagged ? { unflagged } : {}),
      ...(days ? { completeness: days } : {}),
      ...(marks ? marksOf(marks, { region, category, from, to }) : {}),
    };
  });
  const scene = lineChart({ ...looks, series });
  const bytes =
    format === 'svg' ? Buffer.from(renderSvg(scene)) : await pictureOf(renderPng(scene), { format, thumbnail });
  sources.images.put(digest, bytes);
  return { contentType, bytes, digest, holds };
}
