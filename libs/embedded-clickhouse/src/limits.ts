import { totalmem } from 'node:os';

/** What one engine allows itself. */
export interface EngineLimits {
  /** Statements that run at once; each holds a thread of libuv's pool. Default: the pool's threads less some spare. */
  readonly concurrentQueries: number;
  /** Statements that wait for a place before others are refused. */
  readonly queuedQueries: number;
  /** TCP connections at once. */
  readonly connections: number;
  /** Bytes of a request body after decoding. */
  readonly bodyBytes: number;
  /** Bytes of an insert held in memory; more goes through a file in the data folder. */
  readonly inlineBytes: number;
  /** Bytes of a statement without its data. */
  readonly statementBytes: number;
  /** Seconds a statement may take where the request does not say otherwise (max_execution_time). 0: no limit. */
  readonly querySeconds: number;
  /** Seconds a client may neither read a result on nor send its body on before it is given up. */
  readonly stallSeconds: number;
  /** Seconds that close() waits for running statements before it cancels them. */
  readonly drainSeconds: number;
  /** Sessions (session_id) that are open at once. */
  readonly sessions: number;
  /** Bytes of memory of all statements together. */
  readonly memoryBytes: number;
}

const MB = 1024 * 1024;
/** Threads of libuv's pool kept free for files and for KILL QUERY, where the pool is large enough. */
const SPARE_THREADS = 4;

/**
 * Threads of libuv's pool in this process. Set UV_THREADPOOL_SIZE in the environment before the process starts: libuv
 * reads it once, when the first thread is needed, which is before the first line of a script runs.
 */
export function poolThreads(): number {
  const size = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  return Number.isInteger(size) && size > 0 ? Math.min(size, 1024) : 4;
}

/** Every limit, with the defaults for those not given. */
export function withDefaults(limits: Partial<EngineLimits>): EngineLimits {
  const threads = poolThreads();
  return {
    concurrentQueries: Math.max(1, threads - Math.min(SPARE_THREADS, Math.ceil(threads / 4))),
    queuedQueries: 256,
    connections: 512,
    bodyBytes: 1024 * MB,
    inlineBytes: 4 * MB,
    statementBytes: 4 * MB,
    querySeconds: 600,
    stallSeconds: 60,
    drainSeconds: 10,
    sessions: 64,
    memoryBytes: Math.round(totalmem() * 0.5),
    ...limits,
  };
}
