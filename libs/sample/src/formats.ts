import { type Day, formatDay } from '#vocabulary';
import { type Cell, CELLS, datasetOf } from './categories.js';
import type { FeedId, SampleFacility } from './model.js';

/** The feeds whose files are rows of text. */
export type TextFeed = Exclude<FeedId, 'ed-visit-records'>;

/**
 * How a feed writes a record: `head` (facility and day), then the cell, then its value. In a row for each cell, or
 * (`wide`) all cells in one row.
 */
export interface TextFormat {
  readonly extension: 'csv' | 'txt' | 'dat';
  /** Without line end; undefined: the file has no header. */
  readonly header: string | undefined;
  readonly wide: boolean;
  /** Values are padded on the right to this width; 0: not at all. */
  readonly width: number;
  head(facility: SampleFacility): string;
  day(day: Day): string;
  cell(cell: Cell): string;
}

const compact = (day: Day): string => formatDay(day).replaceAll('-', '');

function american(day: Day): string {
  const [year, month, date] = formatDay(day).split('-').map(Number);
  return `${month}/${date}/${year}`;
}

const DEPARTMENTS: Readonly<Record<string, readonly [department: string, group: string]>> = {
  'cough-cold': ['4110', 'CCR'],
  'antifever-adult': ['4120', 'AFA'],
  'antifever-pediatric': ['4125', 'AFP'],
  antidiarrheal: ['4210', 'ADI'],
  'electrolytes-pediatric': ['4215', 'ELP'],
  thermometers: ['4310', 'THM'],
  'throat-lozenges': ['4130', 'THR'],
  allergy: ['4140', 'ALL'],
};

export const SYNDROMES: Readonly<Record<string, readonly [word: string, letter: string]>> = {
  respiratory: ['RESP', 'R'],
  ili: ['ILI', 'I'],
  gastrointestinal: ['GI', 'G'],
  fever: ['FEVER', 'F'],
  rash: ['RASH', 'S'],
  neurological: ['NEURO', 'N'],
  injury: ['INJ', 'J'],
  asthma: ['ASTHMA', 'A'],
};

const MEASURES: Readonly<Record<string, string>> = {
  'staffed total': 'staffed',
  'staffed pediatric': 'staffed_ped',
  'occupied total': 'occupied',
  'occupied pediatric': 'occupied_ped',
  'icu-staffed total': 'icu_staffed',
  'icu-occupied total': 'icu_occupied',
};

const measureOf = ({ category, flag }: Cell): string => MEASURES[`${category} ${flag}`]!;
const letterOf = (flag: string): string => (flag === 'admitted' ? 'A' : 'D');
const separated =
  (mark: string) =>
  ({ id, zip }: SampleFacility): string =>
    `${id}${mark}${zip}${mark}`;

/** The same texts as config/feeds and config/codes describe; a test reads the one with the other. */
export const FORMATS: Readonly<Record<TextFeed, TextFormat>> = {
  'retail-csv': {
    extension: 'csv',
    header: 'store,zip,sale_date,category,promotion,units',
    wide: false,
    width: 0,
    head: separated(','),
    day: (day) => `${formatDay(day)},`,
    cell: ({ category, flag }) => `${category},${flag},`,
  },
  'retail-pipe': {
    extension: 'txt',
    header: 'STORE|ZIP|DATE|DEPT|PROMO|QTY',
    wide: false,
    width: 0,
    head: separated('|'),
    day: (day) => `${american(day)}|`,
    cell: ({ category, flag }) => `${DEPARTMENTS[category]![0]}|${flag === 'U' ? '' : flag}|`,
  },
  'retail-fixed': {
    extension: 'dat',
    header: undefined,
    wide: false,
    width: 5,
    head: separated(''),
    day: compact,
    cell: ({ category, flag }) => `${DEPARTMENTS[category]![1]}${flag}`,
  },
  'ed-csv': {
    extension: 'csv',
    header: 'facility,zip,visit_date,syndrome,disposition,visits',
    wide: false,
    width: 0,
    head: separated(','),
    day: (day) => `${formatDay(day)},`,
    cell: ({ category, flag }) => `${SYNDROMES[category]![0]},${letterOf(flag)},`,
  },
  'ed-pipe': {
    extension: 'txt',
    header: 'site|zip|day|syn|disp|n',
    wide: false,
    width: 0,
    head: separated('|'),
    day: (day) => `${compact(day)}|`,
    cell: ({ category, flag }) => `${SYNDROMES[category]![1]}|${letterOf(flag)}|`,
  },
  'ed-fixed': {
    extension: 'dat',
    header: undefined,
    wide: false,
    width: 4,
    head: separated(''),
    day: compact,
    cell: ({ category, flag }) => `${SYNDROMES[category]![0].padEnd(6)}${letterOf(flag)}`,
  },
  'beds-wide': {
    extension: 'csv',
    header: `hospital,zip,date,${CELLS['hospital-beds'].map(measureOf).join(',')}`,
    wide: true,
    width: 0,
    head: separated(','),
    day: formatDay,
    cell: () => ',',
  },
  'beds-long': {
    extension: 'txt',
    header: 'hospital|zip|census_date|measure|beds',
    wide: false,
    width: 0,
    head: separated('|'),
    day: (day) => `${formatDay(day)}|`,
    cell: (cell) => `${measureOf(cell)}|`,
  },
};

/** Cells of a feed's facility-day, in order. */
export const cellsOf = (feed: FeedId): readonly Cell[] => CELLS[datasetOf(feed)];
