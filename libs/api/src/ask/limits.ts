/** Bounds of one question. docs/limits.md lists them. */
export const LIMITS = {
  categories: 12,
  regions: 12,
  /** Values (series × days) of one answer. */
  values: 400_000,
  /** Days of one question. */
  days: 14_610,
  /** Days of a lag. */
  lag: 3650,
  /** Times of issue of one question. */
  issues: 100,
  /** Characters of a cursor. */
  cursor: 2048,
  /** Regions or categories named in one export. */
  exported: 1000,
  /** Items of one page. */
  page: 1000,
  /** Dead letters replayed or discarded by one request. */
  letters: 10_000,
  /** Characters of a reason. */
  reason: 500,
  /** Characters of an identifier. */
  identifier: 128,
  /** Bytes of a GraphQL or SOAP request. */
  questionBytes: 1 << 20,
  /** The same of somebody who is not known by a key: a SOAP message may say itself who it is from. */
  unknownBytes: 1 << 16,
  /** Pixels of a chart's side. */
  chart: { smallest: 100, widest: 2400, highest: 1200 },
} as const;
