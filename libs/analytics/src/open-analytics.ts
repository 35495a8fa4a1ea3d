import { regionKey, yearOf } from '#vocabulary';
import type { CommitNotice } from '#notices';
import { answerFlow } from './boards/flow.js';
import { answerMap } from './boards/map.js';
import { answerLate, answerTimeliness, answerUsual } from './boards/punctuality.js';
import { listDatasets, listFacilities, listFeeds, listRegions } from './catalogue.js';
import { answerChart } from './charts.js';
import { answerCompleteness, answerCurve } from './completeness.js';
import { Directories } from './directory.js';
import { answerProvenance } from './provenance.js';
import type { Questions, RegionChange } from './questions.js';
import { answerSeries } from './series.js';
import { yearKey } from './series-source.js';
import type { Sources } from './sources.js';
import { findSubmission, listSubmissions } from './submissions.js';

export interface Analytics extends Questions {
  /** To be told of every commit; when it resolves, nothing older than the commit is answered. */
  changed(notice: CommitNotice): Promise<void>;
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

/** Answers from the cache and, where it has nothing, from the warehouse. */
export function openAnalytics(given: Omit<Sources, 'directories'>): Analytics {
  const sources: Sources = { ...given, directories: new Directories(given.engine, given.configuration) };
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
    submission: (id) => findSubmission(sources, id),
    map: (question) => answerMap(sources, question),
    usual: (question) => answerUsual(sources, question),
    timeliness: (question) => answerTimeliness(sources, question),
    late: (question) => answerLate(sources, question),
    flow: (question) => answerFlow(sources, question),
    watch({ dataset, region }, changed) {
      const watcher = { dataset, region: region && regionKey(region), changed };
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    async changed(notice) {
      await sources.store.invalidate(staleKeys(notice));
      await sources.directories.changed(notice.dataset, notice.touched);
      for (const { region, days } of notice.touched) {
        const key = regionKey(region);
        for (const watcher of watchers) {
          if (watcher.dataset !== notice.dataset || (watcher.region !== undefined && watcher.region !== key)) continue;
          watcher.changed({ dataset: notice.dataset, region, days, rev: notice.rev });
        }
      }
    },
  };
}
