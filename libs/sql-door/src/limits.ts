/** What one statement may cost; a caller may ask for less, never for more. */
export interface SqlLimits {
  /** Seconds of execution. */
  readonly seconds: number;
  /** Bytes of memory in the engine. */
  readonly memoryBytes: number;
  /** Rows of the result; more is an error, not a part. */
  readonly resultRows: number;
  /** Bytes of the answer as it is sent; beyond, the connection is cut. */
  readonly resultBytes: number;
  /** Rows read from tables. */
  readonly readRows: number;
  /** Statements of all callers that run at once. */
  readonly concurrent: number;
  /** Of those, of one principal. */
  readonly concurrentEach: number;
}

export const SQL_LIMITS: SqlLimits = {
  seconds: 20,
  memoryBytes: 1_000_000_000,
  resultRows: 1_000_000,
  resultBytes: 500_000_000,
  readRows: 200_000_000,
  concurrent: 4,
  concurrentEach: 3,
};
