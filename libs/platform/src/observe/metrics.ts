import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The standard measures of one process, with their names; docs/operations.md explains them. */
export interface Metrics {
  /** bellwether_http_request_seconds{door, route, status}: time to the last byte. `route` is the pattern, not the path. */
  readonly requests: Histogram<'door' | 'route' | 'status'>;
  /** bellwether_submissions_total{feed, state}. */
  readonly submissions: Counter<'feed' | 'state'>;
  /** bellwether_rows_total{feed, outcome}: accepted or refused. */
  readonly rows: Counter<'feed' | 'outcome'>;
  /** bellwether_commit_seconds: one micro-batch from slots to acknowledgement. */
  readonly commits: Histogram;
  /** bellwether_revision: the newest revision this process knows of. */
  readonly revision: Gauge;
  /** bellwether_queue_depth{queue}. */
  readonly queue: Gauge<'queue'>;
  /** bellwether_cache_reads_total{cache, outcome}: hit or miss; a cached zero is a hit. */
  readonly cacheReads: Counter<'cache' | 'outcome'>;
  /** bellwether_sql_statements_total{outcome}: answered, refused or failed. */
  readonly statements: Counter<'outcome'>;
  /** bellwether_pulled_files_total{feed, outcome}: taken, duplicate (content known) or failed. */
  readonly pulledFiles: Counter<'feed' | 'outcome'>;
  /** bellwether_pull_listings_total{feed, outcome}: done or failed. */
  readonly pullListings: Counter<'feed' | 'outcome'>;
  /** bellwether_detection_run_seconds{rule}: one run of the detectors. */
  readonly detectionRuns: Histogram<'rule'>;
  /** bellwether_detection_lag_seconds: from the notice of a commit until its alarms were written. */
  readonly detectionLag: Histogram;
  /** bellwether_detection_cells_total{rule}: cells judged. */
  readonly detectionCells: Counter<'rule'>;
  /** Exposition text of everything, and its content type. */
  readonly exposition: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

/** `runtime`: also the measures of Node itself (memory, event loop, garbage collection). */
export function openMetrics({ name, runtime }: { name: string; runtime: boolean }): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ process: name });
  if (runtime) collectDefaultMetrics({ register: registry });
  const registers = [registry];
  return {
    requests: new Histogram({
      name: 'bellwether_http_request_seconds',
      help: 'Time to answer a request',
      labelNames: ['door', 'route', 'status'],
      buckets: SECONDS,
      registers,
    }),
    submissions: new Counter({
      name: 'bellwether_submissions_total',
      help: 'Submissions that reached a state',
      labelNames: ['feed', 'state'],
      registers,
    }),
    rows: new Counter({
      name: 'bellwether_rows_total',
      help: 'Rows of submissions, accepted or refused',
      labelNames: ['feed', 'outcome'],
      registers,
    }),
    commits: new Histogram({
      name: 'bellwether_commit_seconds',
      help: 'Time to commit a micro-batch',
      buckets: SECONDS,
      registers,
    }),
    revision: new Gauge({ name: 'bellwether_revision', help: 'Newest revision known to the process', registers }),
    queue: new Gauge({
      name: 'bellwether_queue_depth',
      help: 'Pieces of work that wait',
      labelNames: ['queue'],
      registers,
    }),
    cacheReads: new Counter({
      name: 'bellwether_cache_reads_total',
      help: 'Reads of a cache by outcome',
      labelNames: ['cache', 'outcome'],
      registers,
    }),
    pulledFiles: new Counter({
      name: 'bellwether_pulled_files_total',
      help: 'Files fetched from servers of senders by outcome',
      labelNames: ['feed', 'outcome'],
      registers,
    }),
    pullListings: new Counter({
      name: 'bellwether_pull_listings_total',
      help: 'Listings of servers of senders by outcome',
      labelNames: ['feed', 'outcome'],
      registers,
    }),
    statements: new Counter({
      name: 'bellwether_sql_statements_total',
      help: 'Statements at the SQL door by outcome',
      labelNames: ['outcome'],
      registers,
    }),
    detectionRuns: new Histogram({
      name: 'bellwether_detection_run_seconds',
      help: 'Time of one run of the detectors',
      labelNames: ['rule'],
      buckets: SECONDS,
      registers,
    }),
    detectionLag: new Histogram({
      name: 'bellwether_detection_lag_seconds',
      help: 'Time from the notice of a commit until its alarms were written',
      buckets: SECONDS,
      registers,
    }),
    detectionCells: new Counter({
      name: 'bellwether_detection_cells_total',
      help: 'Cells judged by the detectors',
      labelNames: ['rule'],
      registers,
    }),
    exposition: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}
