import { type Day, dayOf, epiweekOf, epiweekStart, formatEpiweek, parseDay, parseEpiweek } from '#vocabulary';
import { LIMITS } from '../ask/index.js';
import { invalid } from './failure.js';

/** All, or these. */
export type Names = true | readonly string[];

export interface TimeSpan {
  readonly from: Day;
  readonly to: Day;
}

/** A covidcast question as its parameters say; source: delphi-epidata, server/_params.py and endpoints/covidcast.py. */
export interface CovidcastAsked {
  readonly sources: readonly { readonly source: string; readonly signals: Names }[];
  readonly geos: readonly { readonly type: string; readonly values: Names }[];
  readonly timeType: 'day' | 'week';
  /** First to last days, also of weeks; true: all. */
  readonly times: true | readonly TimeSpan[];
  readonly asOf: Day | undefined;
  readonly issues: readonly TimeSpan[] | undefined;
  /** Days, or weeks. */
  readonly lag: number | undefined;
}

export type Given = Readonly<Record<string, unknown>>;

/** Every text given under a name, or under another one. */
export function textsOf(given: Given, ...names: readonly string[]): string[] {
  return names
    .flatMap((name) => (Object.hasOwn(given, name) ? [given[name]].flat() : []))
    .filter((text): text is string => typeof text === 'string' && text !== '');
}

const MOST_NAMES = 5000;

function splitNames(texts: readonly string[]): Names {
  const names = [
    ...new Set(
      texts
        .flatMap((text) => text.split(','))
        .map((name) => name.trim())
        .filter((name) => name !== ''),
    ),
  ];
  if (names.length > MOST_NAMES) throw invalid(`more than ${MOST_NAMES} values at once`);
  return names.length === 1 && names[0] === '*' ? true : names;
}

/** `type:value,value;type:*` */
function pairsOf(texts: readonly string[], name: string): { type: string; values: Names }[] {
  return texts
    .flatMap((text) => text.split(';'))
    .map((entry) => {
      const parts = /^([\w-]+):(.*)$/s.exec(entry.trim());
      if (!parts) throw invalid(`${name} param: not matching <${name}_type>:<${name}_values> syntax`);
      return { type: parts[1]!, values: splitNames([parts[2]!]) };
    });
}

function sourcesOf(given: Given): CovidcastAsked['sources'] {
  const [source] = textsOf(given, 'data_source');
  const signals = textsOf(given, 'signals', 'signal');
  if (source !== undefined) {
    if (signals.length === 0) throw invalid('missing parameter: need one of [signal, signals]');
    return [{ source, signals: splitNames(signals) }];
  }
  if (!signals.some((text) => text.includes(':')))
    throw invalid('missing parameter: signal or (data_source and signal[s])');
  return pairsOf(signals, 'signal').map(({ type, values }) => ({ source: type, signals: values }));
}

function geosOf(given: Given): CovidcastAsked['geos'] {
  const [type] = textsOf(given, 'geo_type');
  if (type === undefined) {
    const geos = textsOf(given, 'geo');
    if (geos.length === 0) throw invalid('missing parameter: geo or (geo_type and geo_value[s])');
    return pairsOf(geos, 'geo');
  }
  const values = textsOf(given, 'geo_values', 'geo_value');
  if (values.length === 0) throw invalid('missing parameter: need one of [geo_value, geo_values]');
  return [{ type, values: splitNames(values) }];
}

/** `YYYYMMDD` or `YYYY-MM-DD` */
function dayIn(text: string): Day | undefined {
  const parts = /^(\d{4})(\d{2})(\d{2})$/.exec(text);
  return parts ? dayOf(Number(parts[1]), Number(parts[2]), Number(parts[3])) : parseDay(text);
}

function weekIn(text: string): TimeSpan | undefined {
  const week = parseEpiweek(text);
  return week && { from: epiweekStart(week), to: epiweekStart(week) + 6 };
}

/** Two days, two days with dashes, or two weeks. */
const RANGE = /^(\d{8})-(\d{8})$|^(\d{4}-\d{2}-\d{2})--(\d{4}-\d{2}-\d{2})$|^(\d{6})-(\d{6})$/;

/** One day or week, or two of them with a dash between (two dashes where they have dashes themselves). */
function spanIn(text: string): TimeSpan {
  const [first = text, last = first] =
    RANGE.exec(text)
      ?.slice(1)
      .filter((part) => part !== undefined) ?? [];
  const one = (part: string): TimeSpan | undefined => {
    const day = dayIn(part);
    return day === undefined ? weekIn(part) : { from: day, to: day };
  };
  const [begin, end] = [one(first), one(last)];
  if (!begin || !end)
    throw invalid(`not a date or range: YYYYMMDD, YYYY-MM-DD, YYYYWW, or two of them with a dash between`);
  if (end.to < begin.from) throw invalid('the given range is inverted');
  return { from: begin.from, to: end.to };
}

function spansIn(names: Names): true | readonly TimeSpan[] {
  return names === true ? true : names.map(spanIn);
}

function timesOf(given: Given): Pick<CovidcastAsked, 'timeType' | 'times'> {
  const [stated] = textsOf(given, 'time_type');
  const pairs = stated === undefined ? pairsOf(textsOf(given, 'time'), 'time') : undefined;
  const values = pairs ? pairs.map(({ values: some }) => some) : [splitNames(textsOf(given, 'time_values'))];
  const types = [...new Set(pairs ? pairs.map(({ type }) => type) : [stated])];
  if (types.length === 0) throw invalid('missing parameter: time or (time_type and time_values)');
  const [timeType] = types;
  if (types.length > 1 || (timeType !== 'day' && timeType !== 'week'))
    throw invalid('time param: expected one of "day" or "week"');
  if (values.some((some) => some !== true && some.length === 0)) throw invalid('missing parameter: time_values');
  const all = values.map(spansIn);
  return {
    timeType,
    times: all.some((some) => some === true) ? true : all.flatMap((some) => (some === true ? [] : some)),
  };
}

function wholeNumber(given: Given, name: string): number | undefined {
  const [text] = textsOf(given, name);
  if (text === undefined) return undefined;
  if (!/^\d{1,4}$/.test(text) || Number(text) > LIMITS.lag) throw invalid(`${name}: not a number`);
  return Number(text);
}

export function readCovidcast(given: Given): CovidcastAsked {
  const sources = sourcesOf(given);
  const times = timesOf(given);
  const geos = geosOf(given);
  const [asOf] = textsOf(given, 'as_of');
  const issues = spansIn(splitNames(textsOf(given, 'issues')));
  return {
    sources,
    geos,
    ...times,
    asOf: asOf === undefined || asOf === '*' ? undefined : spanIn(asOf).to,
    issues: issues === true || issues.length === 0 ? undefined : issues,
    lag: wholeNumber(given, 'lag'),
  };
}

/** `20240301` as a number, the way Epidata writes days. */
export const dayNumber = (day: Day): number =>
  Number(new Date(day * 86_400_000).toISOString().slice(0, 10).replaceAll('-', ''));
/** `202410` */
export const weekNumber = (day: Day): number => Number(formatEpiweek(epiweekOf(day)));
