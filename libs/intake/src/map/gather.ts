import { type Day, STATUS, type Status } from '#vocabulary';
import type { Statement } from '../statement.js';

/** One count on its way into a statement. */
export interface Cell {
  category: string;
  flag: string;
  place: string;
  status: Status;
  value: number;
}

interface Open {
  readonly statement: Statement;
  /** Cell → index, once a linear search is no longer the fastest. */
  index: Map<string, number> | undefined;
}

const LINEAR = 12;

function find(open: Open, { category, flag, place }: Cell): number {
  const { categories, flags, places } = open.statement;
  if (open.index) return open.index.get(`${category}\n${flag}\n${place}`) ?? -1;
  for (let i = categories.length - 1; i >= 0; i--) {
    if (categories[i] === category && flags[i] === flag && places[i] === place) return i;
  }
  return -1;
}

function append(open: Open, cell: Cell): void {
  const { statement } = open;
  const at = statement.categories.push(cell.category) - 1;
  statement.flags.push(cell.flag);
  statement.places.push(cell.place);
  statement.statuses.push(cell.status);
  statement.values.push(cell.value);
  statement.records.push(1);
  if (open.index) open.index.set(`${cell.category}\n${cell.flag}\n${cell.place}`, at);
  else if (at + 1 > LINEAR) {
    open.index = new Map(
      statement.categories.map((c, i) => [`${c}\n${statement.flags[i]}\n${statement.places[i]}`, i]),
    );
  }
}

/**
 * Gathers cells into statements, one per facility × day × unit × version.
 * Counts of equal cells add up (several products of one category). A part that is suppressed or missing makes the cell
 * so: a sum with an unknown part is not known. With `once`, an equal cell of the same record does not count again.
 */
export class Gathering {
  readonly #open = new Map<string, Open>();
  #last: Open | undefined;

  constructor(private readonly once: boolean) {}

  /** The statement a record belongs to; made on first use. */
  of(key: { facility: string; day: Day; unit: bigint; version: bigint }): Open {
    const { facility, day, unit, version } = key;
    const last = this.#last?.statement;
    if (last && last.facility === facility && last.day === day && last.unit === unit && last.version === version) {
      return this.#last!;
    }
    const name = unit === 0n ? `${day} ${facility}` : `${day} ${facility} ${unit} ${version}`;
    let open = this.#open.get(name);
    if (!open) {
      open = {
        statement: {
          facility,
          day,
          unit,
          version,
          zip: '',
          reported: false,
          categories: [],
          flags: [],
          places: [],
          statuses: [],
          values: [],
          records: [],
        },
        index: undefined,
      };
      this.#open.set(name, open);
    }
    this.#last = open;
    return open;
  }

  /** Only what was accepted makes a statement a report. */
  add(open: Open, cell: Cell): void {
    open.statement.reported = true;
    const at = find(open, cell);
    if (at < 0) return append(open, cell);
    if (this.once) return;
    const { statuses, values, records } = open.statement;
    records[at]!++;
    if (cell.status === STATUS.reported && statuses[at] === STATUS.reported) values[at]! += cell.value;
    else if (cell.status !== STATUS.reported) {
      statuses[at] = cell.status;
      values[at] = 0;
    }
  }

  statements(): Statement[] {
    return Array.from(this.#open.values(), ({ statement }) => statement);
  }
}
