import type { Day } from '#vocabulary';
import type { Dataset } from '#registry';
import type { FacilityCount } from '#warehouse';
import { dayTotals, type Stated } from './day-total.js';

type Counted = Stated & Pick<FacilityCount, 'facility' | 'day'>;

interface HistoryOptions {
  readonly dataset: Pick<Dataset, 'absence' | 'total' | 'cadence'>;
  readonly categories: readonly string[];
  /** First and last day that are kept. */
  readonly first: Day;
  readonly last: Day;
}

/** Days from one report of a facility to the next. */
export const stepDaysOf = ({ cadence }: Pick<Dataset, 'cadence'>): number => (cadence === 'week' ? 7 : 1);

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

  /** Days from one report of a facility to the next: 1, or 7. */
  get stepDays(): number {
    return stepDaysOf(this.#dataset);
  }

  /** Whether anybody has reported a number of the day. */
  hasReports(day: Day): boolean {
    const at = day - this.#first;
    if (at < 0 || at >= this.#days) return false;
    for (const series of this.#series.values())
      for (let i = at; i < series.length; i += this.#days) if (!Number.isNaN(series[i]!)) return true;
    return false;
  }

  /**
   * A series a facility, of the days from `from` to `to`, of a weekly dataset every seventh of them, the last of which is
   * `to`; a facility that has reported none of them has only NaN.
   */
  counts(facilities: readonly string[], { category, from, to }: { category: string; from: Day; to: Day }): Float64Array[] {
    const [first, days] = [this.#first, this.#days];
    if (from < first || to > this.last) throw new RangeError('days that are not kept');
    const offset = this.categories.indexOf(category) * days;
    if (offset < 0) throw new RangeError('a category that is not kept');
    const step = this.stepDays;
    const length = Math.floor((to - from) / step) + 1;
    let nothing: Float64Array | undefined;
    return facilities.map((facility) => {
      const series = this.#series.get(facility);
      if (!series) return (nothing ??= new Float64Array(length).fill(NaN));
      if (step === 1) return series.subarray(offset + from - first, offset + to - first + 1);
      const last = offset + to - first;
      return Float64Array.from({ length }, (_, i) => series[last - (length - 1 - i) * step]!);
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
