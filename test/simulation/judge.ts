import { type Made, STATIONS as STATION_ZIPS } from '../crash/load.js';
import { ABOVE, regionsOf } from '../crash/model.js';
import type { Rollup, Tables } from './engine/tables.js';
import {
  type Filed,
  NOTHING,
  type Ordered,
  type Sums,
  type Unclosed,
  add,
  amount,
  inForce,
  rollUp,
  written,
} from './model.js';

/** What lies on the disk and in the tables, and what is known from those who sent it. */
export interface Observed {
  /** Files and orders of the raw store. */
  readonly files: readonly Filed[];
  readonly orders: readonly Ordered[];
  /** Objects that nobody meant to send, or that do not open. */
  readonly strange: readonly string[];
  readonly pending: ReadonlySet<string>;
  readonly receipts: ReadonlySet<string>;
  readonly tables: Tables;
}

export interface Verdict {
  /** Keys of rollups that were compared. */
  readonly compared: number;
  /** Keys that may be one thing or the other, for something about them is under way. */
  readonly open: number;
  readonly wrong: readonly string[];
}

const DATASETS = ['visits', 'calls', 'cases'] as const;
/** More alternatives than this are not tried. */
const MAX_UNDERWAY = 6;

function judgeBooks({ files, orders, strange, pending, receipts, tables }: Observed): string[] {
  const wrong = [...strange];
  const objects = new Set([...files, ...orders].map(({ submission }) => submission));
  for (const receipt of receipts) if (!objects.has(receipt)) wrong.push(`a receipt without object: ${receipt}`);
  for (const submission of objects) {
    const isKnown = tables.newestOf(submission) !== undefined;
    if (!isKnown && !pending.has(submission)) wrong.push(`neither pending nor in the ledger: ${submission}`);
  }
  for (const submission of tables.ledgered())
    if (!objects.has(submission)) wrong.push(`in the ledger, not in the raw store: ${submission}`);
  return wrong;
}

/** States that fit what was sent and ordered. Orders that were given at one time may end in either's state. */
function statesOf({ made, submission }: Filed, orders: readonly Ordered[]): readonly string[] {
  const about = orders.filter(({ target }) => target === submission);
  if (made.state !== 'loaded' || about.length === 0) return [made.state];
  const { undone, withdrawals } = inForce(orders);
  if (about.length > 1) return ['loaded', 'undone', 'withdrawn'];
  if (undone.has(submission)) return ['undone'];
  return withdrawals.some(({ target }) => target === submission) ? ['withdrawn'] : ['loaded'];
}

function judgeLedger({ files, orders, tables }: Observed): string[] {
  const wrong: string[] = [];
  for (const file of files) {
    const line = tables.newestOf(file.submission);
    if (!line) continue;
    const { rows, name } = file.made;
    const states = statesOf(file, orders);
    if (!states.includes(line.state) || line.read !== rows.read || line.accepted !== rows.accepted)
      wrong.push(
        `the ledger has ${name} ${file.submission.slice(0, 8)} as ${line.state} ${line.accepted}/${line.read}, not ${states.join(' or ')} ${rows.accepted}/${rows.read}`,
      );
    if (tables.faultsOf(file.submission) !== rows.faults)
      wrong.push(`${name} has ${tables.faultsOf(file.submission)} faults, not ${rows.faults}`);
  }
  const { undone } = inForce(orders);
  for (const { submission, kind, target } of orders) {
    const line = tables.newestOf(submission);
    const about = orders.filter((order) => order.target === submission);
    const states = about.length > 1 ? ['loaded', 'undone'] : [undone.has(submission) ? 'undone' : 'loaded'];
    if (line && !states.includes(line.state))
      wrong.push(`the order ${submission.slice(0, 8)} to ${kind} ${target.slice(0, 8)} is ${line.state}, not ${states.join(' or ')}`); // prettier-ignore
  }
  return wrong;
}

function sumsOf(row: Rollup): Sums {
  const cells = new Map<string, readonly [number, number, number, number]>();
  for (const [i, category] of row.category.entries()) {
    const figures = [row.value[i]!, row.reported[i]!, row.suppressed[i]!, row.missing[i]!] as const;
    if (figures[1] + figures[2] + figures[3] > 0) cells.set(`${category}|${row.flag[i]!}`, figures);
  }
  return { reporting: row.reporting, withdrawn: row.withdrawn, cells };
}

function rollupsOf(tables: Tables, dataset: string): Map<string, string> {
  return new Map(
    tables
      .rollups()
      .filter((row) => row.dataset === dataset)
      .map((row) => [`${row.level}|${row.region}|${row.day}`, written(sumsOf(row))]),
  );
}

const NOTHING_WRITTEN = written(NOTHING);

function ofDataset(observed: Observed, dataset: string): { files: Filed[]; orders: Ordered[] } {
  const files = observed.files.filter(({ made }) => made.dataset === dataset && made.state === 'loaded');
  const ids = new Set(files.map(({ submission }) => submission));
  const orders: Ordered[] = [];
  // An order is later than what it is about.
  for (const order of [...observed.orders].sort((a, b) => a.receivedAt - b.receivedAt)) {
    if (!ids.has(order.target)) continue;
    ids.add(order.submission);
    orders.push(order);
  }
  return { files, orders };
}

/** When everything has come to rest: every key of every level is the model's. */
export function judgeAtRest(observed: Observed): Verdict {
  const { tables, pending } = observed;
  const wrong = [...judgeBooks(observed), ...judgeLedger(observed)];
  if (pending.size > 0) wrong.push(`${pending.size} are pending at rest`);
  for (const { submission } of [...observed.files, ...observed.orders])
    if (!tables.newestOf(submission)) wrong.push(`not in the ledger at rest: ${submission}`);
  let compared = 0;
  for (const dataset of DATASETS) {
    const { files, orders } = ofDataset(observed, dataset);
    const expected = rollUp(amount(files, orders));
    const is = rollupsOf(tables, dataset);
    for (const [facility, zip] of amount(files, orders).zips) {
      const of = tables
        .places(dataset)
        .filter((place) => place.facility === facility)
        .sort((a, b) => b.rev - a.rev);
      if (of[0]?.zip !== zip)
        wrong.push(
          `${dataset}: ${facility} should lie in ${zip}, and lies in ${of.map((place) => place.zip).join(' < ')}`,
        );
    }
    for (const key of new Set([...expected.keys(), ...is.keys()])) {
      compared++;
      const should = written(expected.get(key) ?? NOTHING);
      const found = is.get(key) ?? NOTHING_WRITTEN;
      if (should !== found) wrong.push(`${dataset} ${key}: should be ${should} | is ${found}`);
    }
  }
  return { compared, open: 0, wrong };
}

/** What is under way about facility-days: by themselves, by a file or record that speaks there, or by an order. */
interface Underway {
  readonly items: readonly { readonly submission: string; readonly made: Made }[];
  /** Facilities that may lie elsewhere when it is done. */
  readonly facilities: ReadonlySet<string>;
  about(facility: string, day: number): readonly string[];
}

function underwayIn(files: readonly Filed[], orders: readonly Ordered[], tables: Tables): Underway {
  const byId = new Map(files.map((file) => [file.submission, file]));
  const orderOf = new Map(orders.map((order) => [order.submission, order]));
  const fileOf = (submission: string): Filed | undefined => {
    const order = orderOf.get(submission);
    return order ? fileOf(order.target) : byId.get(submission);
  };
  const items = [...files, ...orders].flatMap(({ submission }) => {
    const made = tables.newestOf(submission) ? undefined : fileOf(submission)?.made;
    return made ? [{ submission, made }] : [];
  });
  const units = new Map<string, string[]>();
  for (const { submission, made } of items) {
    for (const said of made.said) {
      const unit = said.unit || `${said.facility} ${said.day}`;
      units.set(unit, [...(units.get(unit) ?? []), submission]);
    }
  }
  const days = new Map<string, Set<string>>();
  const facilities = new Set<string>();
  for (const { made } of files) {
    for (const { unit, facility, day } of made.said) {
      const about = units.get(unit || `${facility} ${day}`);
      if (!about) continue;
      facilities.add(facility);
      const key = `${facility} ${day}`;
      days.set(key, new Set([...(days.get(key) ?? []), ...about]));
    }
  }
  return { items, facilities, about: (facility, day) => [...(days.get(`${facility} ${day}`) ?? [])] };
}

function* subsets<T>(list: readonly T[]): Generator<ReadonlySet<T>> {
  for (let mask = 0; mask < 1 << list.length; mask++) yield new Set(list.filter((_, i) => mask & (1 << i)));
}

/**
 * At any moment: each facility-day is what the acknowledged submissions amount to, with or without each of those that
 * are under way about it; and every region in which nothing is under way that day is the sum of its facilities.
 */
export function judgeMidway(observed: Observed): Verdict {
  const { tables } = observed;
  const wrong = judgeBooks(observed);
  let [compared, open] = [0, 0];
  for (const dataset of DATASETS) {
    const { files, orders } = ofDataset(observed, dataset);
    const underway = underwayIn(files, orders, tables);
    const isOut = new Set(underway.items.map(({ submission }) => submission));
    const modelOf = (with_: ReadonlySet<string>, unclosed?: Unclosed): ReturnType<typeof amount> => {
      const counts = ({ submission }: { submission: string }): boolean => !isOut.has(submission) || with_.has(submission); // prettier-ignore
      return amount(files.filter(counts), orders.filter(counts), unclosed);
    };
    const model = modelOf(new Set());
    const expected = rollUp(model);
    const is = rollupsOf(tables, dataset);
    const unsure = regionsUnsure(files, underway);
    for (const key of new Set([...expected.keys(), ...is.keys()])) {
      const found = is.get(key) ?? NOTHING_WRITTEN;
      const should = written(expected.get(key) ?? NOTHING);
      compared++;
      if (should === found) continue;
      const [level = '', region = '', day = ''] = key.split('|');
      if (level !== 'facility') {
        if (unsure.has(key)) open++;
        else wrong.push(`${dataset} ${key}, nothing under way: should be ${should} | is ${found}`);
        continue;
      }
      const about = underway.about(region, Number(day));
      if (about.length > MAX_UNDERWAY) {
        open++;
        continue;
      }
      const facilityDay = { facility: region, day: Number(day) };
      const units = unitsAt(files, facilityDay, isOut);
      const isStage = Array.from(subsets(about)).some((some) =>
        Array.from(subsets(units)).some((open) => {
          const { facilities } = modelOf(some, { ...facilityDay, units: open });
          return written(facilities.get(region)?.get(Number(day)) ?? NOTHING) === found;
        }),
      );
      if (isStage) open++;
      else wrong.push(`${dataset} ${key} is no stage of ${about.length} under way: should be ${should} | is ${found}`);
    }
  }
  return { compared, open, wrong };
}

/** Files and records of which a version is under way that speaks there: between its slots and the rows that close them. */
function unitsAt(
  files: readonly Filed[],
  at: { facility: string; day: number },
  isOut: ReadonlySet<string>,
): readonly string[] {
  const units = files
    .filter(({ submission }) => isOut.has(submission))
    .flatMap(({ made }) => made.said)
    .filter(({ unit, facility, day }) => unit !== '' && facility === at.facility && day === at.day)
    .map(({ unit }) => unit);
  return [...new Set(units)].slice(0, MAX_UNDERWAY);
}

/** Keys of the regions in which facilities lie, lay or will lie about which something is under way. */
function regionsUnsure(files: readonly Filed[], underway: Underway): Set<string> {
  const zips = new Map<string, Set<string>>();
  const days = new Map<string, Set<number>>();
  for (const { made } of files) {
    for (const { facility, zip, day } of made.said) {
      if (!underway.facilities.has(facility)) continue;
      zips.set(facility, (zips.get(facility) ?? new Set(['unknown'])).add(zip || (STATION_ZIPS[facility] ?? '')));
      days.set(facility, (days.get(facility) ?? new Set()).add(day));
    }
  }
  const keys = new Set<string>();
  for (const [facility, of] of days) {
    for (const zip of zips.get(facility)!) {
      const regions = regionsOf(zip);
      for (const day of of) for (const [i, level] of ABOVE.entries()) keys.add(`${level}|${regions[i]!}|${day}`);
    }
  }
  return keys;
}

/** Σ facility = Σ zip = … = nation on every day; holds at any moment as long as one worker writes. */
export function judgeLevels(tables: Tables): string[] {
  const wrong: string[] = [];
  const parts = new Map<string, Sums[]>();
  const days = new Set<string>();
  for (const row of tables.rollups()) {
    const key = `${row.dataset} ${row.day}`;
    days.add(key);
    const of = `${key} ${row.level}`;
    const known = parts.get(of);
    if (known) known.push(sumsOf(row));
    else parts.set(of, [sumsOf(row)]);
  }
  for (const day of days) {
    const lineOf = (level: string): string => written(add(parts.get(`${day} ${level}`) ?? []));
    const facilities = lineOf('facility');
    for (const level of ABOVE)
      if (lineOf(level) !== facilities) wrong.push(`${day}: facilities ${facilities} | ${level} ${lineOf(level)}`);
  }
  return wrong;
}
