import { timingSafeEqual, createHash, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { availableParallelism, totalmem } from 'node:os';
import { discard, receive, type Received } from './body.js';
import { exception, exceptionOf } from './exception.js';
import { Gate } from './gate.js';
import { Outlets } from './outlets.js';
import { preamble } from './preamble.js';
import { Reply } from './reply.js';
import { readAsked, type Asked } from './request.js';
import { run } from './run.js';
import { Sessions } from './sessions.js';
import { Store } from './store.js';

export interface EngineLimits {
  /** Statements that run at once; each holds a thread of libuv's pool. Default: the pool's size less 4, at least 1. */
  readonly concurrentQueries: number;
  /** Statements that wait for a place before others are refused. */
  readonly queuedQueries: number;
  /** Bytes of a request body after decoding. */
  readonly bodyBytes: number;
  /** Bytes of an insert held in memory; more goes through a file in the data folder. */
  readonly inlineBytes: number;
  /** Seconds a statement may take where it does not say otherwise (max_execution_time). 0 is without limit. */
  readonly querySeconds: number;
  /** Seconds a client may take to read on before its query is cancelled. */
  readonly stallSeconds: number;
  /** Seconds that close() waits for running statements before it cancels them. */
  readonly drainSeconds: number;
  /** Sessions (session_id) that are open at once. */
  readonly sessions: number;
  /** Bytes of memory of all statements together. */
  readonly memoryBytes: number;
}

export interface EngineOptions {
  /** The folder of the engine; created if absent. It holds `data`, `backups` and scratch folders. */
  readonly dataPath: string;
  /** Address to listen on, 127.0.0.1 by default. */
  readonly host?: string;
  /** Port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Databases to create (ENGINE = Atomic) if absent. The engine's own `default` is an overlay: do not use it. */
  readonly databases?: readonly string[];
  /** Password of the user `default`. Without one, every request from the network address is served. */
  readonly password?: string;
  readonly limits?: Partial<EngineLimits>;
  readonly log?: EngineLog;
}

/** The part of a pino logger that the engine uses. */
export interface EngineLog {
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
}

export interface Engine {
  /** For @clickhouse/client: `http://host:port`. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting, lets running statements finish or cancels them, closes the engine. May be called twice. */
  close(): Promise<void>;
}

const MB = 1024 * 1024;
/** Threads of libuv's pool kept free for files and for KILL QUERY. */
const SPARE_THREADS = 4;
const HOLD_BYTES = MB;
const STATEMENT_BYTES = MB;
const READS = new Set([
  'SELECT',
  'WITH',
  'FROM',
  'SHOW',
  'DESCRIBE',
  'DESC',
  'EXISTS',
  'EXPLAIN',
  'CHECK',
  'USE',
  'SET',
]);
const SILENT_LOG: EngineLog = { info: () => undefined, warn: () => undefined };

/** Threads of libuv's pool in this process. Set UV_THREADPOOL_SIZE before the process starts; it is read once. */
export function poolThreads(): number {
  const size = Number(process.env['UV_THREADPOOL_SIZE'] ?? 4);
  return Number.isInteger(size) && size > 0 ? Math.min(size, 1024) : 4;
}

function withDefaults(limits: Partial<EngineLimits>): EngineLimits {
  const threads = poolThreads();
  return {
    concurrentQueries: Math.max(1, threads - Math.min(SPARE_THREADS, threads >> 2)),
    queuedQueries: 256,
    bodyBytes: 1024 * MB,
    inlineBytes: 4 * MB,
    querySeconds: 600,
    stallSeconds: 60,
    drainSeconds: 10,
    sessions: 64,
    memoryBytes: Math.round(totalmem() * 0.5),
    ...limits,
  };
}

/**
 * Starts ClickHouse (chdb) on a folder and serves it by ClickHouse's HTTP protocol.
 *
 * @throws BellwetherError DATA_FOLDER_IN_USE where another process has the folder open; ENGINE_FAILED where the engine
 *   or the address cannot be had.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { dataPath, host = '127.0.0.1', port = 0, databases = [], password, log = SILENT_LOG } = options;
  const limits = withDefaults(options.limits ?? {});
  const store = await Store.open({ dataPath, memoryBytes: limits.memoryBytes, databases });
  const outlets = await Outlets.in(store.places.outlets, limits.concurrentQueries);
  const [timezone = 'UTC', displayName = 'bellwether'] = (await store.ask('SELECT timezone(), hostName()')).split('\t');
  const door = new Door({ store, outlets, limits, log, timezone, displayName, password });
  const server = createServer({ keepAliveTimeout: 10_000, requestTimeout: 0, maxHeaderSize: 1 * MB }, door.handle);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const bound = typeof address === 'object' && address !== null ? address.port : port;
  const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
  log.info(
    { url, threads: poolThreads(), places: limits.concurrentQueries, cores: availableParallelism() },
    'engine is up',
  );
  let closing: Promise<void> | undefined;
  return { url, port: bound, close: () => (closing ??= door.close(server)) };
}

interface DoorOptions {
  readonly store: Store;
  readonly outlets: Outlets;
  readonly limits: EngineLimits;
  readonly log: EngineLog;
  readonly timezone: string;
  readonly displayName: string;
  readonly password: string | undefined;
}

class Door {
  private readonly gate: Gate;
  private readonly sessions: Sessions;
  private readonly running = new Map<string, Promise<void>>();

  constructor(private readonly options: DoorOptions) {
    const { store, limits } = options;
    this.gate = new Gate(limits.concurrentQueries, limits.queuedQueries);
    this.sessions = new Sessions(store, limits.sessions);
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    response.on('error', () => undefined);
    request.on('error', () => undefined);
    const url = new URL(request.url ?? '/', 'http://engine');
    const path = url.pathname;
    const asks = request.method === 'POST' || url.searchParams.has('query');
    if (path === '/' && asks) void this.answer(request, response, url);
    else if (path === '/' || path === '/ping' || path === '/replicas_status') plain(response, 200, 'Ok.\n');
    else
      plain(response, 404, `There is no handle ${path}\n\nUse / or /ping for health checks.\nSend queries by POST.\n`);
  };

  async close(server: Server): Promise<void> {
    const { store, limits } = this.options;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    this.gate.close();
    const all = (): Promise<unknown> => Promise.allSettled(this.running.values());
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limits.drainSeconds * 1000);
    });
    await Promise.race([all(), late]);
    clearTimeout(timer);
    for (const tag of this.running.keys()) await store.kill(tag).catch(() => undefined);
    await all();
    server.closeAllConnections();
    await closed;
    this.sessions.close();
    store.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { timezone, displayName, limits } = this.options;
    const shown = { timezone, displayName, holdBytes: HOLD_BYTES, stallSeconds: limits.stallSeconds };
    const queryId = randomUUID();
    let reply = new Reply(response, { ...shown, queryId, gzip: false });
    try {
      const asked = readAsked(request, url, []);
      this.authenticate(asked);
      const gzip = asked.compress || (asked.enableHttpCompression && acceptsGzip(request));
      reply = new Reply(response, { ...shown, queryId: asked.queryId ?? queryId, gzip });
      if (asked.decompress) {
        throw exception('NOT_IMPLEMENTED', 'Bodies in native compressed blocks (decompress=1) are not read; use gzip');
      }
      const received = await this.receive(request, asked);
      try {
        await this.runOnce({ asked, received, reply, response, queryId: asked.queryId ?? queryId });
      } finally {
        await discard(received);
      }
    } catch (error) {
      reply.exception(exceptionOf(error));
      if (!request.complete) request.resume();
    }
  }

  private receive(request: IncomingMessage, asked: Asked): Promise<Received> {
    const { store, limits } = this.options;
    const { bodyBytes, inlineBytes } = limits;
    return receive({
      request,
      query: asked.query,
      folder: store.places.incoming,
      limits: { bodyBytes, inlineBytes, statementBytes: STATEMENT_BYTES },
    });
  }

  private async runOnce(todo: Todo): Promise<void> {
    const { asked, queryId } = todo;
    const tag = asked.logComment === undefined ? queryId : `${asked.logComment} [${queryId}]`;
    if (this.running.has(tag)) {
      throw exception('QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING', `Query with id = ${queryId} is already running`);
    }
    const work = this.runTagged(todo, tag);
    this.running.set(tag, work);
    try {
      await work;
    } finally {
      this.running.delete(tag);
    }
  }

  private async runTagged({ asked, received, reply, response }: Todo, tag: string): Promise<void> {
    const { store, outlets, limits } = this.options;
    const gone = new AbortController();
    const onClose = (): void => {
      if (response.writableFinished) return;
      gone.abort();
    };
    response.once('close', onClose);
    if (asked.method === 'GET' && ('data' in received || !READS.has(received.statement.verb))) {
      throw exception(
        'READONLY',
        'Cannot execute query in readonly mode. For queries over HTTP, method GET implies readonly',
      );
    }
    const leave = await this.gate.enter(gone.signal);
    try {
      const lent = this.sessions.lend(asked.user, asked.session);
      const kill = (): void => void store.kill(tag).catch(() => undefined);
      gone.signal.addEventListener('abort', kill, { once: true });
      try {
        const before = preamble({ asked, tag, fresh: !lent.sticky, querySeconds: limits.querySeconds });
        const defaultFormat = asked.defaultFormat ?? 'TabSeparated';
        await run({ store, outlets, connection: lent.connection, before, defaultFormat, reply }, received);
      } finally {
        gone.signal.removeEventListener('abort', kill);
        lent.giveBack();
      }
    } finally {
      response.off('close', onClose);
      leave();
    }
  }

  private authenticate({ user, password }: Asked): void {
    const expected = this.options.password;
    const known = user === 'default' || user === '';
    if (known && (expected === undefined || same(password, expected))) return;
    throw exception(
      'AUTHENTICATION_FAILED',
      'Authentication failed: password is incorrect, or there is no user with such name',
    );
  }
}

interface Todo {
  readonly asked: Asked;
  readonly received: Received;
  readonly reply: Reply;
  readonly response: ServerResponse;
  readonly queryId: string;
}

function plain(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/html; charset=UTF-8', 'Content-Length': Buffer.byteLength(text) });
  response.end(text);
}

function acceptsGzip(request: IncomingMessage): boolean {
  return /\bgzip\b/i.test(String(request.headers['accept-encoding'] ?? ''));
}

/** Compares digests, so that the time taken says nothing of the password. */
function same(given: string, expected: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(expected));
}
