import type { FeedId } from './model.js';

/** What moves counts. Each state has its own course of each, each county a smaller one on top. */
export const DRIVERS = ['flu', 'cold', 'gi', 'injury', 'pollen'] as const;
export type Driver = (typeof DRIVERS)[number];

export interface CategoryModel {
  readonly id: string;
  /** Mean count of a middle-sized facility on an ordinary day. */
  readonly mean: number;
  /** Exponents of the drivers. */
  readonly weights: Readonly<Partial<Record<Driver, number>>>;
  /** Log factors from Sunday to Saturday. */
  readonly weekday: readonly number[];
  /** How strongly holidays lower it; negative: they raise it. */
  readonly rest: number;
  /** Share of visits that end in admission. */
  readonly admitted?: number;
}

const SHOP = [-0.12, 0.05, 0.0, -0.02, 0.0, 0.08, 0.04];
const SICK = [0.04, 0.1, 0.03, 0.0, -0.03, -0.05, 0.01];
const LEISURE = [0.1, 0.02, -0.04, -0.05, -0.04, 0.02, 0.12];

const SALES: readonly CategoryModel[] = [
  { id: 'cough-cold', mean: 6, weights: { flu: 0.55, cold: 0.9 }, weekday: SHOP, rest: 0.9 },
  { id: 'antifever-adult', mean: 3.4, weights: { flu: 0.4, cold: 0.3 }, weekday: SHOP, rest: 0.9 },
  { id: 'antifever-pediatric', mean: 1.4, weights: { flu: 0.6, cold: 0.5 }, weekday: SHOP, rest: 0.8 },
  { id: 'antidiarrheal', mean: 0.9, weights: { gi: 0.8 }, weekday: SHOP, rest: 0.7 },
  { id: 'electrolytes-pediatric', mean: 0.6, weights: { gi: 1, flu: 0.15 }, weekday: SHOP, rest: 0.7 },
  { id: 'thermometers', mean: 0.3, weights: { flu: 0.9, cold: 0.3 }, weekday: SHOP, rest: 0.9 },
  { id: 'throat-lozenges', mean: 2, weights: { flu: 0.35, cold: 0.8 }, weekday: SHOP, rest: 0.9 },
  { id: 'allergy', mean: 2.4, weights: { pollen: 1 }, weekday: SHOP, rest: 0.9 },
];

const VISITS: readonly CategoryModel[] = [
  { id: 'respiratory', mean: 8, weights: { cold: 0.8, flu: 0.35 }, weekday: SICK, rest: 0.1, admitted: 0.2 },
  { id: 'ili', mean: 2.6, weights: { flu: 1.15, cold: 0.2 }, weekday: SICK, rest: 0.1, admitted: 0.1 },
  { id: 'gastrointestinal', mean: 6, weights: { gi: 0.9 }, weekday: SICK, rest: 0.1, admitted: 0.14 },
  { id: 'fever', mean: 2.4, weights: { flu: 0.7, cold: 0.3 }, weekday: SICK, rest: 0.05, admitted: 0.1 },
  { id: 'rash', mean: 1.2, weights: { pollen: 0.25, injury: 0.5 }, weekday: SICK, rest: 0.3, admitted: 0.03 },
  { id: 'neurological', mean: 3.2, weights: {}, weekday: SICK, rest: 0.25, admitted: 0.28 },
  { id: 'injury', mean: 11, weights: { injury: 1 }, weekday: LEISURE, rest: 0.12, admitted: 0.07 },
  { id: 'asthma', mean: 1.1, weights: { cold: 0.6, pollen: 0.3 }, weekday: SICK, rest: 0.2, admitted: 0.12 },
];

const FLAGS_OF_SALES = ['Y', 'N', 'U'] as const;
const FLAGS_OF_VISITS = ['discharged', 'admitted'] as const;

export type SampleDataset = 'otc-sales' | 'ed-visits' | 'hospital-beds';

export const datasetOf = (feed: FeedId): SampleDataset =>
  feed.startsWith('retail') ? 'otc-sales' : feed.startsWith('beds') ? 'hospital-beds' : 'ed-visits';

/** A cell of a facility-day: the meaning of each place in its array of counts. */
export interface Cell {
  readonly category: string;
  readonly flag: string;
}

const cross = (models: readonly CategoryModel[], flags: readonly string[]): Cell[] =>
  models.flatMap(({ id }) => flags.map((flag) => ({ category: id, flag })));

/** Cells of a facility-day in order: for sales and visits by category, then flag. */
export const CELLS: Readonly<Record<SampleDataset, readonly Cell[]>> = {
  'otc-sales': cross(SALES, FLAGS_OF_SALES),
  'ed-visits': cross(VISITS, FLAGS_OF_VISITS),
  'hospital-beds': [
    { category: 'staffed', flag: 'total' },
    { category: 'staffed', flag: 'pediatric' },
    { category: 'occupied', flag: 'total' },
    { category: 'occupied', flag: 'pediatric' },
    { category: 'icu-staffed', flag: 'total' },
    { category: 'icu-occupied', flag: 'total' },
  ],
};

export const MODELS: Readonly<Record<'otc-sales' | 'ed-visits', readonly CategoryModel[]>> = {
  'otc-sales': SALES,
  'ed-visits': VISITS,
};
