import type { Day } from '#vocabulary';
import { instantAt } from './calendar.js';
import {
  DAILY_DAYS,
  type Damage,
  type FacilityKind,
  type Job,
  type Outbreak,
  type SampleFacility,
  type SampleOptions,
  type SamplePlan,
  type Sender,
  WINDOW_DAYS,
} from './model.js';
import { pickByWeight, type Random, randomOf } from './random.js';
import { sendersFor } from './senders.js';
import { distance, type Site, siteDrawer } from './sites.js';

const DEFAULT_FACILITIES = 2_500;
const DEFAULT_DAYS = 730;
/** A sample of every feed that is made and loaded in seconds, for tests. */
export const SMALL_SAMPLE = { facilities: 60, days: 60 } as const;
/** Hospitals that send single visits joined the network this many days before the end. */
const RECORD_DAYS = 5;

/** Shares of the facilities; hospitals that send records are one a sender. */
const SHARES: Readonly<Record<Exclude<FacilityKind, 'records'>, number>> = {
  store: 0.58,
  hospital: 0.19,
  urgent: 0.23,
};
/** Kilometres within which a sender has most of its facilities. */
const REACH: Readonly<Record<FacilityKind, number>> = { store: 450, hospital: 120, urgent: 250, records: 100 };

/** Decides who lies where, who sends for whom, and what goes wrong. Quick: no count is drawn. */
export function planSample({ today, until, seed, geography, facilities, days }: SampleOptions): SamplePlan {
  const wanted = facilities ?? DEFAULT_FACILITIES;
  const length = days ?? DEFAULT_DAYS;
  const least = WINDOW_DAYS + DAILY_DAYS + 20;
  if (!Number.isInteger(wanted) || wanted < 20)
    throw new RangeError(`facilities is ${wanted}, not a whole number of 20 or more`);
  if (!Number.isInteger(length) || length < least)
    throw new RangeError(`days is ${length}, not a whole number of ${least} or more`);
  const start = today - length + 1;
  const senders = sendersFor(wanted, seed);
  const draw = siteDrawer(geography);
  const list = [
    ...(['store', 'hospital', 'urgent'] as const).flatMap((kind) => {
      const sites = sitesOf(kind, Math.round(wanted * SHARES[kind]), draw, randomOf(seed, 'sites', kind));
      const own = senders.filter((sender) => sender.kind === kind);
      return assign({ kind, sites, senders: own, start, today, random: randomOf(seed, 'assign', kind) });
    }),
    ...senders
      .filter(({ kind }) => kind === 'records')
      .map((sender) => {
        const site = draw(randomOf(seed, 'records', sender.id));
        return {
          ...site,
          id: `${sender.code}00001`,
          kind: sender.kind,
          sender: sender.id,
          size: 1,
          opens: today - RECORD_DAYS + 1,
          closes: today,
        };
      }),
  ];
  return {
    seed,
    start,
    today,
    until: until ?? instantAt(today, 12),
    senders,
    facilities: list,
    outbreak: outbreakOf(list, today),
    damages: damagesOf(senders, list, today),
  };
}

/** The facilities of a sample, before any count is drawn. Ids, zips and senders do not depend on its days. */
export const sampleFacilities = (options: SampleOptions): readonly SampleFacility[] => planSample(options).facilities;

/** The units of work of a plan, the largest first. Senders without facilities have none. */
export function jobsOf(plan: SamplePlan): Job[] {
  const jobs = plan.senders.flatMap((sender) => {
    const facilities = plan.facilities.filter((facility) => facility.sender === sender.id);
    return facilities.length === 0 ? [] : sender.feeds.map((feed) => ({ sender, feed, facilities }));
  });
  return jobs.sort(
    (a, b) => b.facilities.length - a.facilities.length || (a.sender.id + a.feed < b.sender.id + b.feed ? -1 : 1),
  );
}

/** Hospitals lie in zips of their own; stores and clinics may be neighbours. */
function sitesOf(kind: FacilityKind, count: number, draw: (random: Random) => Site, random: Random): Site[] {
  const taken = new Set<string>();
  const sites: Site[] = [];
  for (let tries = 0; sites.length < count && tries < count * 50; tries++) {
    const site = draw(random);
    if (kind === 'hospital' && taken.has(site.zip)) continue;
    taken.add(site.zip);
    sites.push(site);
  }
  return sites;
}

interface Assignment {
  readonly kind: FacilityKind;
  readonly sites: readonly Site[];
  readonly senders: readonly Sender[];
  readonly start: Day;
  readonly today: Day;
  readonly random: Random;
}

/** Each site gets a sender: the first four chains are national, every other sender has a home and is strong near it. */
function assign({ kind, sites, senders, start, today, random }: Assignment): SampleFacility[] {
  const homes = senders.map(() => sites[random.below(sites.length)]!);
  const count = new Map<string, number>();
  return sites.map((site): SampleFacility => {
    const weights = senders.map((_, i) => {
      if (kind === 'store' && i < 4) return 0.5 / (i + 1);
      return Math.exp(-distance(site, homes[i]!) / REACH[kind]) + 1e-9;
    });
    const sender = senders[pickByWeight(weights, random)]!;
    const number = (count.get(sender.id) ?? 0) + 1;
    count.set(sender.id, number);
    const life = random.unit();
    const turn = start + 60 + random.below(Math.max(1, today - start - 90));
    return {
      ...site,
      id: `${sender.code}${String(number * 7 + random.below(7)).padStart(5, '0')}`,
      kind,
      sender: sender.id,
      size: Math.exp(random.normal() * 0.5),
      opens: life < 0.04 ? turn : start,
      closes: life > 0.97 && turn < today - 40 ? turn : today,
    };
  });
}

/**
 * Four neighbouring counties about the busiest visited county of a state of middle size; Pennsylvania where it can be. It
 * still goes on at the end: what has alarmed is what people see first.
 */
function outbreakOf(facilities: readonly SampleFacility[], today: Day): Outbreak {
  const visited = facilities.filter(
    ({ kind, closes }) => (kind === 'hospital' || kind === 'urgent') && closes === today,
  );
  const inState = (state: string): SampleFacility[] => visited.filter((facility) => facility.state === state);
  const state = inState('PA').length > 0 ? 'PA' : (visited[0] ?? facilities[0]!).state;
  const local = inState(state);
  const size = new Map<string, number>();
  for (const { county } of local) size.set(county, (size.get(county) ?? 0) + 1);
  const centre = [...size].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0];
  const middle = local.find(({ county }) => county === centre);
  const near = middle ? [...local].sort((a, b) => distance(a, middle) - distance(b, middle)) : [];
  const counties = [...new Set(near.map(({ county }) => county))].slice(0, 4);
  return { state, counties, from: today - 11, peak: today - 4, to: today + 6 };
}

/** Three archives that cannot be read, from senders whose archives can be broken that way. */
function damagesOf(senders: readonly Sender[], facilities: readonly SampleFacility[], today: Day): Damage[] {
  const busy = senders.filter(({ id, kind }) => kind !== 'records' && facilities.some(({ sender }) => sender === id));
  const encrypted = busy.filter(({ packing }) => packing === 'aes');
  const zipped = busy.filter(({ packing }) => packing === 'zip' || packing === 'zipcrypto');
  const of = (sender: Sender | undefined, day: Day, kind: Damage['kind']): Damage[] =>
    sender ? [{ sender: sender.id, day, kind }] : [];
  return [
    ...of(zipped.at(-1), today - 2, 'truncated'),
    ...of(zipped[0], today - 3, 'checksum'),
    ...of(encrypted.at(-1), today - 2, 'password'),
  ];
}
