import { createHash } from 'node:crypto';
import type { SubmissionInfo } from '#analytics';
import { type Day, parseDay } from '#vocabulary';
import type { Cell, World } from './twin.js';

export const day = (text: string): Day => parseDay(text)!;
export const idOf = (name: string): string => createHash('sha256').update(name).digest('hex');

function submission(name: string, receivedAt: string, change: Partial<SubmissionInfo> = {}): SubmissionInfo {
  const at = Date.parse(receivedAt);
  return {
    submission: idOf(name),
    feed: 'clinics',
    name,
    facility: name.slice(0, 2),
    sha256: idOf(`content of ${name}`),
    bytes: 100,
    receivedAt: at,
    state: 'loaded',
    stateAt: at + 1000,
    code: null,
    detail: null,
    rowsRead: 2,
    rowsAccepted: 2,
    rowsRefused: 0,
    rev: 1,
    step: null,
    tries: 0,
    note: null,
    ...change,
  };
}

/** Two clinics in Montgomery County, Pennsylvania, and one in New Jersey; three days of January 2024. */
export const SUBMISSIONS = [
  submission('F1_a.csv', '2024-01-02T06:00:00Z', { rowsRead: 3, rowsAccepted: 3 }),
  submission('F2_a.csv', '2024-01-02T09:30:00Z'),
  submission('F3_a.csv', '2024-01-02T12:00:00Z'),
  // F1 corrects 1 January: 5 becomes 7.
  submission('F1_b.csv', '2024-01-04T06:00:00Z', { rowsRead: 3, rowsAccepted: 2, rowsRefused: 1 }),
  submission('F3_b.csv', '2024-01-04T07:00:00Z', {
    feed: 'labs',
    state: 'quarantined',
    code: 'FILE_MALFORMED',
    detail: 'line 3',
    step: 'parse',
    tries: 1,
    rowsRead: 0,
    rowsAccepted: 0,
    rev: 0,
  }),
] as const;

const cell = (facility: string, on: string, category: string, flag: string, value: number, said: number): Cell => ({
  facility,
  day: day(on),
  category,
  flag,
  status: 'reported',
  value,
  submission: said,
});

/** Hand-made, so that every expected number can be added up by eye. */
export const SMALL_WORLD: World = {
  dataset: {
    id: 'clinic',
    title: 'Clinic visits',
    unit: 'visits',
    kind: 'sum',
    absence: 'zero',
    categories: [
      { id: 'respiratory', title: 'Respiratory' },
      { id: 'fever', title: 'Fever & chills' },
    ],
    flags: [
      { id: 'N', title: 'Not flagged' },
      { id: 'Y', title: 'Flagged' },
    ],
    unflagged: 'N',
    cadence: 'day',
    timeZone: 'America/New_York',
    firstDay: day('2024-01-01'),
    lastDay: day('2024-01-03'),
  },
  feeds: [
    {
      id: 'clinics',
      title: 'Clinics',
      dataset: 'clinic',
      enabled: true,
      formats: ['csv'],
      archives: ['plain'],
      submissions: 4,
      lastReceivedAt: Date.parse('2024-01-04T06:00:00Z'),
    },
    {
      id: 'labs',
      title: 'Laboratories',
      dataset: 'clinic',
      enabled: true,
      formats: ['csv'],
      archives: ['zip'],
      submissions: 1,
      lastReceivedAt: null,
    },
  ],
  places: [
    { facility: 'F1', zip: '19401', county: '42091', state: 'PA', hhs: '3' },
    { facility: 'F2', zip: '19403', county: '42091', state: 'PA', hhs: '3' },
    { facility: 'F3', zip: '07001', county: '34023', state: 'NJ', hhs: '2' },
  ],
  cells: [
    cell('F1', '2024-01-01', 'respiratory', 'N', 5, 0),
    cell('F1', '2024-01-01', 'respiratory', 'Y', 2, 0),
    cell('F1', '2024-01-02', 'respiratory', 'N', 0, 0),
    cell('F2', '2024-01-01', 'respiratory', 'N', 3, 1),
    cell('F2', '2024-01-01', 'fever', 'N', 1, 1),
    cell('F3', '2024-01-01', 'respiratory', 'N', 11, 2),
    { ...cell('F3', '2024-01-02', 'respiratory', 'N', 0, 2), status: 'suppressed' },
    cell('F1', '2024-01-01', 'respiratory', 'N', 7, 3),
    cell('F1', '2024-01-01', 'respiratory', 'Y', 2, 3),
  ],
  submissions: SUBMISSIONS,
  errors: new Map([
    [
      SUBMISSIONS[3].submission,
      [{ member: 'F1_b.csv', record: 3, line: 4, field: 'value', code: 'VALUE_NEGATIVE', detail: 'a negative number' }],
    ],
  ]),
};
