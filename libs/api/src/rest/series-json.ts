import type { Series, SeriesAnswer } from '#analytics';
import { formatDay, regionKey, type StatusName } from '#vocabulary';
import { formatInstant } from '../ask/index.js';

/** What the head of the document echoes of the question. */
export interface SeriesHead {
  readonly from: number;
  readonly to: number;
  readonly flag?: string | undefined;
  readonly asOf?: number | undefined;
}

const COMMA = 0x2c;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const ZERO = 0x30;
/** Longest texts of an array element with its comma: a 10-digit count, and `"suppressed",`. */
const COUNT_BYTES = 11;
const STATUS_BYTES = 13;

/** The four digits of 0 to 9999, so that a count is written four digits at a time. */
const DIGITS = Buffer.from(Array.from({ length: 10_000 }, (_, n) => String(n).padStart(4, '0')).join(''), 'latin1');

const STATUS_TEXT: Readonly<Record<StatusName, Buffer>> = {
  reported: Buffer.from('"reported"'),
  missing: Buffer.from('"missing"'),
  suppressed: Buffer.from('"suppressed"'),
  deleted: Buffer.from('"deleted"'),
};

/** Writes a whole number from 0 to 2³²−1 at `at`; returns the position after it. */
function writeCount(out: Buffer, at: number, count: number): number {
  if (count < 10) {
    out[at] = ZERO + count;
    return at + 1;
  }
  let high = count;
  const width =
    count < 100
      ? 2
      : count < 1000
        ? 3
        : count < 10_000
          ? 4
          : count < 100_000
            ? 5
            : count < 1_000_000
              ? 6
              : count < 10_000_000
                ? 7
                : count < 100_000_000
                  ? 8
                  : count < 1_000_000_000
                    ? 9
                    : 10;
  const end = at + width;
  let position = end;
  while (position - at >= 4) {
    const rest = (high / 10_000) >>> 0;
    const digits = (high - rest * 10_000) * 4;
    out[--position] = DIGITS[digits + 3]!;
    out[--position] = DIGITS[digits + 2]!;
    out[--position] = DIGITS[digits + 1]!;
    out[--position] = DIGITS[digits]!;
    high = rest;
  }
  // Fewer than four digits are left; the table holds them right-aligned.
  for (let digit = high * 4 + 3; position > at; digit--) out[--position] = DIGITS[digit]!;
  return end;
}

function writeCounts(out: Buffer, start: number, counts: readonly (number | null)[]): number {
  let at = start;
  out[at++] = OPEN;
  const length = counts.length;
  for (let index = 0; index < length; index++) {
    const count = counts[index]!;
    if (index > 0) out[at++] = COMMA;
    if (count === null) {
      out[at] = 0x6e;
      out[at + 1] = 0x75;
      out[at + 2] = out[at + 3] = 0x6c;
      at += 4;
    } else {
      at = writeCount(out, at, count);
    }
  }
  out[at++] = CLOSE;
  return at;
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

/** Kept between calls and grown as needed; the writer never yields, so nobody else can be in it. */
let scratch = Buffer.allocUnsafe(1 << 18);

const textOfSeries = ({ region, category, rev }: Series): string =>
  `{"region":${JSON.stringify(regionKey(region))},"category":${JSON.stringify(category)},"rev":${rev},"total":`;

/**
 * The JSON text of a series answer, byte for byte what JSON.stringify would write of {@link seriesDocument} (a test
 * compares them), several times faster: the hot answer is 8,760 numbers. Counts are whole numbers from 0 to 2³²−1.
 */
export function writeSeriesJson(answer: SeriesAnswer, { from, to, flag, asOf }: SeriesHead): Buffer {
  const head = JSON.stringify({
    dataset: answer.dataset,
    from: formatDay(from),
    to: formatDay(to),
    flag: flag ?? null,
    as_of: asOf === undefined ? null : formatInstant(asOf),
    rev: answer.rev,
  });
  const starts = answer.series.map(textOfSeries);
  let bound = Buffer.byteLength(head) + 64;
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
    at = writeCounts(out, at, series.total);
    at += out.write(',"unflagged":', at, 'latin1');
    at = series.unflagged ? writeCounts(out, at, series.unflagged) : at + out.write('null', at, 'latin1');
    at += out.write(',"status":', at, 'latin1');
    at = series.status.every(isReported) ? at + out.write('null', at, 'latin1') : writeStatus(out, at, series.status);
    at += out.write('}', at, 'latin1');
  }
  at += out.write(']}', at, 'latin1');
  return Buffer.from(out.subarray(0, at));
}
