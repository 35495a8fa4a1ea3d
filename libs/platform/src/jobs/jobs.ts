/**
 * Hands submissions to workers. A disposable index over the raw store: what is lost here is found again by the
 * reconciler, and what is handed over twice is counted once.
 */
export interface Jobs {
  /** Resolves when the submission is on its way to a worker, or when that could not be (the reconciler will). */
  add(submission: string): Promise<void>;
  /** Takes work from now on. A handler that rejects has the job handed over again. */
  work(handler: (submission: string) => Promise<void>): Promise<void>;
  close(): Promise<void>;
}
