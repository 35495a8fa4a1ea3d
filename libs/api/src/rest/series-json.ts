import type { Series, SeriesAnswer } from '#analytics';
import { formatDay, regionKey, type StatusName } from '#vocabulary';
import { formatInstant } from '../ask/index.js';
import { pick } from './pick.js';
import { COUNT_BYTES, SLACK, writeCounts } from './count-text.js';

/** What the head of the document echoes of the question. */
export interface SeriesHead {
  readonly from: number;
  readonly to: number;
  readonly flag?: string | undefined;
  readonly asOf?: number | undefined;
  readonly lag?: number | undefined;
}

const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
/** Longest text of a status with its quotes and a comma: `"suppressed",`. */
const STATUS_BYTES = 13;

const STATUS_TEXT: Readonly<Record<StatusName, Buffer>> = {
  reported: Buffer.from('"reported"'),
  missing: Buffer.from('"missing"'),
  suppressed: Buffer.from('"suppressed"'),
  deleted: Buffer.from('"deleted"'),
};

function writeList(out: Buffer, start: number, counts: readonly (number | null)[]): number {
  out[start] = OPEN;
  const end = writeCounts(out, start + 1, counts);
  out[end] = CLOSE;
  return end + 1;
}

function writeStatus(out: Buffer, start: number, status: readonly StatusName[]): number {
  let at = start;
  out[at++] = OPEN;
  for (let index = 0; index < status.length; index++) {
    if (index > 0) out[at++] = COMMA;
    const text = STATUS_TEXT[status[index]!];
    out.set(text, at);
    at += text.length;
  }
  out[at++] = CLOSE;
  return at;
}

const isReported = (status: StatusName): boolean => status === 'reported';

/** The document's members before `series`, with the brace that closes it. */
export function headText(
  { dataset, rev }: { dataset: string; rev: number },
  { from, to, flag, asOf, lag }: SeriesHead,
): string {
  return JSON.stringify({
    dataset,
    from: formatDay(from),
    to: formatDay(to),
    flag: flag ?? null,
    as_of: asOf === undefined ? null : formatInstant(asOf),
    lag: lag ?? null,
    rev,
  });
}

/** Kept between calls and grown as needed; the writer never yields, so nobody else can be in it. */
let scratch = Buffer.allocUnsafe(1 << 18);

const textOfSeries = ({ region, category, rev }: Series): string =>
  `{"region":${JSON.stringify(regionKey(region))},"category":${JSON.stringify(category)},"rev":${rev},"total":`;

/**
 * The JSON text of a series answer, byte for byte what JSON.stringify would write of {@link seriesDocument} (a test
 * compares them), several times faster: the hot answer is 8,760 numbers. Counts are whole numbers from 0 to 2³²−1.
 */
export function writeSeriesJson(answer: SeriesAnswer, asked: SeriesHead): Buffer {
  const head = headText(answer, asked);
  const starts = answer.series.map(textOfSeries);
  let bound = Buffer.byteLength(head) + 64 + SLACK;
  for (const [index, { total, unflagged, status }] of answer.series.entries()) {
    bound += Buffer.byteLength(starts[index]!) + 64;
    bound += (total.length + (unflagged?.length ?? 0)) * COUNT_BYTES + status.length * STATUS_BYTES;
  }
  if (scratch.length < bound) scratch = Buffer.allocUnsafe(bound);
  const out = scratch;

  let at = out.write(head.slice(0, -1), 0, 'utf8');
  at += out.write(',"series":[', at, 'latin1');
  for (const [index, series] of answer.series.entries()) {
    if (index > 0) out[at++] = COMMA;
    at += out.write(starts[index]!, at, 'utf8');
    at = writeList(out, at, series.total);
    at += out.write(',"unflagged":', at, 'latin1');
    at = series.unflagged ? writeList(out, at, series.unflagged) : at + out.write('null', at, 'latin1');
    at += out.write(',"status":', at, 'latin1');
    at = series.status.every(isReported) ? at + out.write('null', at, 'latin1') : writeStatus(out, at, series.status);
    at += out.write('}', at, 'latin1');
  }
  at += out.write(']}', at, 'latin1');
  return Buffer.from(out.subarray(0, at));
}

/** The same with only some members of each series. */
export function selectedSeriesJson(answer: SeriesAnswer, asked: SeriesHead, fields: readonly string[]): Buffer {
  const series = answer.series.map(({ region, category, rev, total, unflagged, status }) => {
    const named = {
      region: regionKey(region),
      category,
      rev,
      total,
      unflagged: unflagged ?? null,
      status: status.every(isReported) ? null : status,
    };
    return pick(named, fields);
  });
  return Buffer.from(`${headText(answer, asked).slice(0, -1)},"series":${JSON.stringify(series)}}`);
}
