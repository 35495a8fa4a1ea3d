import { createHash } from 'node:crypto';
import type {
  DatasetInfo,
  DeadLetter,
  FeedInfo,
  Questions,
  Revision,
  RegionChange,
  RowError,
  SeriesQuestion,
  SubmissionInfo,
} from '#analytics';
import { boardsTwin } from './boards-twin.js';
import {
  BellwetherError,
  type Day,
  type Level,
  NATION,
  type Region,
  regionKey,
  type StatusName,
  UNKNOWN,
  DEAD_LETTER_STATES,
} from '#vocabulary';

/**
 * One statement: what a facility said of a category, flag and day, in a submission. One of status `deleted` withdraws
 * all that the facility has said of the day; its category and flag are not read.
 */
export interface Cell {
  readonly facility: string;
  readonly category: string;
  readonly flag: string;
  readonly day: Day;
  readonly status: StatusName;
  readonly value: number;
  /** Submission that said it; an index into `submissions`. A later one replaces the slot of an earlier. */
  readonly submission: number;
}

interface Place {
  readonly facility: string;
  readonly zip: string;
  readonly county: string;
  readonly state: string;
  readonly hhs: string;
}

export interface World {
  readonly dataset: DatasetInfo;
  readonly feeds: readonly FeedInfo[];
  readonly places: readonly Place[];
  readonly cells: readonly Cell[];
  readonly submissions: readonly SubmissionInfo[];
  readonly errors: ReadonlyMap<string, readonly RowError[]>;
}

const PARENT_LEVEL: Partial<Record<Level, Level>> = {
  facility: 'zip',
  zip: 'county',
  county: 'state',
  state: 'hhs',
  hhs: 'nation',
};

function codeAt(place: Place, level: Level): string {
  switch (level) {
    case 'nation':
      return NATION;
    case 'hhs':
      return place.hhs;
    case 'state':
      return place.state;
    case 'county':
      return place.county;
    case 'zip':
      return place.zip;
    case 'facility':
      return place.facility;
    case 'event_zip':
      return UNKNOWN;
  }
}

const digestOf = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** Pages by position; the cursor is the position as text. */
function page<T>(items: readonly T[], limit: number, cursor: string | undefined) {
  const start = cursor === undefined ? 0 : Number(cursor);
  if (!Number.isInteger(start) || start < 0) throw new BellwetherError('REQUEST_INVALID', 'cursor: not one of ours');
  return {
    items: items.slice(start, start + limit),
    next: start + limit < items.length ? String(start + limit) : null,
  };
}

/** The first minute of a day on the clocks of a zone, found by trying. */
function midnightIn(timeZone: string, day: Day): number {
  const clock = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short' });
  const date = new Date(day * 86_400_000).toISOString().slice(0, 10);
  let at = (day - 1) * 86_400_000;
  while (clock.format(at) !== date) at += 15 * 60_000;
  return at;
}

/** Withheld by anyone outweighs not known; withdrawn is what everyone has withdrawn who spoke. */
function whyNoNumber(all: readonly Cell[], mine: readonly Cell[]): StatusName {
  if (mine.some(({ status }) => status === 'suppressed')) return 'suppressed';
  return all.length > 0 && all.every(({ status }) => status === 'deleted') ? 'deleted' : 'missing';
}

/** The smallest PNG there is: one transparent pixel. A twin answers; it does not draw. */
const PIXEL = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

/**
 * The questions, answered by going through a table of cells again and again: slow, obvious, and sharing no code with
 * what it is compared with. `announce` plays a commit for `watch`.
 */
export function twinOf(world: World): Questions & { announce(change: RegionChange): void; watching(): number } {
  const { dataset, places, cells, submissions } = world;
  const watchers = new Set<(change: RegionChange) => void>();

  function checkDataset(id: string): void {
    if (id !== dataset.id) throw new BellwetherError('UNKNOWN_DATASET', `no dataset "${id}"`);
  }
  function checkCategory(category: string): void {
    if (!dataset.categories.some(({ id }) => id === category))
      throw new BellwetherError('UNKNOWN_CATEGORY', `no category "${category}"`);
  }
  function facilitiesIn({ level, code }: Region): readonly string[] {
    const found = places.filter((place) => codeAt(place, level) === code).map(({ facility }) => facility);
    if (found.length === 0 && code !== UNKNOWN)
      throw new BellwetherError('UNKNOWN_REGION', `no region ${level}:${code}`);
    return found;
  }
  /** The statements that held at `asOf`: for each facility and day, those of the latest submission. */
  function held(facility: string, day: Day, asOf: number): readonly Cell[] {
    const known = cells.filter(
      (cell) => cell.facility === facility && cell.day === day && submissions[cell.submission]!.receivedAt <= asOf,
    );
    const latest = Math.max(...known.map((cell) => cell.submission));
    return known.filter((cell) => cell.submission === latest);
  }
  /** When anything at all was said. */
  const instants = [...new Set(submissions.map(({ receivedAt }) => receivedAt))].sort((a, b) => a - b);
  function hasReported(facility: string, day: Day, asOf = Infinity): boolean {
    return held(facility, day, asOf).some(({ status }) => status !== 'deleted');
  }
  /** From its first day with a report that still stands. */
  function takingPart(inside: readonly string[], day: Day, asOf = Infinity): number {
    return inside.filter((facility) =>
      cells.some((cell) => cell.facility === facility && cell.day <= day && hasReported(facility, cell.day, asOf)),
    ).length;
  }
  function point(question: SeriesQuestion, region: Region, category: string, day: Day) {
    const all = facilitiesIn(region).flatMap((facility) => held(facility, day, question.asOf ?? Infinity));
    const mine = all.filter(
      (cell) => cell.category === category && (question.flag === undefined || cell.flag === question.flag),
    );
    // A facility of which a part is withheld has no total; a region adds what is known.
    const isWithheld = region.level === 'facility' && mine.some(({ status }) => status === 'suppressed');
    const reported = isWithheld ? [] : mine.filter((cell) => cell.status === 'reported');
    const sum = (of: readonly Cell[]) => of.reduce((total, cell) => total + cell.value, 0);
    if (reported.length > 0)
      return {
        status: 'reported' as const,
        total: sum(reported),
        unflagged: sum(reported.filter((cell) => cell.flag === dataset.unflagged)),
      };
    const spoken = all.some(({ status }) => status !== 'deleted') && dataset.absence === 'zero' && mine.length === 0;
    if (spoken) return { status: 'reported' as const, total: 0, unflagged: 0 };
    return { status: whyNoNumber(all, mine), total: null, unflagged: null };
  }
  const daysOf = ({ from, to }: { from: Day; to: Day }) =>
    Array.from({ length: to - from + 1 }, (_, index) => from + index);

  const questions: Omit<Questions, keyof ReturnType<typeof boardsTwin>> = {
    async datasets() {
      return [dataset];
    },
    async feeds() {
      return world.feeds;
    },
    async regions({ dataset: id, level, parent, limit, cursor }) {
      checkDataset(id);
      if (parent) facilitiesIn(parent);
      const codes = [
        ...new Set(
          places
            .filter((place) => !parent || codeAt(place, parent.level) === parent.code)
            .map((place) => codeAt(place, level)),
        ),
      ].sort();
      const items = codes.map((code) => {
        const region = { level, code };
        const above = PARENT_LEVEL[level];
        const inside = places.filter((place) => codeAt(place, level) === code);
        return {
          region,
          name: `${level} ${code}`,
          parent: above ? { level: above, code: codeAt(inside[0]!, above) } : null,
          facilities: inside.length,
        };
      });
      return page(items, limit, cursor);
    },
    async facilities({ dataset: id, region, limit, cursor }) {
      checkDataset(id);
      const inside = region ? facilitiesIn(region) : places.map(({ facility }) => facility);
      const items = places
        .filter(({ facility }) => inside.includes(facility))
        .map(({ facility, zip, county, state }) => {
          const days = cells.map(({ day }) => day).filter((day) => hasReported(facility, day));
          return {
            dataset: id,
            facility,
            zip,
            county,
            state,
            firstActive: Math.min(...days),
            lastActive: Math.max(...days),
            closedOn: null,
          };
        });
      return page(items, limit, cursor);
    },
    async series(question) {
      checkDataset(question.dataset);
      question.categories.forEach(checkCategory);
      if (question.flag !== undefined && !dataset.flags.some(({ id }) => id === question.flag)) {
        throw new BellwetherError('UNKNOWN_FLAG', `no flag "${question.flag}"`);
      }
      const series = question.regions.flatMap((region) =>
        question.categories.map((category) => {
          const points = daysOf(question).map((day) => {
            const { lag, asOf } = question;
            const then = lag === undefined ? asOf : (day + lag + 1) * 86_400_000 - 1;
            return point({ ...question, asOf: then }, region, category, day);
          });
          return {
            region,
            category,
            from: question.from,
            total: points.map(({ total }) => total),
            unflagged:
              dataset.unflagged === null || question.flag !== undefined
                ? undefined
                : points.map(({ unflagged }) => unflagged),
            status: points.map(({ status }) => status),
            rev: submissions.length,
          };
        }),
      );
      return {
        dataset: dataset.id,
        series,
        rev: question.asOf === undefined && question.lag === undefined ? submissions.length : 0,
        digest: digestOf(series),
      };
    },
    async revisions(question) {
      checkDataset(question.dataset);
      question.categories.forEach(checkCategory);
      const revisions = question.regions.flatMap((region) =>
        question.categories.flatMap((category) =>
          daysOf(question).flatMap((day) => {
            let before = JSON.stringify({ status: 'missing', total: null, unflagged: null });
            return instants.flatMap((at) => {
              const { total, unflagged, status } = point({ ...question, asOf: at }, region, category, day);
              const value = {
                status,
                total,
                unflagged: question.flag === undefined && dataset.unflagged !== null ? unflagged : null,
              };
              const isNew = JSON.stringify(value) !== before;
              before = JSON.stringify(value);
              const isAsked = question.issues.some(({ from, to }) => from <= at && at <= to);
              return isNew && isAsked ? [{ region, category, day, issuedAt: at, ...value }] : [];
            });
          }),
        ),
      );
      if (question.only === undefined) return { dataset: dataset.id, revisions };
      const isLast = (one: Revision, at: number): boolean =>
        !revisions.some(
          (other, i) =>
            i > at && other.day === one.day && other.category === one.category && other.region === one.region,
        );
      return { dataset: dataset.id, revisions: revisions.filter(isLast) };
    },
    async changes(question) {
      const { level, within = { level: 'nation', code: NATION }, since, from = -Infinity, to = Infinity } = question;
      checkDataset(question.dataset);
      const inside = facilitiesIn(within);
      const codes = [
        ...new Set(places.filter(({ facility }) => inside.includes(facility)).map((place) => codeAt(place, level))),
      ].sort();
      const asked = [...(question.categories ?? dataset.categories.map(({ id }) => id))].sort();
      asked.forEach(checkCategory);
      const days = [...new Set(cells.map(({ day }) => day))].filter((day) => from <= day && day <= to).sort();
      const items = days.flatMap((day) =>
        codes.flatMap((code) =>
          asked.flatMap((category) => {
            const region = { level, code };
            const ask = { dataset: dataset.id, categories: [category], regions: [region], from: day, to: day };
            const valueAt = (asOf: number) => point({ ...ask, asOf }, region, category, day);
            const steps = instants.filter((at) => at > since);
            const changed = steps.filter((at) => JSON.stringify(valueAt(at)) !== JSON.stringify(valueAt(at - 1)));
            const [before, after] = [valueAt(since), valueAt(Infinity)];
            if (JSON.stringify(before) === JSON.stringify(after)) return [];
            return [
              { region, category, day, before, after, rev: 1, changes: changed.length, changedAt: changed.at(-1)! },
            ];
          }),
        ),
      );
      return page(items, question.limit, question.cursor);
    },
    async completeness(question) {
      checkDataset(question.dataset);
      const regions = question.regions.map((region) => {
        const inside = facilitiesIn(region);
        const days = daysOf(question).map((day) => ({
          day,
          reporting: inside.filter((facility) => hasReported(facility, day, question.asOf)).length,
          participating: takingPart(inside, day, question.asOf),
        }));
        return { region, days };
      });
      return { dataset: dataset.id, regions };
    },
    async curve({ dataset: id, region, day, asOf = Infinity }) {
      checkDataset(id);
      const inside = facilitiesIn(region);
      const first = inside
        .filter((facility) => hasReported(facility, day, asOf))
        .map((facility) =>
          Math.min(
            ...cells
              .filter((cell) => cell.facility === facility && cell.day === day)
              .map((cell) => submissions[cell.submission]!.receivedAt),
          ),
        )
        .filter((at) => at <= asOf && Number.isFinite(at))
        .sort((a, b) => a - b);
      const midnight = midnightIn(dataset.timeZone, day);
      return {
        dataset: id,
        region,
        day,
        participating: takingPart(inside, day, asOf),
        arrivals: first.map((at, index) => ({ at, reporting: index + 1 })),
        byHour: Array.from({ length: 97 }, (_, hour) => midnight + hour * 3_600_000)
          .filter((end) => end <= asOf)
          .map((end) => first.filter((at) => at <= end).length),
      };
    },
    async provenance({ dataset: id, region, category, day, flag, asOf = Infinity }) {
      checkDataset(id);
      checkCategory(category);
      const found = facilitiesIn(region)
        .flatMap((facility) => held(facility, day, asOf))
        .filter((cell) => cell.status !== 'deleted')
        .filter((cell) => cell.category === category && (flag === undefined || cell.flag === flag));
      const contributions = found.map((cell) => {
        const { submission, feed, name, receivedAt } = submissions[cell.submission]!;
        const value = cell.status === 'reported' ? cell.value : null;
        return {
          facility: cell.facility,
          flag: cell.flag,
          status: cell.status,
          value,
          submission,
          feed,
          name,
          arrivedAt: receivedAt,
          records: 1,
        };
      });
      const question = { dataset: id, categories: [category], regions: [region], from: day, to: day, flag, asOf };
      return { total: point(question, region, category, day).total, contributions };
    },
    async chart(question) {
      const { digest } = await questions.series(question);
      const { width, height, format, show, theme } = question;
      const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"/>`;
      return {
        contentType: format === 'svg' ? 'image/svg+xml' : `image/${format}`,
        bytes: format === 'svg' ? Buffer.from(svg) : PIXEL,
        digest: digestOf([digest, width, height, format, show, theme]),
      };
    },
    async submissions({ feed, facility, state, limit, cursor }) {
      const found = submissions.filter(
        (info) =>
          (feed === undefined || info.feed === feed) &&
          (facility === undefined || info.facility === facility) &&
          (state === undefined || info.state === state),
      );
      return page(found.toReversed(), limit, cursor);
    },
    async deadLetters({ feed, facility, state, code, step, since = -Infinity, limit, cursor }) {
      const found = submissions.filter(
        (info): info is DeadLetter =>
          DEAD_LETTER_STATES.some((dead) => dead === info.state) &&
          (feed === undefined || info.feed === feed) &&
          (facility === undefined || info.facility === facility) &&
          (state === undefined || info.state === state) &&
          (code === undefined || info.code === code) &&
          (step === undefined || info.step === step) &&
          info.stateAt >= since,
      );
      return page(found.toReversed(), limit, cursor);
    },
    async submission(id) {
      const info = submissions.find(({ submission }) => submission === id);
      if (!info) throw new BellwetherError('UNKNOWN_SUBMISSION', 'no submission has this id');
      return { info, errors: world.errors.get(id) ?? [] };
    },
    watch({ dataset: id, region }, changed) {
      checkDataset(id);
      const watcher = (change: RegionChange) => {
        if (!region || regionKey(region) === regionKey(change.region)) changed(change);
      };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
  const boards = boardsTwin(questions, {
    codesIn: (within, level) =>
      [...new Set(places.filter((p) => codeAt(p, within.level) === within.code).map((p) => codeAt(p, level)))].sort(),
    midnight: (day) => midnightIn(dataset.timeZone, day),
  });
  return {
    ...questions,
    ...boards,
    announce: (change) => watchers.forEach((watcher) => watcher(change)),
    watching: () => watchers.size,
  };
}
