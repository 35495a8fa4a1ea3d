import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Change, Revision, Value } from '#analytics';
import type { Day } from '#vocabulary';
import { type Random, seeded } from '../../crash/random.js';
import { HEAD, region } from './asking.js';
import { type RunningLine, startLine } from './running-line.fixture.js';
import { day } from './small-world.js';

jest.setTimeout(240_000);

const CONFIG = {
  'datasets/clinic.yaml': 'unit: visits\ncategories: [respiratory, fever]\nflags: [N, Y]\nunflagged: N\n',
  'feeds/clinics.yaml': `
dataset: clinic
name: '{facility}_{period}_v{version}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: { column: value, suppressed: ['*'], missing: [NA] } }
`,
  'feeds/visits.yaml': `
dataset: clinic
replace: file
name: '{facility}_{period}_v{version}.{ext}'
record: { facility: facility, zip: zip, day: day, category: category, flag: flag, value: { column: value, suppressed: ['*'], missing: [NA] } }
`,
};

const STEPS = 32;
const FIRST = day('2024-01-01');
const DAYS = 5;
const PERIOD = { from: FIRST, to: FIRST + DAYS - 1 };
const CATEGORIES = ['respiratory', 'fever'];
const ZIPS = { F1: '19401', F2: '19401', F3: '19403', F4: '07001', F5: '07001' } as const;
const REGIONS = ['nation:us', 'state:PA', 'state:NJ', 'zip:19401', 'facility:F1', 'facility:F3', 'facility:F4'].map(region); // prettier-ignore
const ASK = { dataset: 'clinic', categories: CATEGORIES, regions: REGIONS, ...PERIOD };

const MS_PER_DAY = 86_400_000;
const dateOf = (on: Day): string => new Date(on * MS_PER_DAY).toISOString().slice(0, 10);

function randomFile(random: Random): { feed: string; name: string; content: string } {
  const facility = random.of(Object.keys(ZIPS) as (keyof typeof ZIPS)[]);
  const lines = Array.from({ length: 1 + random.below(6) }, () => {
    const value = random.of(['*', 'NA', '0', '0', String(random.below(40)), String(random.below(40))]);
    const on = dateOf(FIRST + random.below(DAYS));
    return `${facility},${ZIPS[facility]},${on},${random.of(CATEGORIES)},${random.of(['N', 'Y'])},${value}\n`;
  });
  const content =
    HEAD + [...new Map(lines.map((line) => [line.split(',').slice(0, 5).join(), line])).values()].join('');
  // A lower version that comes late changes nothing; what a file left out is withdrawn by its next version.
  const feed = random.of(['clinics', 'clinics', 'visits']);
  return { feed, name: `${facility}_${random.of(['a', 'b'])}_v${1 + random.below(9)}.csv`, content };
}

/** Region, category and day → value, as it was answered at some time. */
type Snapshot = ReadonlyMap<string, Value>;
const nameOf = (at: { region: { level: string; code: string }; category: string; day: Day }): string =>
  `${at.region.level}:${at.region.code} ${at.category} ${at.day}`;

describe('what was answered after each of many files and orders', () => {
  let line: RunningLine;
  let clock = Date.parse('2024-01-02T03:00:00Z');
  const instants: number[] = [];
  const snapshots: Snapshot[] = [new Map()];

  async function snapshot(change: { asOf?: number; lag?: number } = {}): Promise<Snapshot> {
    const { series } = await line.analytics.series({ ...ASK, ...change });
    return new Map(
      series.flatMap(({ region: place, category, from, total, unflagged, status }) =>
        total.map((value, i): [string, Value] => [
          nameOf({ region: place, category, day: from + i }),
          { total: value, unflagged: unflagged![i]!, status: status[i]! },
        ]),
      ),
    );
  }

  beforeAll(async () => {
    line = await startLine({ config: CONFIG, now: () => clock });
    const random = seeded(20_261_121);
    const sent: string[] = [];
    for (const [facility, zip] of Object.entries(ZIPS)) {
      // Known from before, so that all regions are known; of a day that is not asked for.
      const content = `${HEAD}${facility},${zip},${dateOf(FIRST - 3)},fever,N,1\n`;
      await line.send({ feed: 'clinics', name: `${facility}_0_v1.csv`, content, at: '2024-01-01T12:00:00Z' });
    }
    snapshots[0] = await snapshot();
    while (instants.length < STEPS) {
      clock += random.of([1000, 60_000, 3_600_000, 7 * 3_600_000]);
      if (sent.length > 5 && random.chance(0.35)) {
        const order = random.of(['undo', 'withdraw'] as const);
        const receipt = await line.order({ order, submission: random.of(sent) });
        if (!receipt) continue;
        sent.push(receipt.submission);
      } else sent.push((await line.send({ ...randomFile(random), at: new Date(clock).toISOString() })).submission);
      instants.push(clock);
      snapshots.push(await snapshot());
    }
    clock += 30 * MS_PER_DAY;
  });
  afterAll(() => line.close());

  /** What was answered at an instant. */
  const recordedAt = (instant: number): Snapshot => snapshots[instants.filter((at) => at <= instant).length]!;

  it('changes often enough to be worth comparing', () => {
    const changed = instants.filter(
      (_, i) => JSON.stringify([...snapshots[i]!]) !== JSON.stringify([...snapshots[i + 1]!]),
    );
    expect(changed.length).toBeGreaterThan(STEPS / 2);
    const last = [...snapshots.at(-1)!.values()].map(({ status }) => status);
    expect(new Set(snapshots.flatMap((one) => [...one.values()].map(({ status }) => status))).size).toBe(4);
    expect(last).toContain('reported');
  });

  it('is answered again as of each of these instants, and of the millisecond before', async () => {
    for (const [i, at] of instants.entries()) {
      expect(await snapshot({ asOf: at })).toEqual(recordedAt(at));
      if (i % 4 === 0) expect(await snapshot({ asOf: at - 1 })).toEqual(recordedAt(at - 1));
    }
  });

  it('is answered again by lag, every day as it stood when so many days had passed after it', async () => {
    for (const lag of [0, 1, 2, 4]) {
      const answered = await snapshot({ lag });
      for (const [name, value] of answered) {
        const on = Number(name.split(' ')[2]);
        expect([name, value]).toEqual([name, recordedAt((on + lag + 1) * MS_PER_DAY - 1).get(name)]);
      }
    }
  });

  it('knows nothing by a lag that has not passed', async () => {
    const values = [...(await snapshot({ lag: 400 })).values()];
    expect(new Set(values.map(({ status }) => status))).toEqual(new Set(['missing']));
  });

  /** Every step from one recorded answer to the next. */
  function steps(): Revision[] {
    return REGIONS.flatMap((place) =>
      CATEGORIES.flatMap((category) =>
        Array.from({ length: DAYS }, (_, i) => FIRST + i).flatMap((on) => {
          const name = nameOf({ region: place, category, day: on });
          return instants.flatMap((issuedAt, i) => {
            const [before, after] = [snapshots[i]!.get(name)!, snapshots[i + 1]!.get(name)!];
            const isSame = JSON.stringify(before) === JSON.stringify(after);
            return isSame ? [] : [{ region: place, category, day: on, issuedAt, ...after }];
          });
        }),
      ),
    );
  }

  it('is every version that is issued, with its instant', async () => {
    const all = await line.analytics.revisions({ ...ASK, issues: [{ from: 0, to: clock }] });
    expect(all.revisions).toEqual(steps());
    const some = { from: instants[10]!, to: instants[25]! };
    const between = await line.analytics.revisions({
      ...ASK,
      issues: [some, { from: instants[30]!, to: instants[30]! }],
    });
    expect(between.revisions).toEqual(
      steps().filter(({ issuedAt }) => (some.from <= issuedAt && issuedAt <= some.to) || issuedAt === instants[30]),
    );
  });

  it('is told apart from what is answered now by the digest of changes, whatever the size of its pages', async () => {
    for (const [i, counted] of instants.entries()) {
      if (i % 6 !== 0) continue;
      // The ledger notes it within the millisecond.
      const since = counted + 1;
      for (const level of ['state', 'facility'] as const) {
        const found: Change[] = [];
        for (let cursor: string | undefined, more = true; more;) {
          const page = await line.analytics.changes({ dataset: 'clinic', level, since, limit: 3 + i, cursor });
          found.push(...page.items);
          cursor = page.next ?? undefined;
          more = page.next !== null;
        }
        const [then, now] = [snapshots[i + 1]!, snapshots.at(-1)!];
        const names = [...now.keys()].filter((name) => name.startsWith(`${level}:`));
        const asked = found.filter((change) => names.includes(nameOf(change)));
        const expected = names.filter((name) => JSON.stringify(then.get(name)) !== JSON.stringify(now.get(name)));
        expect(asked.map(nameOf).sort()).toEqual(expected.sort());
        for (const change of asked) {
          const name = nameOf(change);
          expect([change.before, change.after]).toEqual([then.get(name), now.get(name)]);
          const later = instants.flatMap((at, step) =>
            step > i && JSON.stringify(snapshots[step]!.get(name)) !== JSON.stringify(snapshots[step + 1]!.get(name))
              ? [at]
              : [],
          );
          expect(change.changes).toBe(later.length);
          expect([0, 1]).toContain(change.changedAt - later.at(-1)!);
          expect(change.rev).toBeGreaterThan(0);
        }
      }
    }
  });
});
