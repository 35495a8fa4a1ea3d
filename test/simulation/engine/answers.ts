import { regionRowsAsNative, slotsAsNative } from './native-writer.js';
import { nameOf } from './statement-texts.js';
import type { LedgerRow, Slot, Tables, UnitDay } from './tables.js';

type Parameters = Readonly<Record<string, unknown>>;

const text = (parameters: Parameters, name: string): string => String(parameters[name]);
const texts = (parameters: Parameters, name: string): string[] => (parameters[name] as readonly unknown[]).map(String);

/** Ids, days and units that the product writes into a statement itself. */
const idsIn = (query: string): string[] => [...query.matchAll(/'([0-9a-f]{64})'/g)].map(([, id]) => id!);
const daysIn = (query: string): number[] => [...query.matchAll(/toDate\((\d+)\)/g)].map(([, day]) => Number(day));
const unitsIn = (query: string): bigint[] =>
  [...query.matchAll(/toUInt128\('(\d+)'\)/g)].map(([, unit]) => BigInt(unit!));

type Version = Pick<Slot, 'ver' | 'tie' | 'gen'>;

const isAfter = (a: Version, b: Version): boolean =>
  a.ver !== b.ver ? a.ver > b.ver : a.tie !== b.tie ? a.tie > b.tie : a.gen > b.gen;

function ledgerLine({ cells, at, receivedAt, state, rev }: LedgerRow): unknown[] {
  return [
    cells.text('submission'), cells.text('feed'), cells.text('name'), cells.text('facility'), cells.text('sha256'),
    String(cells.number('bytes')), String(receivedAt), state, String(at), cells.text('code'), cells.text('detail'),
    cells.number('rows_read'), cells.number('rows_accepted'), cells.number('rows_refused'), String(rev),
    cells.text('step'), cells.number('tries'), cells.text('note'),
  ]; // prettier-ignore
}

function unitVersions(tables: Tables, dataset: string, units: readonly bigint[]): unknown[][] {
  return [...new Set(units)].flatMap((unit) => {
    const versions = new Map<string, { one: UnitDay; touches: [string, number][] }>();
    for (const one of tables.unitDays(dataset, unit)) {
      const key = [one.ver, one.tie, one.gen, one.arrived, one.submission, one.feed].join('|');
      const known = versions.get(key);
      if (known) known.touches.push([one.facility, one.day]);
      else versions.set(key, { one, touches: [[one.facility, one.day]] });
    }
    return [...versions.values()].map(({ one: { ver, tie, gen, arrived, submission, feed }, touches }) => [
      String(unit), String(ver), String(tie), gen, String(arrived), submission.toUpperCase(), feed, touches,
    ]); // prettier-ignore
  });
}

function statedZip(tables: Tables, dataset: string, facility: string): unknown[][] {
  const standing = tables
    .slotsOfFacility(dataset, facility)
    .filter(({ submission }) => !tables.isUndone(dataset, submission));
  const newest = new Map<string, Slot>();
  for (const slot of standing) {
    const known = newest.get(`${slot.day}|${slot.unit}`);
    if (!known || isAfter(slot, known)) newest.set(`${slot.day}|${slot.unit}`, slot);
  }
  const stating = ({ reported, zip }: Slot): boolean => reported === 1 && zip !== '';
  const holding = [...newest.values()].filter(stating);
  let best: Slot | undefined;
  for (const slot of holding.length > 0 ? holding : standing.filter(stating)) {
    if (!best || slot.day > best.day || (slot.day === best.day && isAfter(slot, best))) best = slot;
  }
  return best ? [[best.zip]] : [];
}

function unfinishedMoves(tables: Tables, dataset: string): unknown[][] {
  return [...new Set(tables.places(dataset).map(({ facility }) => facility))].flatMap((facility) => {
    const places = tables.places(dataset).filter((place) => place.facility === facility);
    if (new Set(places.map(({ zip, county }) => `${zip}|${county}`)).size < 2) return [];
    const placed = Math.max(...places.map(({ rev }) => rev));
    return tables.rollupsOfFacility(dataset, facility).some(({ rev }) => rev < placed) ? [[facility]] : [];
  });
}

/** Of the newest state that fits; filters the commit path does not use are refused. */
function submissions(tables: Tables, parameters: Parameters): unknown[][] {
  const submission = text(parameters, 'submission');
  const states = texts(parameters, 'states');
  const ids = submission === '' ? [...tables.ledgered()] : [submission];
  const rows = ids.flatMap((id) => tables.newestOf(id) ?? []);
  return rows
    .filter(({ state }) => states.length === 0 || states.includes(state))
    .sort((a, b) => b.receivedAt - a.receivedAt || (a.submission < b.submission ? 1 : -1))
    .slice(0, Number(parameters['limit']))
    .map(ledgerLine);
}

/** Answers as JSONCompactEachRow has them: 64-bit numbers as text. `rev` hands out the revisions of the server's clock. */
export function answer(tables: Tables, query: string, { parameters, rev }: { parameters: Parameters; rev: () => number }): unknown[][] {
  const dataset = String(parameters['dataset'] ?? '');
  const name = nameOf(query);
  switch (name) {
    case 'submission-states':
      return idsIn(query).flatMap((id) => {
        const newest = tables.newestOf(id);
        return newest ? [[id, newest.state, String(newest.at)]] : [];
      });
    case 'unit-versions':
      return unitVersions(tables, dataset, unitsIn(query));
    case 'next-rev':
      return [[String(Math.max(rev(), tables.newestRev + 1)), String(Math.max(0, ...tables.places(dataset).map((place) => place.rev)))]];
    case 'facility-places':
      return [...tables.places(dataset)]
        .sort((a, b) => (a.facility === b.facility ? a.rev - b.rev : a.facility < b.facility ? -1 : 1))
        .map((place) => [place.facility, place.zip, place.county, place.state, place.hhs, String(place.rev)]);
    case 'unfinished-moves':
      return unfinishedMoves(tables, dataset);
    case 'stated-zip':
      return statedZip(tables, dataset, text(parameters, 'facility'));
    case 'facility-days':
      return [...new Set(tables.slotsOfFacility(dataset, text(parameters, 'facility')).map(({ day }) => day))].map((day) => [day]);
    case 'slots-of-submission':
      return tables
        .slotsOfSubmission(dataset, text(parameters, 'submission'))
        .map(({ facility, day, unit, ver, tie, gen, zip }) => [facility, day, String(unit), String(ver), String(tie), gen, zip]);
    case 'submissions':
      return submissions(tables, parameters);
    default:
      throw new Error(`the simulated engine does not answer ${name}`);
  }
} // prettier-ignore

function slotsOfDays(tables: Tables, query: string, parameters: Parameters): Buffer {
  const [dataset, without] = [text(parameters, 'dataset'), text(parameters, 'without')];
  const slots = daysIn(query)
    .flatMap((day) => tables.slotsOfDay(dataset, day))
    .filter(({ submission }) => submission !== without && !tables.isUndone(dataset, submission));
  return slotsAsNative(slots);
}

function regionRows(tables: Tables, parameters: Parameters): Buffer {
  const [dataset, level] = [text(parameters, 'dataset'), text(parameters, 'level')];
  const [from, to] = [Number(parameters['from']), Number(parameters['to'])];
  const rows = texts(parameters, 'regions')
    .sort()
    .flatMap((region) => Array.from({ length: to - from + 1 }, (_, i) => ({ level, region, day: from + i })))
    .flatMap((key) => tables.rollup(dataset, key) ?? []);
  return regionRowsAsNative(rows);
}

/** Answers in the Native format. */
export function answerNative(tables: Tables, query: string, parameters: Parameters): Buffer {
  const name = nameOf(query);
  switch (name) {
    case 'slots-of-days':
      return slotsOfDays(tables, query, parameters);
    case 'region-rows':
      return regionRows(tables, parameters);
    default:
      throw new Error(`the simulated engine does not answer ${name} as Native`);
  }
}

export function carryOut(tables: Tables, query: string, parameters: Parameters): void {
  if (nameOf(query) !== 'forget-row-faults') throw new Error('the simulated engine does not carry that out');
  for (const submission of texts(parameters, 'submissions')) tables.forgetFaults(submission);
}
