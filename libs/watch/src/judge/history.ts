import type { Day } from '#vocabulary';
import type { Dataset } from '#registry';
import type { FacilityCount } from '#warehouse';
import { dayTotals, type Stated } from './day-total.js';

type Counted = Stated & Pick<FacilityCount, 'facility' | 'day'>;

interface HistoryOptions {
  readonly dataset: Pick<Dataset, 'absence' | 'total'>;
  readonly categories: readonly string[];
  /** First and last day that are kept. */
  readonly first: Day;
  readonly last: Day;
}

/**
 * What each facility counted, by category and day, over some days: eight bytes a count. NaN where there is no number: not
 * reported, withdrawn, suppressed.
 */
export class History {
  readonly categories: readonly string[];
  readonly #dataset: HistoryOptions['dataset'];
  readonly #series = new Map<string, Float64Array>();
  #first: Day;
  #days: number;

  constructor({ dataset, categories, first, last }: HistoryOptions) {
    this.categories = categories;
    this.#dataset = dataset;
    this.#first = first;
    this.#days = last - first + 1;
  }

  get first(): Day {
    return this.#first;
  }

  get last(): Day {
    return this.#first + this.#days - 1;
  }

  /** Takes what a facility states of a day, in place of what it stated before. Other days are passed over. */
  put(count: Counted): void {
    const at = count.day - this.#first;
    if (at < 0 || at >= this.#days) return;
    let series = this.#series.get(count.facility);
    if (!series) {
      series = new Float64Array(this.categories.length * this.#days).fill(NaN);
      this.#series.set(count.facility, series);
    }
    const { stated, otherwise } = dayTotals(count, this.#dataset);
    for (const [i, category] of this.categories.entries())
      series[i * this.#days + at] = stated.get(category) ?? otherwise;
  }

  /** A series a facility, of the days from `from` to `to`; a facility that has reported none of them has only NaN. */
  counts(facilities: readonly string[], { category, from, to }: { category: string; from: Day; to: Day }): Float64Array[] {
    const [first, days] = [this.#first, this.#days];
    if (from < first || to > this.last) throw new RangeError('days that are not kept');
    const offset = this.categories.indexOf(category) * days;
    if (offset < 0) throw new RangeError('a category that is not kept');
    let nothing: Float64Array | undefined;
    return facilities.map((facility) => {
      const series = this.#series.get(facility);
      return series?.subarray(offset + from - first, offset + to - first + 1) ?? (nothing ??= new Float64Array(to - from + 1).fill(NaN)); // prettier-ignore
    });
  } // prettier-ignore

  /** The same days, with what some facilities would state instead. */
  supposing(counts: Iterable<Counted>): History {
    const { categories } = this;
    const other = new History({ dataset: this.#dataset, categories, first: this.#first, last: this.last });
    for (const [facility, series] of this.#series) other.#series.set(facility, series);
    const copied = new Set<string>();
    for (const count of counts) {
      const series = other.#series.get(count.facility);
      if (series && !copied.has(count.facility)) other.#series.set(count.facility, series.slice());
      copied.add(count.facility);
      other.put(count);
    }
    return other;
  }

  /** Lets go of the days before `first` and makes room up to `last`. */
  move(first: Day, last: Day): void {
    const days = last - first + 1;
    if (first === this.#first && days === this.#days) return;
    const shift = first - this.#first;
    for (const [facility, series] of this.#series) {
      const moved = new Float64Array(this.categories.length * days).fill(NaN);
      let isEmpty = true;
      for (let i = 0; i < this.categories.length; i++) {
        for (let day = 0; day < days; day++) {
          const was = day + shift;
          if (was < 0 || was >= this.#days) continue;
          const value = series[i * this.#days + was]!;
          moved[i * days + day] = value;
          isEmpty &&= Number.isNaN(value);
        }
      }
      if (isEmpty) this.#series.delete(facility);
      else this.#series.set(facility, moved);
    }
    this.#first = first;
    this.#days = days;
  }
}
