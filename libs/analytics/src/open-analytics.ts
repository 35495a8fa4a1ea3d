import { regionKey, yearOf } from '#vocabulary';
import { openChanges } from '#cache';
import type { CommitNotice } from '#notices';
import { answerFlow } from './boards/flow.js';
import { answerMap } from './boards/map.js';
import { answerLate, answerTimeliness, answerUsual } from './boards/punctuality.js';
import { answerSilent } from './boards/silence.js';
import { listDatasets, listFacilities, listFeeds, listRegions } from './catalogue.js';
import { answerChart } from './charts.js';
import { answerCompleteness, answerCurve } from './completeness.js';
import { exactCounts, releasedCounts, withoutParts } from './counts.js';
import { Directories } from './directory.js';
import { openPastYears } from './past-years.js';
import { answerProvenance } from './provenance.js';
import type { Questions, RegionChange } from './questions.js';
import { answerSeries } from './series.js';
import { type Records, recordsNow, recordsOfSeries } from './records.js';
import { type Sources, datasetName, regionName, whileUnchanged, yearKey } from './sources.js';
import { answerChanges } from './revisions/changes.js';
import { answerRevisions } from './revisions/revisions.js';
import { findSubmission, listDeadLetters, listSubmissions } from './submissions.js';

export interface Analytics extends Questions {
  /** The same series as records. */
  readonly records: Records;
  /**
   * To be told of every commit. As soon as it returns, before its promise resolves, whatever is asked from then on is
   * answered with the commit or a later one.
   */
  changed(notice: CommitNotice): Promise<void>;
  /** Drops all that is remembered, before it returns: notices may have been lost. */
  lost(): void;
}

/** The keys of the series store that a commit makes stale. */
export function staleKeys({ dataset, touched }: CommitNotice): string[] {
  return touched.flatMap(({ region, days }) =>
    Array.from(new Set(days.map(yearOf)), (year) => yearKey(dataset, region, year)),
  );
}

interface Watcher {
  readonly dataset: string;
  readonly region: string | undefined;
  readonly changed: (change: RegionChange) => void;
}

/** Of packed years of the past. */
const PAST_BYTES = 64 << 20;

interface AnalyticsOptions extends Omit<Sources, 'counts' | 'directories' | 'changes' | 'catalogue' | 'past'> {
  /** `released`: what may be seen by those who may not see small counts. Default: all as it is. */
  readonly counts?: 'exact' | 'released';
  /** Whether every commit that was acknowledged has been told here; see Bus.follow. Nothing is remembered while it has not. */
  readonly isCurrent?: () => boolean;
}

/** Answers from the cache and, where it has nothing, from the warehouse. */
export function openAnalytics({ isCurrent = () => true, counts = 'exact', ...given }: AnalyticsOptions): Analytics {
  const { engine } = given;
  const configuration = counts === 'exact' ? given.configuration : () => withoutParts(given.configuration());
  const sources: Sources = {
    ...given,
    configuration,
    counts: counts === 'exact' ? exactCounts(engine) : releasedCounts(engine),
    changes: openChanges({ isCurrent }),
    directories: new Directories({ engine, configuration, isCurrent }),
    catalogue: new Map(),
    past: openPastYears({ maxBytes: PAST_BYTES }),
  };
  const watchers = new Set<Watcher>();

  return {
    datasets: () => listDatasets(sources),
    feeds: () => listFeeds(sources),
    regions: (question) => listRegions(sources, question),
    facilities: (question) => listFacilities(sources, question),
    series: (question) => answerSeries(sources, question),
    completeness: (question) => answerCompleteness(sources, question),
    curve: (question) => answerCurve(sources, question),
    provenance: (question) => answerProvenance(sources, question),
    chart: (question) => answerChart(sources, question),
    submissions: (question) => listSubmissions(sources, question),
    deadLetters: (question) => listDeadLetters(sources, question),
    submission: (id) => findSubmission(sources, id),
    map: (question) => answerMap(sources, question),
    usual: (question) => answerUsual(sources, question),
    timeliness: (question) => answerTimeliness(sources, question),
    late: (question) => answerLate(sources, question),
    silent: (question) => answerSilent(sources, question),
    flow: (question) => answerFlow(sources, question),
    revisions: (question) => answerRevisions(sources, question),
    changes: (question) => answerChanges(sources, question),
    watch({ dataset, region }, changed) {
      const watcher = { dataset, region: region && regionKey(region), changed };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    records: {
      now: (question) => recordsNow(sources, question),
      series: (question) => recordsOfSeries(sources, question),
      untilCommit: (dataset) => whileUnchanged(sources, [datasetName(dataset)]),
    },
    lost() {
      sources.store.forgetAll();
      sources.changes.touchAll();
      sources.directories.forget();
    },
    changed(notice) {
      const keys = staleKeys(notice);
      sources.store.forget(keys);
      sources.changes.touch(keys);
      sources.changes.touch(notice.touched.map(({ region }) => regionName(notice.dataset, region)));
      sources.changes.touch([datasetName(notice.dataset)]);
      sources.directories.changed(notice.dataset, notice.touched);
      for (const { region, days } of notice.touched) {
        const key = regionKey(region);
        for (const watcher of watchers) {
          if (watcher.dataset !== notice.dataset || (watcher.region !== undefined && watcher.region !== key)) continue;
          watcher.changed({ dataset: notice.dataset, region, days, rev: notice.rev });
        }
      }
      return Promise.resolve();
    },
  };
}
