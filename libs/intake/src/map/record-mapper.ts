import { type Day, type ErrorCode, STATUS, formatDay } from '#vocabulary';
import type { Dataset, Feed, Layout, ValueSource } from '#registry';
import type { Field, Selector } from '../parse/index.js';
import { countReader } from './count.js';
import { type Cell, Gathering } from './gather.js';
import { IDENTIFIER_RULE, isIdentifier } from './identifier.js';
import { dayReader, readInstant, timeZones } from './time.js';
import {
  type ListReader,
  type Positions,
  type Reader,
  columnsOf,
  listReader,
  rawReader,
  reader,
} from './value-source.js';

/** What the mapper needs to know beside the configuration. */
export interface MappingFacts {
  readonly dataset: Dataset;
  readonly feed: Feed;
  readonly layout: Layout;
  /** Facility stated by the file name, when it states one. */
  readonly namedFacility: string | undefined;
  /** Last day a record may have: the day of arrival, plus one for zones ahead of ours. */
  readonly lastDay: Day;
  /** Unit and version of a record; for feeds that replace by record only. `id` is the raw identifier. */
  unitOfRecord(record: { id: string; version: string; time: number | undefined }): { unit: bigint; version: bigint };
  /** Unit and version of everything in the file; for all other feeds. */
  readonly unitOfFile: { unit: bigint; version: bigint };
  /** Told of every count that is taken, for tracing; the cell is only good until the next one. */
  counted?(key: { readonly facility: string; readonly day: Day }, cell: Readonly<Cell>): void;
}

/** Told of every fault of a record; a fault without a record behind it does not occur. */
export type FaultSink = (field: string, code: ErrorCode, detail: string) => void;

export interface RecordMapper {
  /** Columns to be selected, given the header (or the declared columns) of the file. */
  selectors(header: readonly string[]): Selector[];
  /** Adds the counts of a row; true when all of it was accepted. */
  map(fields: readonly Field[], fault: FaultSink): boolean;
  readonly gathering: Gathering;
}

type Sources = Record<'facility' | 'zip' | 'category' | 'flag' | 'eventZip' | 'id', Reader> & {
  readonly categories: ListReader | undefined;
  readonly rawCategory: (fields: readonly Field[]) => string;
  readonly day: (fields: readonly Field[]) => string;
  readonly value: ((fields: readonly Field[]) => string) | undefined;
  readonly version: Reader;
  readonly versionTime: Reader;
};

const NOTHING: Reader = () => undefined;
const ZIP = /^\d{5}/;

const nameOf = (source: ValueSource): string => source.columns[0]?.[0] ?? '';

/** Compiles the mapping of a feed for one layout. One mapper serves one submission. */
export function recordMapper(facts: MappingFacts): RecordMapper {
  const { dataset, feed, layout } = facts;
  const { record } = feed;
  const facilitySource = 'from' in record.facility ? undefined : record.facility;
  const wide = layout.wide;
  const openCategories = dataset.openCategories;
  const knownCategories = new Set(dataset.categories.map(({ id }) => id));
  const knownFlags = new Set(dataset.flags.map(({ id }) => id));
  const readDay = dayReader(record.day.formats);
  const zoneOf = timeZones(record.day.timeZone);
  const readCount = record.value && countReader(record.value);
  const gathering = new Gathering(feed.replace === 'record');
  const cell: Cell = { category: '', flag: '', place: '', status: STATUS.reported, value: 1 };

  let sources: Sources;
  let measures: { column: string; at: number }[] = [];
  let row: Field[] = [];
  let measureAt = -1;
  let valueAt = -1;

  function selectors(header: readonly string[]): Selector[] {
    const optional = [record.zip, record.eventZip, record.version, record.versionTime].flatMap(columnsOf);
    const needed = [facilitySource, record.day, record.category, record.flag, record.value, record.id];
    const eachColumns = new Set(record.category.each ? columnsOf(record.category) : []);
    const virtual = new Set(wide ? [wide.measureColumn, wide.valueColumn] : []);
    const chosen = new Map<string, Selector>();
    for (const source of needed) {
      // Only a single candidate without substitute has to be there; several are alternatives.
      const isRequired = source?.columns.length === 1 && layout.format !== 'xml';
      for (const column of columnsOf(source)) {
        if (!virtual.has(column)) {
          chosen.set(column, { column, required: isRequired, ...(eachColumns.has(column) ? { all: true } : {}) });
        }
      }
    }
    for (const column of optional) {
      if (!virtual.has(column) && !chosen.has(column)) chosen.set(column, { column, required: false });
    }
    const positions = new Map<string, number>();
    for (const column of chosen.keys()) positions.set(column, positions.size);
    if (wide) {
      const found = header.filter((column) => wide.map.rows.has(column));
      measures = found.map((column, i) => ({ column, at: chosen.size + i }));
      for (const column of found) chosen.set(column, { column, required: false });
      measureAt = chosen.size;
      valueAt = chosen.size + 1;
      positions.set(wide.measureColumn, measureAt).set(wide.valueColumn, valueAt);
    }
    sources = compile(positions);
    return [...chosen.values()];
  }

  function compile(positions: Positions): Sources {
    const read = (source: ValueSource | undefined): Reader => (source ? reader(source, positions) : NOTHING);
    const category = record.category;
    return {
      facility: facilitySource ? reader(facilitySource, positions) : () => facts.namedFacility,
      zip: read(record.zip),
      day: dayText(positions),
      category: read(category),
      rawCategory: rawReader(category, positions),
      categories: category.each ? listReader(category, positions) : undefined,
      flag: read(record.flag),
      value: record.value && rawReader(record.value, positions),
      eventZip: read(record.eventZip),
      id: read(record.id),
      version: read(record.version),
      versionTime: read(record.versionTime),
    };
  }

  function dayText(positions: Positions): (fields: readonly Field[]) => string {
    const read = reader(record.day, positions);
    return (fields) => read(fields) ?? '';
  }

  /** The parts a row shares over all its measures; undefined when the row is refused. */
  function open(fields: readonly Field[], fault: FaultSink): ReturnType<Gathering['of']> | undefined {
    const facility = sources.facility(fields);
    if (facility === undefined || facility === '') {
      fault(facilitySource ? nameOf(facilitySource) : 'facility', 'ROW_FACILITY_MISSING', 'expected an identifier');
      return undefined;
    }
    if (!isIdentifier(facility)) {
      fault(nameOf(facilitySource!), 'VALUE_BAD_IDENTIFIER', IDENTIFIER_RULE);
      return undefined;
    }
    const written = sources.day(fields);
    const day = readDay(written, zoneOf(facility));
    if (day === undefined || day < 0) {
      const formats = record.day.formats.join(' or ');
      fault(
        nameOf(record.day),
        'VALUE_BAD_DATE',
        `expected ${formats}, found ${written ? `${written.length} characters` : 'nothing'}`,
      );
      return undefined;
    }
    if (day > facts.lastDay) {
      fault(nameOf(record.day), 'VALUE_FUTURE_DATE', `expected at most ${formatDay(facts.lastDay)}`);
      return undefined;
    }
    let key = facts.unitOfFile;
    if (feed.replace === 'record') {
      const id = sources.id(fields);
      if (id === undefined) {
        fault(nameOf(record.id!), 'VALUE_REQUIRED', 'expected the identifier of the record');
        return undefined;
      }
      const time = readInstant(sources.versionTime(fields) ?? '');
      key = facts.unitOfRecord({ id, version: sources.version(fields) ?? '', time });
    }
    const opened = gathering.of({ facility, day, ...key });
    const zip = ZIP.exec(sources.zip(fields) ?? '')?.[0];
    if (zip !== undefined) opened.statement.zip = zip;
    if (record.eventZip) cell.place = ZIP.exec(sources.eventZip(fields) ?? '')?.[0] ?? 'unknown';
    return opened;
  }

  /** One count; `field` names the wide column it stands in. */
  function count(fields: readonly Field[], field: string | undefined, fault: FaultSink): Cell | undefined {
    if (readCount && sources.value) {
      const found = readCount(sources.value(fields));
      if (found.code !== undefined) {
        fault(field ?? nameOf(record.value!), found.code, found.detail);
        return undefined;
      }
      cell.status = found.status;
      cell.value = found.value;
    }
    const flag = sources.flag(fields);
    if (flag === undefined || !knownFlags.has(flag)) {
      fault(field ?? nameOf(record.flag), 'VALUE_UNKNOWN_CODE', 'expected a flag of the dataset');
      return undefined;
    }
    cell.flag = flag;
    if (sources.categories) return cell;
    const category = sources.category(fields);
    if (category === undefined || (!openCategories && !knownCategories.has(category))) {
      const isEmpty = sources.rawCategory(fields) === '';
      fault(
        field ?? nameOf(record.category),
        isEmpty ? 'VALUE_REQUIRED' : 'VALUE_UNKNOWN_CODE',
        'expected a code of the map',
      );
      return undefined;
    }
    if (openCategories && !isIdentifier(category)) {
      fault(field ?? nameOf(record.category), 'VALUE_BAD_IDENTIFIER', IDENTIFIER_RULE);
      return undefined;
    }
    cell.category = category;
    return cell;
  }

  function take(opened: ReturnType<Gathering['of']>, taken: Cell): void {
    gathering.add(opened, taken);
    facts.counted?.(opened.statement, taken);
  }

  function map(fields: readonly Field[], fault: FaultSink): boolean {
    if (!wide) return mapOne(fields, fault);
    row.length = 0;
    row = row.concat(fields);
    const opened = open(row, fault);
    if (!opened) return false;
    let accepted = true;
    for (const { column, at } of measures) {
      row[measureAt] = column;
      row[valueAt] = fields[at];
      const counted = count(row, column, fault);
      if (counted) take(opened, counted);
      else accepted = false;
    }
    return accepted;
  }

  /**
   * A file states its facility-days also where a record of it is refused: what it said before no longer holds. A
   * refused correction of a single record leaves the record as it was.
   */
  function mapOne(fields: readonly Field[], fault: FaultSink): boolean {
    const early = feed.replace === 'record' ? undefined : open(fields, fault);
    if (!early && feed.replace !== 'record') return false;
    const counted = count(fields, undefined, fault);
    const opened = counted && (early ?? open(fields, fault));
    if (!opened) return false;
    if (!sources.categories) {
      take(opened, counted);
      return true;
    }
    for (const category of sources.categories(fields)) {
      if (openCategories ? !isIdentifier(category) : !knownCategories.has(category)) continue;
      cell.category = category;
      take(opened, cell);
    }
    return true;
  }

  return { selectors, map, gathering };
}
