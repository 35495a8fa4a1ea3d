import type { Day } from '#vocabulary';
import { type Made, identityOf } from './load.js';
import { ABOVE, type Counted, type Modelled, NOTHING, type Sums, add, amount, rollUp, written } from './model.js';
import { DATASETS, type Observed } from './observe.js';

/** What the driver knows of one data folder, beyond what lies in it. */
export interface Truth {
  /** Everything handed over, by identity. */
  readonly sent: Map<string, Made>;
  /** Submissions for which a receipt was given. */
  readonly receipts: Set<string>;
  /** Highest revision that was told of a dataset. */
  readonly notices: Map<string, number>;
  /** What was seen at the last restart, and must not shrink. */
  seen: { readonly final: ReadonlySet<string>; readonly slots: number; readonly revs: ReadonlyMap<string, number> };
}

export const freshTruth = (): Truth => ({
  sent: new Map(),
  receipts: new Set(),
  notices: new Map(),
  seen: { final: new Set(), slots: 0, revs: new Map() },
});

export interface Verdict {
  /** Rows of rollups that were compared. */
  readonly compared: number;
  readonly wrong: readonly string[];
}

/** Beyond this many files under way about one facility-day, only the subsets of the first ones are tried. */
const MAX_ALTERNATIVES = 10;

function* subsets<T>(list: readonly T[]): Generator<T[]> {
  const few = list.slice(0, MAX_ALTERNATIVES);
  for (let mask = 0; mask < 1 << few.length; mask++) yield few.filter((_, i) => mask & (1 << i));
  if (list.length > MAX_ALTERNATIVES) yield [...list];
}

function judgeBooks(seen: Observed, truth: Truth): string[] {
  const { objects, pending, ledger, slots, revs } = seen;
  const wrong: string[] = [];
  for (const receipt of truth.receipts) if (!objects.has(receipt)) wrong.push(`a receipt without object: ${receipt}`);
  for (const [submission, object] of objects) {
    const made = truth.sent.get(identityOf(object));
    if (!made) wrong.push(`nobody sent ${object.feed} ${object.name}`);
    const line = ledger.get(submission);
    if (!line && !pending.has(submission))
      wrong.push(`neither pending nor in the ledger: ${object.feed} ${object.name}`);
    if (!line || !made) continue;
    const { rows, state } = made;
    if (line.state !== state || line.read !== rows.read || line.accepted !== rows.accepted) {
      wrong.push(
        `the ledger has ${object.name} as ${line.state} ${line.accepted}/${line.read}, not ${state} ${rows.accepted}/${rows.read}`,
      );
    }
  }
  for (const submission of ledger.keys())
    if (!objects.has(submission)) wrong.push(`in the ledger, not in the raw store: ${submission}`);
  for (const submission of truth.seen.final)
    if (!ledger.has(submission)) wrong.push(`was acknowledged and no longer is: ${submission}`);
  if (slots < truth.seen.slots) wrong.push(`${truth.seen.slots} slots became ${slots}`);
  for (const [dataset, rev] of truth.seen.revs)
    if ((revs.get(dataset) ?? 0) < rev) wrong.push(`the newest revision of ${dataset} went back`);
  for (const [dataset, rev] of truth.notices)
    if ((revs.get(dataset) ?? 0) < rev) wrong.push(`${dataset} was told of revision ${rev}, which is not there`);
  return wrong;
}

/** Σ facility = Σ zip = Σ county = Σ state = Σ HHS region = nation, of every category, flag, status and day. No model. */
function judgeLevels(dataset: string, rollups: ReadonlyMap<string, Sums>): string[] {
  const parts = new Map<string, Map<string, Sums[]>>();
  for (const [key, sums] of rollups) {
    const [level = '', , day = ''] = key.split('|');
    let levels = parts.get(day);
    if (!levels) parts.set(day, (levels = new Map()));
    const known = levels.get(level);
    if (known) known.push(sums);
    else levels.set(level, [sums]);
  }
  const wrong: string[] = [];
  for (const [day, levels] of parts) {
    const lineOf = (level: string): string => written(withoutNothing(add(levels.get(level) ?? [])));
    const ofFacilities = lineOf('facility');
    for (const level of ABOVE) {
      if (lineOf(level) !== ofFacilities)
        wrong.push(`${dataset} day ${day}: facilities ${ofFacilities} | ${level} ${lineOf(level)}`);
    }
  }
  return wrong;
}

/** A cell in which no facility is. */
function withoutNothing({ reporting, cells }: Sums): Sums {
  return { reporting, cells: new Map([...cells].filter(([, [, ...facilities]]) => facilities.some((n) => n > 0))) };
}

function counted(seen: Observed, truth: Truth, dataset: string): { acknowledged: Counted[]; underway: Counted[] } {
  const acknowledged: Counted[] = [];
  const underway: Counted[] = [];
  for (const [submission, object] of seen.objects) {
    const made = truth.sent.get(identityOf(object));
    if (made?.dataset !== dataset || made.state !== 'loaded') continue;
    (seen.ledger.has(submission) ? acknowledged : underway).push({ made, receivedAt: object.receivedAt });
  }
  return { acknowledged, underway };
}

/** Rows that differ from the model. */
function judgeRows(
  dataset: string,
  rollups: ReadonlyMap<string, Sums>,
  model: Modelled,
): { wrong: string[]; keys: string[] } {
  const expected = rollUp(model);
  for (const [facility, days] of model.facilities)
    for (const [day, sums] of days) expected.set(`facility|${facility}|${day}`, sums);
  const wrong: string[] = [];
  const keys: string[] = [];
  for (const key of new Set([...expected.keys(), ...rollups.keys()])) {
    const should = written(expected.get(key) ?? NOTHING);
    const is = written(withoutNothing(rollups.get(key) ?? NOTHING));
    if (should === is) continue;
    keys.push(key);
    wrong.push(`${dataset} ${key}: should be ${should} | is ${is}`);
  }
  return { wrong, keys };
}

/**
 * Before replay: each facility-day is what the acknowledged submissions amount to, with or without each of those that
 * are under way; and each region is the sum of its facility-days, where a facility that is moving lies here or there.
 */
function judgeStages(dataset: string, seen: Observed, truth: Truth): Verdict {
  const rollups = seen.rollups.get(dataset)!;
  const { acknowledged, underway } = counted(seen, truth, dataset);
  const model = amount(acknowledged);
  const { wrong, keys } = judgeRows(dataset, rollups, model);
  if (wrong.length === 0) return { compared: rollups.size, wrong };
  if (underway.length === 0) return { compared: rollups.size, wrong };

  const unitsAt = new Map<string, Set<string>>();
  for (const { made } of [...acknowledged, ...underway]) {
    for (const { facility, day, unit } of made.said) {
      const place = `${facility}|${day}`;
      const units = unitsAt.get(place);
      if (units) units.add(unit);
      else unitsAt.set(place, new Set([unit]));
    }
  }
  const unexplained: string[] = [];
  const facilities = new Map<string, Map<Day, Sums>>(
    [...model.facilities].map(([facility, days]) => [facility, new Map(days)]),
  );
  for (const key of keys) {
    const [level, facility = '', day] = key.split('|');
    if (level !== 'facility') continue;
    const is = written(withoutNothing(rollups.get(key) ?? NOTHING));
    const units = unitsAt.get(`${facility}|${day!}`);
    const about = underway.filter(({ made }) =>
      made.said.some((said) =>
        said.unit ? units?.has(said.unit) : said.facility === facility && said.day === Number(day),
      ),
    );
    let isExplained = false;
    for (const some of subsets(about)) {
      const sums =
        amount([...acknowledged, ...some])
          .facilities.get(facility)
          ?.get(Number(day)) ?? NOTHING;
      if (written(sums) !== is) continue;
      isExplained = true;
      const days = facilities.get(facility) ?? new Map<Day, Sums>();
      facilities.set(facility, days.set(Number(day), sums));
      break;
    }
    if (!isExplained) unexplained.push(`${dataset} ${key} is no stage of ${about.length} under way: ${is}`);
  }
  if (unexplained.length > 0) return { compared: rollups.size, wrong: unexplained };
  return {
    compared: rollups.size,
    wrong: judgePlaces({ dataset, rollups, facilities, acknowledged, underway, zips: model.zips }),
  };
}

interface Placing {
  readonly dataset: string;
  readonly rollups: ReadonlyMap<string, Sums>;
  readonly facilities: ReadonlyMap<string, ReadonlyMap<Day, Sums>>;
  readonly acknowledged: readonly Counted[];
  readonly underway: readonly Counted[];
  readonly zips: ReadonlyMap<string, string>;
}

/** Each day by itself: is there a place for every moving facility, so that all regions are the sums of theirs? */
function judgePlaces({ dataset, rollups, facilities, acknowledged, underway, zips }: Placing): string[] {
  const candidates = new Map<string, Set<string>>();
  for (const facility of facilities.keys()) {
    const about = underway.filter(({ made }) => made.said.some((said) => said.facility === facility));
    const ids = new Set(about.flatMap(({ made }) => made.said.map(({ unit }) => unit)).filter(Boolean));
    const relevant = underway.filter(({ made }) =>
      made.said.some((said) => said.facility === facility || ids.has(said.unit)),
    );
    const places = new Set<string>();
    const known = zips.get(facility);
    if (known !== undefined) places.add(known);
    for (const some of subsets(relevant)) {
      const zip = amount([...acknowledged, ...some]).zips.get(facility);
      if (zip !== undefined) places.add(zip);
    }
    candidates.set(facility, places);
  }
  const days = new Set([...rollups.keys()].map((key) => Number(key.split('|')[2])));
  const wrong: string[] = [];
  for (const day of days) {
    const present = [...facilities].flatMap(([facility, of]) =>
      of.has(day) ? [{ facility, sums: of.get(day)! }] : [],
    );
    const moving = present.filter(({ facility }) => candidates.get(facility)!.size > 1).slice(0, MAX_ALTERNATIVES);
    let differing: string[] = [];
    let isExplained = false;
    for (const choice of choices(moving.map(({ facility }) => [...candidates.get(facility)!]))) {
      const chosen = new Map(moving.map(({ facility }, i) => [facility, choice[i]!]));
      const model: Modelled = {
        facilities: new Map(present.map(({ facility, sums }) => [facility, new Map([[day, sums]])])),
        zips: new Map(
          present.map(({ facility }) => [
            facility,
            chosen.get(facility) ?? [...candidates.get(facility)!][0] ?? 'unknown',
          ]),
        ),
      };
      const ofDay = new Map([...rollups].filter(([key]) => key.endsWith(`|${day}`)));
      differing = judgeRows(dataset, ofDay, model).wrong;
      if (differing.length === 0) {
        isExplained = true;
        break;
      }
    }
    if (!isExplained) wrong.push(...differing);
  }
  return wrong;
}

function* choices(lists: readonly (readonly string[])[]): Generator<string[]> {
  const [first, ...rest] = lists;
  if (!first) return yield [];
  for (const one of first) for (const others of choices(rest)) yield [one, ...others];
}

/** At a restart, before anything is replayed. */
export function judgeBefore(seen: Observed, truth: Truth): Verdict {
  const verdicts = DATASETS.map((dataset) => judgeStages(dataset, seen, truth));
  const wrong = [
    ...judgeBooks(seen, truth),
    ...DATASETS.flatMap((dataset) => judgeLevels(dataset, seen.rollups.get(dataset)!)),
    ...verdicts.flatMap((verdict) => verdict.wrong),
  ];
  return { compared: verdicts.reduce((sum, { compared }) => sum + compared, 0), wrong };
}

/** When everything was replayed: every key is the model's. */
export function judgeAfter(seen: Observed, truth: Truth): Verdict {
  const { objects, pending, ledger, faults, rollups } = seen;
  const wrong = judgeBooks(seen, truth);
  if (pending.size > 0) wrong.push(`${pending.size} are pending after everything was replayed`);
  const states = { loaded: 0, quarantined: 0 };
  for (const [submission, object] of objects) {
    const made = truth.sent.get(identityOf(object));
    const line = ledger.get(submission);
    if (line?.state === 'loaded' || line?.state === 'quarantined') states[line.state]++;
    if (made && (faults.get(submission) ?? 0) !== made.rows.faults)
      wrong.push(`${object.name} has ${faults.get(submission) ?? 0} faults, not ${made.rows.faults}`);
  }
  if (objects.size !== states.loaded + states.quarantined)
    wrong.push(`received ${objects.size}, loaded ${states.loaded}, quarantined ${states.quarantined}`);
  let compared = 0;
  for (const dataset of DATASETS) {
    const rows = rollups.get(dataset)!;
    compared += rows.size;
    wrong.push(
      ...judgeLevels(dataset, rows),
      ...judgeRows(dataset, rows, amount(counted(seen, truth, dataset).acknowledged)).wrong,
    );
  }
  return { compared, wrong };
}

/** From now on none of this may shrink. */
export function remember(seen: Observed, truth: Truth): void {
  truth.seen = { final: new Set(seen.ledger.keys()), slots: seen.slots, revs: seen.revs };
}
