import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { parseDay, type SeriesRecord, STATUS } from '#vocabulary';
import { record, type Sample } from './samples.js';

type Row = Readonly<Record<string, string>>;

const FOLDER = resolve('../shared/data');

function rows(...path: readonly string[]): Row[] {
  return parse(gunzipSync(readFileSync(join(FOLDER, ...path))), { columns: true });
}

interface Event {
  readonly day: number;
  readonly count: number;
  readonly flagged: boolean;
}

/** Daily series of the keyed events, from the first to the last day of any of them; series of no event are left out. */
function daily(events: Iterable<readonly [key: string, event: Event]>): SeriesRecord[] {
  const all = [...events].filter(([, { day }]) => !Number.isNaN(day)); // a few rows have no time
  const first = all.reduce((least, [, { day }]) => Math.min(least, day), Infinity);
  const days = all.reduce((most, [, { day }]) => Math.max(most, day), first) - first + 1;
  const byKey = new Map<string, SeriesRecord>();
  for (const [key, { day, count, flagged }] of all) {
    const series = byKey.get(key) ?? record(new Uint32Array(days), new Uint32Array(days));
    byKey.set(key, series);
    series.total[day - first]! += count;
    if (!flagged) series.unflagged[day - first]! += count;
  }
  return [...byKey.values()];
}

/** 99,492 emergency calls of one county over 259 days; the flag is a call between 19:00 and 07:00. */
function calls(): Sample[] {
  const parsed = rows('montco-911', 'calls.csv.gz').map((row) => {
    const hour = Number(row.event_time?.slice(11, 13));
    const event = {
      day: parseDay(row.event_time?.slice(0, 10) ?? '') ?? NaN,
      count: 1,
      flagged: hour < 7 || hour >= 19,
    };
    return { row, event };
  });
  const keyed = (name: string, key: (row: Row) => string, keep: (row: Row) => boolean): Sample => ({
    name,
    records: daily(parsed.filter(({ row }) => keep(row)).map(({ row, event }) => [key(row), event] as const)),
  });
  const noFlag = ({ name, records }: Sample): Sample => ({
    name,
    records: records.map(({ total }) => record(total, total)),
  });
  return [
    keyed(
      '911 county × service',
      (row) => `${row.service}`,
      () => true,
    ),
    keyed(
      '911 county × reason',
      (row) => `${row.reason}`,
      () => true,
    ),
    keyed(
      '911 zip × service',
      (row) => `${row.zip} ${row.service}`,
      (row) => row.zip !== '',
    ),
    noFlag(
      keyed(
        '911 station × service, no flag',
        (row) => `${row.station} ${row.service}`,
        (row) => row.station !== '',
      ),
    ),
  ];
}

/** 75,000 lines of grocery receipts of 2017; the flag is a discount. */
function retail(): Sample[] {
  const products = new Map(
    rows('completejourney-retail', 'products.csv.gz').map((row) => [row.product_id, row.department]),
  );
  const parsed = rows('completejourney-retail', 'transactions_sample.csv.gz').map((row) => ({
    store: row.store_id ?? '',
    department: products.get(row.product_id) ?? '',
    event: {
      day: parseDay(row.transaction_timestamp?.slice(0, 10) ?? '') ?? NaN,
      count: 1,
      flagged: Number(row.retail_disc) > 0 || Number(row.coupon_disc) > 0,
    },
    quantity: Number(row.quantity),
  }));
  return [
    { name: 'retail all stores × department', records: daily(parsed.map((sale) => [sale.department, sale.event])) },
    { name: 'retail store, lines', records: daily(parsed.map((sale) => [sale.store, sale.event])) },
    {
      name: 'retail department, quantity (fuel in units of money)',
      records: daily(parsed.map((sale) => [sale.department, { ...sale.event, count: sale.quantity }])),
    },
  ];
}

const MEASURES = [
  'inpatient_beds_7_day_sum',
  'inpatient_beds_used_7_day_sum',
  'icu_beds_used_7_day_sum',
  'previous_day_total_ed_visits_7_day_sum',
  'total_adult_patients_hospitalized_confirmed_covid_7_day_sum',
];

/**
 * Weekly hospital reports as the product holds them: a year of days, of which five Fridays are reported and the rest
 * missing; a suppressed cell is suppressed. One record a hospital and measure, of the hospitals of one state.
 */
function hospitals(): Sample[] {
  const files = readdirSync(join(FOLDER, 'hhs-facility-weekly')).filter((name) => name.includes('hhs-data'));
  const byKey = new Map<string, SeriesRecord & { total: Uint32Array }>();
  for (const row of files.flatMap((file) => rows('hhs-facility-weekly', file)).filter(({ state }) => state === 'PA')) {
    const day = (parseDay(row.collection_week ?? '') ?? NaN) - (parseDay('2022-01-01') ?? NaN);
    for (const measure of MEASURES) {
      const text = row[measure] ?? 'NA';
      if (text === 'NA') continue;
      const key = `${row.hospital_pk} ${measure}`;
      const series = byKey.get(key) ?? record(new Uint32Array(365), new Uint32Array(365));
      if (!byKey.has(key)) series.status.fill(STATUS.missing);
      byKey.set(key, series);
      series.status[day] = text === '-999999' ? STATUS.suppressed : STATUS.reported;
      if (text === '-999999') continue;
      series.total[day] = series.unflagged[day] = Math.round(Number(text));
    }
  }
  return [{ name: 'hospital × measure, 5 weeks of 365 days', records: [...byKey.values()] }];
}

/** Series made of real data under ../shared/data, nothing of which is in this repository; empty when it is not there. */
export const realSamples = (): Sample[] => (existsSync(FOLDER) ? [...calls(), ...retail(), ...hospitals()] : []);
