import type { Questions } from '#analytics';
import { type Day, type Level, NATION, type Region, regionKey } from '#vocabulary';

type Boards = Pick<Questions, 'map' | 'usual' | 'timeliness' | 'late' | 'silent' | 'flow'>;
type Asked = Pick<Questions, 'series' | 'completeness' | 'curve' | 'facilities' | 'submissions'>;

interface Facts {
  /** Codes of a level inside a region, in order. */
  codesIn(within: Region, level: Level): readonly string[];
  midnight(day: Day): number;
}

const HOUR = 3_600_000;
const daysFrom = (from: Day, to: Day): Day[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** By position in the sorted list, between neighbours in proportion. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = share * (sorted.length - 1);
  const [below, above] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return below * (1 - (at % 1)) + above * (at % 1);
}
const median = (values: readonly number[]): number | null => (values.length === 0 ? null : quantile(values, 0.5));

/** The boards, put together from the twin's own answers to the small questions, one at a time. */
export function boardsTwin(of: Asked, { codesIn, midnight }: Facts): Boards {
  async function pointOf(question: Parameters<Boards['map']>[0], region: Region, on: Day) {
    const { dataset, category, flag, asOf } = question;
    const one = { dataset, categories: [category], regions: [region], from: on, to: on, flag, asOf };
    const { series, rev } = await of.series(one);
    const { regions } = await of.completeness({ dataset, regions: [region], from: on, to: on, asOf });
    return { total: series[0]!.total[0]!, status: series[0]!.status[0]!, ...regions[0]!.days[0]!, rev };
  }

  async function compared(question: Parameters<Boards['map']>[0], region: Region, on: Day) {
    const today = await pointOf(question, region, on);
    const past: { total: number; reporting: number }[] = [];
    for (let week = 1; week <= 8; week++) {
      const { status, total, reporting } = await pointOf(question, region, on - 7 * week);
      if (status === 'reported' && reporting > 0) past.push({ total: total!, reporting });
    }
    if (today.reporting === 0 || today.status !== 'reported' || past.length < 4) return { expected: null, z: null };
    const sum = (pick: (one: (typeof past)[number]) => number): number => past.reduce((all, one) => all + pick(one), 0);
    const rate = sum(({ total }) => total) / sum(({ reporting }) => reporting);
    const expected = rate * today.reporting;
    const scatter = sum(({ total, reporting }) => (total - rate * reporting) ** 2) / (past.length - 1);
    return { expected, z: (today.total! - expected) / Math.sqrt(Math.max(1, expected, scatter)) };
  }

  async function arrivals(dataset: string, region: Region, on: Day): Promise<readonly number[]> {
    return (await of.curve({ dataset, region, day: on })).arrivals.map(({ at }) => (at - midnight(on)) / HOUR);
  }

  return {
    async map(question) {
      const { dataset, category, level, within = { level: 'nation', code: NATION } as const, from, to } = question;
      const regions = await Promise.all(
        codesIn(within, level).map(async (code) => {
          const region = { level, code };
          const points = await Promise.all(daysFrom(from, to).map((on) => pointOf(question, region, on)));
          const against = await Promise.all(daysFrom(from, to).map((on) => compared(question, region, on)));
          return {
            region,
            name: regionKey(region),
            place: null,
            total: points.map(({ total }) => total),
            status: points.map(({ status }) => status),
            reporting: points.map(({ reporting }) => reporting),
            participating: points.map(({ participating }) => participating),
            expected: against.map(({ expected }) => expected),
            z: against.map(({ z }) => z),
          };
        }),
      );
      return { dataset, category, level, within, from, to, rev: 1, regions };
    },
    async usual({ dataset, region, day }) {
      const courses: { on: Day; shares: readonly number[] }[] = [];
      for (let ago = 1; ago <= 56; ago++) {
        const on = day - ago;
        if (ago > 28 && ago % 7 !== 0) continue;
        const { participating } = await of.curve({ dataset, region, day: on });
        const hours = await arrivals(dataset, region, on);
        const shares = Array.from({ length: 97 }, (_, h) => hours.filter((hour) => hour <= h).length / participating);
        if (participating > 0 && shares[48]! >= 0.5) courses.push({ on, shares });
      }
      const alike = courses.filter(({ on }) => (day - on) % 7 === 0);
      const basis = alike.length >= 4 ? ('weekday' as const) : ('any' as const);
      const used = basis === 'weekday' ? alike : courses;
      const band = (share: number): number[] =>
        used.length === 0
          ? []
          : Array.from({ length: 97 }, (_, h) =>
              quantile(
                used.map(({ shares }) => shares[h]!),
                share,
              ),
            );
      const days = used.map(({ on }) => on).sort((a, b) => a - b);
      return { dataset, region, day, basis, days, low: band(0.1), middle: band(0.5), high: band(0.9) };
    },
    async timeliness({ dataset, region, from, to }) {
      const days = await Promise.all(
        daysFrom(from, to).map(async (on) => {
          const hours = await arrivals(dataset, region, on);
          const { participating } = await of.curve({ dataset, region, day: on });
          const until = (share: number): number | null =>
            participating === 0 ? null : (hours.find((_, i) => i + 1 >= share * participating) ?? null);
          return {
            day: on,
            participating,
            reporting: hours.length,
            half: until(0.5),
            most: until(0.8),
            nearlyAll: until(0.9),
          };
        }),
      );
      return { dataset, region, days };
    },
    async late({ dataset, region, day, limit }) {
      const inside = (await of.facilities({ dataset, region, limit: 1000 })).items;
      const { participating } = await of.curve({ dataset, region, day });
      const missing = [];
      for (const { facility, zip, county, state, firstActive, lastActive } of inside) {
        const own: Region = { level: 'facility', code: facility };
        if (firstActive > day || (await arrivals(dataset, own, day)).length > 0) continue;
        const hours: number[] = [];
        for (let ago = 0; ago <= 28; ago++) hours.push(...(await arrivals(dataset, own, day - ago)));
        const usualHour = median(hours.filter((hour) => hour <= 96));
        // Of days years ago nothing is expected.
        missing.push({ facility, zip, county, state, lastActive, usualHour, reportsBy: 0, expectedHour: null });
      }
      missing.sort((a, b) => (a.usualHour ?? 1e9) - (b.usualHour ?? 1e9) || (a.facility < b.facility ? -1 : 1));
      return { dataset, region, day, participating, late: missing.length, items: missing.slice(0, limit) };
    },
    async silent({ dataset, region, silentDays, on: given, limit }) {
      const on = given ?? Math.floor(Date.now() / 86_400_000);
      const inside = (await of.facilities({ dataset, region, limit: 1000 })).items;
      const silent = inside
        .filter(
          ({ firstActive, lastActive, closedOn }) =>
            firstActive <= on && closedOn === null && on - lastActive >= silentDays,
        )
        .sort((a, b) => a.lastActive - b.lastActive || (a.facility < b.facility ? -1 : 1))
        .map(({ facility, zip, county, state, firstActive, lastActive }) => {
          return { facility, zip, county, state, firstActive, lastActive, silentFor: on - lastActive };
        });
      return { dataset, region, on, silentDays, silent: silent.length, items: silent.slice(0, limit) };
    },
    async flow() {
      const { items } = await of.submissions({ limit: 1000 });
      const minutes = items.map(({ receivedAt, state, rowsAccepted }) => ({
        at: Math.floor(receivedAt / 60_000) * 60_000,
        received: 1,
        loaded: state === 'loaded' ? 1 : 0,
        refused: state === 'quarantined' ? 1 : 0,
        rows: rowsAccepted,
      }));
      return { now: 0, minutes, pending: 0, oldestPendingAt: null, detection: [] };
    },
  };
}
