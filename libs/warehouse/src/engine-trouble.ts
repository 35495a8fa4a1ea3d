import { ClickHouseError } from '@clickhouse/client';
import { BellwetherError } from '#vocabulary';

/**
 * What a failure of the engine says about the statement that met it.
 * `engine`: nothing; the engine is away, busy, full or not as it should be, and the same statement works once it is well.
 * `strain`: perhaps something; it asked for more time or memory than there was just then, or the engine went away
 * meanwhile. Undefined: everything; it fails again however often it is sent. Also for what is no failure of the engine.
 */
export type EngineTrouble = 'engine' | 'strain' | undefined;

/**
 * Codes of ClickHouse (src/Common/ErrorCodes.cpp) by the trouble they stand for. Those that an operator has to mend (a
 * table is gone, the disk is full, the password is wrong) are the engine's: no file is at fault for them.
 */
const TROUBLES: ReadonlyMap<string, EngineTrouble> = new Map([
  ...Object.entries({
    NO_SUCH_COLUMN_IN_TABLE: 16,
    UNKNOWN_TABLE: 60,
    UNKNOWN_DATABASE: 81,
    CANNOT_OPEN_FILE: 76,
    READONLY: 164,
    CORRUPTED_DATA: 246,
    CANNOT_SCHEDULE_TASK: 439,
    TOO_MANY_SIMULTANEOUS_QUERIES: 202,
    NETWORK_ERROR: 210,
    ALL_CONNECTION_TRIES_FAILED: 279,
    TABLE_IS_BEING_RESTARTED: 733,
    TABLE_IS_READ_ONLY: 242,
    NOT_ENOUGH_SPACE: 243,
    TOO_MANY_PARTS: 252,
    REPLICA_IS_NOT_IN_QUORUM: 289,
    TOO_FEW_LIVE_REPLICAS: 285,
    UNKNOWN_STATUS_OF_INSERT: 319,
    KEEPER_EXCEPTION: 999,
    ABORTED: 236,
    QUERY_WAS_CANCELLED: 394,
    SERVER_OVERLOADED: 745,
    ACCESS_DENIED: 497,
    AUTHENTICATION_FAILED: 516,
    TABLE_IS_DROPPED: 218,
    SHUTDOWN_CALLED: 667,
  }).map(([, code]) => [String(code), 'engine'] as const),
  ...Object.entries({
    TIMEOUT_EXCEEDED: 159,
    SOCKET_TIMEOUT: 209,
    MEMORY_LIMIT_EXCEEDED: 241,
    CANNOT_ALLOCATE_MEMORY: 173,
    TOO_SLOW: 160,
  }).map(([, code]) => [String(code), 'strain'] as const),
]);

/** Which trouble an error that the port to the engine threw stands for. */
export function engineTrouble(error: unknown): EngineTrouble {
  if (!(error instanceof BellwetherError) || error.code !== 'ENGINE_FAILED') return undefined;
  // Without an answer: the connection was lost, or the answer took too long.
  return error.cause instanceof ClickHouseError ? TROUBLES.get(error.cause.code) : 'strain';
}
