import { type Day, type Region, regionKey } from '#vocabulary';
import type { Cell } from '../judge/judge-cell.js';

/** An event as far as it decides which findings belong to it. */
export interface Event {
  readonly id: string;
  /** Where it was first, or most clearly, seen. */
  readonly region: Region;
  readonly category: string;
  /** First and last day with a cell in alarm. */
  readonly first: Day;
  readonly last: Day;
  /** Seen in its own region. */
  readonly categories: readonly string[];
  /** Smallest p-value so far. */
  readonly p: number;
}

interface FoldOptions {
  /** Days without an alarm after which a further one is a new event. */
  readonly gap: number;
  /** Whether the first region lies in the second, and is not the same. */
  isWithin(inner: Region, outer: Region): boolean;
  /** The cell of a region as it was judged with the others. */
  cellAt(region: Region, category: string, day: Day): Cell | undefined;
  /** The name of an event that begins with this cell. */
  idOf(cell: Cell): string;
}

/** NaN, of a method without p-values, comes last. */
const rarity = ({ p }: { readonly p: number }): number => (Number.isNaN(p) ? 2 : p);
const excess = ({ value, expected }: Cell): number => value - expected;

/** Rarest first; what is equally rare in a fixed order, so that a repetition finds the same events. */
function inOrder(a: Cell, b: Cell): number {
  const keyOf = ({ region, category, day }: Cell): string => `${day} ${regionKey(region)} ${category}`;
  return rarity(a) - rarity(b) || b.statistic - a.statistic || (keyOf(a) < keyOf(b) ? -1 : 1);
}

/**
 * Sorts cells in alarm into events: one outbreak shows in several categories, on neighbouring days, and in every region
 * around it, and is one event all the same. A cell belongs to an event when its day is within `gap` days of it, and
 *
 * - its region is that of the event: whatever the category;
 * - its region lies within that of the event, the category is one of the event, and it does not stand out more than the
 *   event ever did (what does is an event of its own, which a wave around it must not hide);
 * - its region lies around that of the event, the category is one of the event, and at least half of its excess is the
 *   event's.
 *
 * The rest begin events: the rarest first, which then takes what belongs to it. Returns the event of each cell, and all
 * events that have cells, the given ones grown.
 */
export function foldCells(
  cells: readonly Cell[],
  known: readonly Event[],
  options: FoldOptions,
): { readonly eventOf: ReadonlyMap<Cell, string>; readonly events: readonly Event[] } {
  const eventOf = new Map<Cell, string>();
  const left = new Set([...cells].sort(inOrder));
  const grown: Event[] = [];

  function join(event: Event, cell: Cell): Event {
    left.delete(cell);
    eventOf.set(cell, event.id);
    const isOwn = regionKey(cell.region) === regionKey(event.region);
    const isNews = isOwn && !event.categories.includes(cell.category);
    return {
      ...event,
      first: Math.min(event.first, cell.day),
      last: Math.max(event.last, cell.day),
      categories: isNews ? [...event.categories, cell.category].sort() : event.categories,
      p: rarity(cell) < rarity(event) ? cell.p : event.p,
    };
  }

  /** Until nothing more belongs to it: with each cell its days may reach further. */
  function gather(start: Event): void {
    let event = start;
    for (let before = -1; before !== left.size;) {
      before = left.size;
      for (const cell of left) if (regionKey(cell.region) === regionKey(event.region) && isNear(cell, event, options)) event = join(event, cell); // prettier-ignore
      for (const cell of left) if (belongs(cell, event, options)) event = join(event, cell);
    }
    if (event !== start || !known.includes(start)) grown.push(event);
  }

  for (const event of known) gather(event);
  for (;;) {
    const [cell] = left;
    if (!cell) return { eventOf, events: grown };
    const { region, category, day, p } = cell;
    const event: Event = { id: options.idOf(cell), region, category, first: day, last: day, categories: [category], p };
    gather(join(event, cell));
  }
}

const isNear = ({ day }: Cell, { first, last }: Event, { gap }: FoldOptions): boolean =>
  day >= first - gap && day <= last + gap;

function belongs(cell: Cell, event: Event, options: FoldOptions): boolean {
  if (!isNear(cell, event, options) || !event.categories.includes(cell.category)) return false;
  if (options.isWithin(cell.region, event.region)) return rarity(cell) >= rarity(event);
  if (!options.isWithin(event.region, cell.region)) return false;
  const own = options.cellAt(event.region, cell.category, cell.day);
  return own !== undefined && excess(own) * 2 >= excess(cell);
}
