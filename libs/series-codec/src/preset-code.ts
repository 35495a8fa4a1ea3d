import type { Preset } from './presets.js';
import { pullRange, pushRange, type Stream, type Symbols, WHOLE } from './rans.js';
import { frequenciesOf } from './tables.js';

/** What a stream begins with: whether statuses follow, and the preset. */
export interface Opening {
  readonly preset: Preset;
  readonly hasStatus: boolean;
}

type Field = Exclude<keyof Preset, 'same'>;

/** Cumulated frequencies of weights. */
function cumulate(weights: readonly number[]): Uint16Array {
  const frequencies = frequenciesOf(weights);
  const cumulated = new Uint16Array(weights.length + 1);
  frequencies.forEach((frequency, i) => (cumulated[i + 1] = cumulated[i]! + frequency));
  return cumulated;
}

const HAS_STATUS = cumulate([3, 1]);
const SAME = cumulate([3, 1]);

/** How often each value of a field was chosen for series of all kinds, roughly; in the order in which they are coded. */
const ALWAYS: readonly (readonly [Field, Uint16Array])[] = [
  ['level', cumulate(Array.from({ length: 64 }, (_, level) => (level < 36 ? 3 : 1)))],
  ['noise', cumulate([4, 1, 1, 1, 2, 2, 3, 3, 3, 3, 2, 2, 1, 1, 1, 1])],
  ['counting', cumulate([8, 1, 1, 1])],
  ['holidays', cumulate([1, 1, 1, 1])],
  ['dynamics', cumulate([3, 2, 3, 3, 2, 2, 1, 1])],
];
const FLAGGED: readonly (readonly [Field, Uint16Array])[] = [
  ['promotion', cumulate([3, 1, 1, 1, 1, 1, 1, 1])],
  ['share', cumulate([1, 1, 1, 2, 2, 3, 3, 4, 4, 4, 4, 3, 2, 1, 1, 1])],
  ['sharing', cumulate([4, 2, 1, 1])],
];

function push(symbols: Symbols, cumulated: Uint16Array, value: number): void {
  pushRange(symbols, cumulated[value]!, cumulated[value + 1]! - cumulated[value]!);
}

function pull(stream: Stream, cumulated: Uint16Array): number {
  const slot = stream.x & (WHOLE - 1);
  let value = 0;
  while (cumulated[value + 1]! <= slot) value++;
  pullRange(stream, cumulated[value]!, cumulated[value + 1]! - cumulated[value]!);
  return value;
}

export function pushOpening(symbols: Symbols, { preset, hasStatus }: Opening): void {
  push(symbols, HAS_STATUS, hasStatus ? 1 : 0);
  push(symbols, SAME, preset.same ? 1 : 0);
  for (const [field, cumulated] of ALWAYS) push(symbols, cumulated, preset[field]);
  if (!preset.same) for (const [field, cumulated] of FLAGGED) push(symbols, cumulated, preset[field]);
}

export function pullOpening(stream: Stream): Opening {
  const hasStatus = pull(stream, HAS_STATUS) === 1;
  const same = pull(stream, SAME) === 1;
  const preset = {
    level: 0,
    noise: 0,
    counting: 0,
    holidays: 0,
    dynamics: 0,
    promotion: 0,
    share: 0,
    sharing: 0,
    same,
  };
  for (const [field, cumulated] of ALWAYS) preset[field] = pull(stream, cumulated);
  if (!same) for (const [field, cumulated] of FLAGGED) preset[field] = pull(stream, cumulated);
  return { hasStatus, preset };
}
