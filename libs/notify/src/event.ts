/** What is told, and to whom it may concern. Never file names, file content, or anything of a patient. */
export const TOPICS = ['dead-letter', 'quarantine-rate', 'alarm', 'completeness', 'revision', 'submission'] as const;

export type Topic = (typeof TOPICS)[number];

/** One thing that happened. */
export interface Notice {
  /** The same for the same thing, however often it is told: receivers tell doubles by it. At most 64 letters and digits. */
  readonly id: string;
  readonly topic: Topic;
  /** What it is about (a feed, a region). Notices with the same key arrive in the order in which they were told. */
  readonly key: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Numbers, codes and ids. */
  readonly data: Readonly<Record<string, string | number | null>>;
}
