import type { SeriesRecord } from '#vocabulary';

const varint = (out: number[], value: number): void => {
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
  out.push(rest);
};
const zigzag = (value: number): number => (value < 0 ? -2 * value - 1 : 2 * value);
const varints = (values: Iterable<number>): Uint8Array => {
  const out: number[] = [];
  for (const value of values) varint(out, value);
  return Uint8Array.from(out);
};

/** The bytes of each value's lowest byte, then of each second byte, … as many planes as the largest value needs. */
function planes(values: readonly number[]): Uint8Array {
  const largest = values.reduce((most, value) => Math.max(most, value), 0);
  const width = largest < 2 ** 8 ? 1 : largest < 2 ** 16 ? 2 : largest < 2 ** 24 ? 3 : 5;
  const out = new Uint8Array(values.length * width);
  for (let plane = 0; plane < width; plane++)
    values.forEach((value, i) => (out[plane * values.length + i] = Math.floor(value / 256 ** plane) % 256));
  return out;
}

const deltas = (values: readonly number[], lag: number): number[] =>
  values.map((value, i) => zigzag(value - (values[i - lag] ?? 0)));
const flaggedOf = ({ total, unflagged }: SeriesRecord): number[] =>
  Array.from(total, (all, i) => zigzag(all - unflagged[i]!));
const both = ({ total, unflagged }: SeriesRecord): number[] => [...total, ...unflagged];
const totalAndFlagged = (record: SeriesRecord): number[] => [...record.total, ...flaggedOf(record)];
const pairs = (record: SeriesRecord): number[] =>
  Array.from(record.total).flatMap((all, i) => [all, zigzag(all - record.unflagged[i]!)]);
/** Each weekday's values together: a transposed year. */
const byWeekday = (values: readonly number[], days: number): number[] =>
  Array.from({ length: values.length / days }, (_, series) => series * days).flatMap((from) =>
    [0, 1, 2, 3, 4, 5, 6].flatMap((weekday) => values.slice(from, from + days).filter((_, i) => i % 7 === weekday)),
  );
const text = (values: Iterable<number>): Uint8Array => new TextEncoder().encode([...values].join(','));

/**
 * What is tried in front of a general compressor; the best for a whole sample counts. Those with "flagged" in their name
 * know that unflagged is a part of total, and store total − unflagged in its place.
 */
export const TRANSFORMS: Readonly<Record<string, (record: SeriesRecord) => Uint8Array>> = {
  'comma text': (record) => text(both(record)),
  'comma text, flagged': (record) => text(totalAndFlagged(record)),
  int32: ({ total, unflagged }) => new Uint8Array(Uint32Array.from([...total, ...unflagged]).buffer),
  'byte planes': (record) => planes(both(record)),
  'byte planes, flagged': (record) => planes(totalAndFlagged(record)),
  'byte planes, delta, flagged': (record) =>
    planes([...deltas(Array.from(record.total), 1), ...deltas(flaggedOf(record), 1)]),
  'byte planes, weekly delta, flagged': (record) =>
    planes([...deltas(Array.from(record.total), 7), ...flaggedOf(record)]),
  'byte planes, flagged, by weekday': (record) => planes(byWeekday(totalAndFlagged(record), record.total.length)),
  'byte planes, delta of both': (record) =>
    planes([...deltas(Array.from(record.total), 1), ...deltas(Array.from(record.unflagged), 1)]),
  'byte planes, by weekday': (record) => planes(byWeekday(both(record), record.total.length)),
  varint: (record) => varints(both(record)),
  'varint, flagged': (record) => varints(totalAndFlagged(record)),
  'varint, flagged, paired': (record) => varints(pairs(record)),
  'zigzag delta varint': (record) =>
    varints([...deltas(Array.from(record.total), 1), ...deltas(Array.from(record.unflagged), 1)]),
  'zigzag weekly delta varint': (record) =>
    varints([...deltas(Array.from(record.total), 7), ...deltas(Array.from(record.unflagged), 7)]),
  'zigzag delta varint, flagged': (record) => varints([...deltas(Array.from(record.total), 1), ...flaggedOf(record)]),
  'zigzag weekly delta varint, flagged': (record) =>
    varints([...deltas(Array.from(record.total), 7), ...flaggedOf(record)]),
};
