import type { SeriesQuestion, SeriesRecords } from '#analytics';
import { regionKey, STATUS, statusName } from '#vocabulary';
import { copyDays, type Fragments, type Piece } from './fragments.js';
import { headText } from './series-json.js';

const COMMA = 0x2c;
/** Most that a status with quotes and comma takes, and the members around the lists of a series. */
const STATUS_BYTES = 13;
const AROUND = 80;

/** Kept between calls and grown as needed; the writer never yields, so nobody else can be in it. */
let scratch = Buffer.allocUnsafe(1 << 18);

/** Statuses of the days asked, as a JSON list; undefined when all were reported. */
function statusText(pieces: readonly Piece[]): string | undefined {
  if (pieces.every(({ fragment }) => fragment.status === undefined)) return undefined;
  const names: string[] = [];
  let isWhole = true;
  for (const { fragment, first, last } of pieces) {
    for (let day = first; day <= last; day++) {
      const status = fragment.status?.[day] ?? STATUS.reported;
      if (status !== STATUS.reported) isWhole = false;
      names.push(`"${statusName(status)}"`);
    }
  }
  return isWhole ? undefined : `[${names.join(',')}]`;
}

/**
 * The JSON text of a series answer, put together from texts of its stored years: byte for byte what writeSeriesJson writes of
 * the same values (a test compares them).
 */
export function writeRecordsJson(
  records: SeriesRecords,
  { question, fragments }: { question: SeriesQuestion; fragments: Fragments },
): Buffer {
  const { categories, from, to } = question;
  const head = headText(records, question);
  let at = scratch.write(head.slice(0, -1), 0, 'utf8');
  at += scratch.write(',"series":[', at, 'latin1');
  let isFirst = true;
  for (const { region, years } of records.regions) {
    const rev = years.reduce((highest, year) => Math.max(highest, year.rev), 0);
    const name = JSON.stringify(regionKey(region));
    for (const category of categories) {
      const start = `{"region":${name},"category":${JSON.stringify(category)},"rev":${rev},"total":[`;
      let room = start.length * 3 + AROUND;
      const pieces = years.map((year): Piece => {
        const fragment = fragments.of(year, category, records.absence);
        room += fragment.text.length + 2;
        return { fragment, first: Math.max(from - year.start, 0), last: Math.min(to - year.start, year.days - 1) };
      });
      const status = statusText(pieces);
      if (status !== undefined) room += (to - from + 1) * STATUS_BYTES;
      if (scratch.length < at + room) {
        const larger = Buffer.allocUnsafe(2 * (at + room));
        scratch.copy(larger, 0, 0, at);
        scratch = larger;
      }
      if (!isFirst) scratch[at++] = COMMA;
      isFirst = false;
      at += scratch.write(start, at, 'utf8');
      at = copyPieces(at, pieces, 'total');
      if (records.unflagged) {
        at += scratch.write('],"unflagged":[', at, 'latin1');
        at = copyPieces(at, pieces, 'unflagged');
        at += scratch.write(`],"status":${status ?? 'null'}}`, at, 'latin1');
      } else at += scratch.write(`],"unflagged":null,"status":${status ?? 'null'}}`, at, 'latin1');
    }
  }
  at += scratch.write(']}', at, 'latin1');
  return Buffer.from(scratch.subarray(0, at));
}

function copyPieces(start: number, pieces: readonly Piece[], list: 'total' | 'unflagged'): number {
  let at = start;
  for (let i = 0; i < pieces.length; i++) {
    const piece = pieces[i]!;
    if (i > 0) scratch[at++] = COMMA;
    at =
      list === 'total'
        ? copyDays(scratch, at, piece, 0, piece.fragment.middle)
        : copyDays(scratch, at, piece, piece.fragment.middle, piece.fragment.text.length);
  }
  return at;
}
