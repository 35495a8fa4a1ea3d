import { createHash } from 'node:crypto';
import { type Day, formatDay, parseRegion, type Region, regionKey } from '#vocabulary';
import type { Notice } from './event.js';
import type { NotifySettings } from './settings.js';

/** Days back from today that are looked at. */
const WINDOW = 60;
/** Milliseconds from a commit to the look at what it changed, so that a burst of commits is looked at once. */
const GATHER_MS = 1000;

export interface ThresholdWatchOptions {
  readonly settings: Pick<NotifySettings, 'completeness' | 'revisions'>;
  /** Facilities that reported, and that take part, a day from `from` on. */
  completenessOf(question: Question): Promise<readonly { day: Day; reporting: number; participating: number }[]>;
  /** The total of each day from `from` on, by category; null where there is none. */
  totalsOf(question: Question): Promise<ReadonlyMap<string, readonly (number | null)[]>>;
  tell(notice: Notice): Promise<void>;
  /** Milliseconds since the epoch. */
  now(): number;
  log(level: 'warn', message: string, facts: Record<string, unknown>): void;
  /** {@link GATHER_MS} unless told. */
  readonly gatherMs?: number;
}

interface Question {
  readonly dataset: string;
  readonly region: Region;
  readonly from: Day;
  readonly to: Day;
}

export interface ThresholdWatch {
  /** A commit has changed these regions. */
  changed(commit: { readonly dataset: string; readonly touched: readonly { readonly region: Region }[] }): void;
  /** Resolves when what has been told of is looked at; used at the end, and by tests. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

const idOf = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);

/**
 * Tells when enough facilities of a region have reported for a day, once a day and region; and when a count of a day
 * that had been known for a while is revised by much. What was known is what this process has seen: the first look
 * after a start tells of no revision, and may tell again, by the same id, what was complete before.
 */
export function openThresholdWatch(options: ThresholdWatchOptions): ThresholdWatch {
  const { settings, completenessOf, totalsOf, tell, now, log, gatherMs = GATHER_MS } = options;
  const watched = [...settings.completeness, ...settings.revisions].map(
    ({ dataset, region }) => `${dataset}\n${region}`,
  );
  const waiting = new Set<string>();
  const told = new Set<string>();
  const known = new Map<string, ReadonlyMap<Day, number>>();
  let timer: NodeJS.Timeout | undefined;
  let work: Promise<void> = Promise.resolve();

  function spanOf(key: string): Question | undefined {
    const [dataset = '', text = ''] = key.split('\n');
    const region = parseRegion(text);
    const to = Math.floor(now() / 86_400_000);
    return region && { dataset, region, from: to - WINDOW, to };
  }

  async function reached(question: Question): Promise<void> {
    const { dataset, region } = question;
    const wanted = settings.completeness.filter((one) => one.dataset === dataset && one.region === regionKey(region));
    if (wanted.length === 0) return;
    for (const { day, reporting, participating } of await completenessOf(question)) {
      for (const { share } of wanted) {
        const id = idOf('completeness', dataset, regionKey(region), day, share);
        if (told.has(id) || participating === 0 || reporting / participating < share) continue;
        const data = { dataset, region: regionKey(region), day: formatDay(day), reporting, participating, share };
        await tell({ id, topic: 'completeness', key: regionKey(region), at: now(), data });
        told.add(id);
      }
    }
  }

  async function revised(question: Question): Promise<void> {
    const { dataset, region, from, to } = question;
    const wanted = settings.revisions.filter((one) => one.dataset === dataset && one.region === regionKey(region));
    if (wanted.length === 0) return;
    for (const [category, totals] of await totalsOf(question)) {
      const key = JSON.stringify([dataset, regionKey(region), category]);
      const before = known.get(key);
      const after = new Map(totals.flatMap((total, index) => (total === null ? [] : [[from + index, total] as const])));
      for (const [day, value] of after) {
        const was = before?.get(day);
        if (was === undefined || was === value) continue;
        const least = wanted.some(
          ({ change, counts, days }) => to - day >= days && Math.abs(value - was) >= Math.max(counts, change * was),
        );
        if (!least) continue;
        const data = { dataset, region: regionKey(region), category, day: formatDay(day), was, is: value };
        const id = idOf('revision', dataset, regionKey(region), category, day, was, value, now());
        await tell({ id, topic: 'revision', key: regionKey(region), at: now(), data });
      }
      known.set(key, after);
    }
  }

  async function look(): Promise<void> {
    timer = undefined;
    const keys = [...waiting];
    waiting.clear();
    for (const key of keys) {
      const question = spanOf(key);
      if (!question) continue;
      try {
        await reached(question);
        await revised(question);
      } catch (error) {
        log('warn', 'a region could not be looked at; it is at its next change', { cause: String(error) });
      }
    }
  }

  const begin = (): void => {
    timer ??= setTimeout(() => (work = work.then(look)), gatherMs);
  };
  for (const key of watched) waiting.add(key);
  if (watched.length > 0) begin();

  async function settled(): Promise<void> {
    if (timer) {
      clearTimeout(timer);
      work = work.then(look);
    }
    await work;
  }

  return {
    changed({ dataset, touched }) {
      const keys = touched
        .map(({ region }) => `${dataset}\n${regionKey(region)}`)
        .filter((key) => watched.includes(key));
      if (keys.length === 0) return;
      for (const key of keys) waiting.add(key);
      begin();
    },
    settled,
    async close() {
      if (timer) clearTimeout(timer);
      timer = undefined;
      await work;
    },
  };
}
