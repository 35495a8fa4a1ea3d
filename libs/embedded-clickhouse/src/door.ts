import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { decoded, discard, passOver, receive, type Received, type Receiving } from './body.js';
import { Connections } from './connections.js';
import { createExternalTables, readExternalTables, type ExternalTable } from './external-tables.js';
import { exception, exceptionOf } from './exception.js';
import { Gate } from './gate.js';
import { ENGINE_ENCODINGS, inflated } from './inflate.js';
import { translatedKill } from './kill.js';
import type { EngineLimits } from './limits.js';
import { boundaryOf, readForm } from './multipart.js';
import type { Outlets } from './outlets.js';
import { Reply, type Ending } from './reply.js';
import { readAsked, type Asked } from './request.js';
import { prepare, type Prepared } from './prepare.js';
import { run } from './run.js';
import type { Store } from './store.js';

/** The part of a pino logger that the engine uses. */
export interface EngineLog {
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
}

export interface DoorOptions {
  readonly store: Store;
  readonly outlets: Outlets;
  readonly limits: EngineLimits;
  readonly log: EngineLog;
  readonly timezone: string;
  readonly displayName: string;
  readonly version: string;
  readonly password: string | undefined;
}

/** A request whose body is read. */
interface Todo {
  readonly asked: Asked;
  readonly queryId: string;
  readonly received: Received;
  readonly tables: readonly ExternalTable[];
  readonly gzip: boolean;
  readonly reply: Reply;
  /** Aborted when the client goes away. */
  readonly gone: AbortSignal;
}

/** A statement at work, by the id its client knows. */
interface AtWork {
  tag: string | undefined;
}

const MB = 1024 * 1024;
/** Of a result this much is held back, as ClickHouse's own buffer does; with wait_end_of_query as much as is sensible. */
const HOLD_BYTES = MB;
const HOLD_ALL_BYTES = 64 * MB;
const IDLE_CONNECTIONS = 64;
const KILL_AGAIN_MS = 250;
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
/** Statements that leave no trace on their connection. */
const TRACELESS = new Set([
  'SELECT',
  'WITH',
  'FROM',
  'INSERT',
  'SHOW',
  'DESCRIBE',
  'DESC',
  'EXISTS',
  'OPTIMIZE',
  'ALTER',
]);

/** Answers requests of the ClickHouse HTTP interface. */
export class Door {
  private readonly gate: Gate;
  private readonly connections: Connections;
  private readonly atWork = new Map<string, AtWork>();
  private readonly answers = new Set<Promise<void>>();

  constructor(private readonly options: DoorOptions) {
    const { store, limits } = options;
    this.gate = new Gate(limits.concurrentQueries, limits.queuedQueries);
    this.connections = new Connections(store, { sessions: limits.sessions, idle: IDLE_CONNECTIONS });
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    // A broken line shows as the response's closing; without listeners it would end the process.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    if (fromWebPage(request)) {
      plain(response, 403, 'Requests from web pages are not answered here.\n');
      return;
    }
    const url = addressOf(request);
    if (url === undefined) plain(response, 400, 'The address is malformed.\n');
    else if (url.pathname === '/' && (request.method === 'POST' || url.searchParams.has('query'))) {
      const answer = this.answer(request, response, url).finally(() => this.answers.delete(answer));
      this.answers.add(answer);
    } else if (['/', '/ping', '/replicas_status'].includes(url.pathname)) plain(response, 200, 'Ok.\n');
    else
      plain(response, 404, `There is no handle ${url.pathname.slice(0, 200)}\n\nUse / or /ping for health checks.\n`);
  };

  /** Stops accepting, lets statements finish or cancels them, closes all connections. */
  async close(server: Server): Promise<void> {
    const { store, limits, log } = this.options;
    const closed = new Promise<void>((resolve) => server.close(() => resolve()));
    server.closeIdleConnections();
    this.gate.close();
    const all = Promise.allSettled(this.answers);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), limits.drainSeconds * 1000);
    });
    if ((await Promise.race([all, late])) === 'late') {
      log.warn({ answers: this.answers.size }, 'what did not finish in time is cancelled');
      for (const { tag } of this.atWork.values()) if (tag !== undefined) void this.killUntil(tag, all);
      server.closeAllConnections();
    }
    clearTimeout(timer);
    await all;
    server.closeAllConnections();
    await closed;
    this.connections.close();
    store.close();
  }

  private async answer(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { limits } = this.options;
    const gone = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) gone.abort();
    });
    let reply = this.reply(response, { queryId: randomUUID(), gzip: false, waitEndOfQuery: false });
    try {
      let asked = readAsked(request, url);
      this.authenticate(asked);
      const queryId = asked.queryId ?? randomUUID();
      const gzip = asked.compress || (asked.enableHttpCompression && acceptsGzip(request));
      reply = this.reply(response, { queryId, gzip, waitEndOfQuery: asked.waitEndOfQuery });
      if (asked.decompress) {
        throw exception('NOT_IMPLEMENTED', 'Bodies in native compressed blocks (decompress=1) are not read; use gzip');
      }
      request.setTimeout(limits.stallSeconds * 1000, () => request.destroy());
      let tables: readonly ExternalTable[] = [];
      let received: Received;
      const boundary = boundaryOf(request.headers['content-type']);
      if (boundary === undefined) received = await this.receive(this.body(request), asked.query);
      else {
        const form = readForm(await whole(this.body(request), limits.statementBytes), boundary);
        asked = readAsked(request, url, form);
        tables = readExternalTables(form, url);
        received = await this.receive([], asked.query);
      }
      request.setTimeout(0);
      let end: Ending;
      try {
        end = await this.underId({ asked, queryId, received, tables, gzip, reply, gone: gone.signal });
      } finally {
        await discard(received);
      }
      end();
    } catch (error) {
      reply.exception(exceptionOf(error));
      if (!request.complete) passOver(request, limits.bodyBytes);
    }
    if (!response.closed) await once(response, 'close');
  }

  private reply(response: ServerResponse, kind: { queryId: string; gzip: boolean; waitEndOfQuery: boolean }): Reply {
    const { timezone, displayName, version, limits } = this.options;
    const holdBytes = kind.waitEndOfQuery ? HOLD_ALL_BYTES : HOLD_BYTES;
    const { queryId, gzip } = kind;
    const { stallSeconds } = limits;
    return new Reply(response, { queryId, gzip, timezone, displayName, version, holdBytes, stallSeconds });
  }

  /** The body as its Content-Encoding says. */
  private body(request: IncomingMessage): AsyncIterable<Buffer> {
    const encoding = request.headers['content-encoding']?.toLowerCase() ?? '';
    const { store, limits } = this.options;
    if (!ENGINE_ENCODINGS.has(encoding)) return decoded(request);
    return inflated({ store, request, encoding, bodyBytes: limits.bodyBytes });
  }

  private receive(body: Receiving['body'], query: string): Promise<Received> {
    const { store, limits } = this.options;
    return receive({ body, query, folder: store.places.incoming, limits });
  }

  /** Runs a request under its id, which no other running request may have. */
  private async underId(todo: Todo): Promise<Ending> {
    const { queryId } = todo;
    if (this.atWork.has(queryId)) {
      throw exception('QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING', `Query with id = ${queryId} is already running`);
    }
    const work: AtWork = { tag: undefined };
    this.atWork.set(queryId, work);
    try {
      return await this.placed(todo, work);
    } finally {
      this.atWork.delete(queryId);
    }
  }

  /** Waits for a place, then runs the statement on a connection of its own. */
  private async placed(todo: Todo, work: AtWork): Promise<Ending> {
    const { asked, received, gone } = todo;
    const verb = 'data' in received ? 'INSERT' : received.statement.verb;
    const reads = READS.has(verb);
    if (!reads && (asked.method === 'GET' || (asked.settings.get('readonly') ?? '0') !== '0')) {
      const hint = asked.method === 'GET' ? '. For queries over HTTP, method GET implies readonly' : '';
      throw exception('READONLY', `Cannot execute query in readonly mode${hint}`);
    }
    // What kills must not wait behind what it is to kill.
    const leave = verb === 'KILL' ? (): void => undefined : await this.gate.enter(gone);
    try {
      return await this.onConnection(todo, work, { verb, reads });
    } finally {
      leave();
    }
  }

  private async onConnection(
    todo: Todo,
    work: AtWork,
    { verb, reads }: { verb: string; reads: boolean },
  ): Promise<Ending> {
    const { store, outlets, limits } = this.options;
    const { asked, tables, gzip, reply, gone } = todo;
    const traceless = TRACELESS.has(verb) && tables.length === 0;
    const { lent, before, restore }: Prepared = await prepare({
      store,
      connections: this.connections,
      asked,
      traceless,
      verb,
      querySeconds: limits.querySeconds,
    });
    work.tag = lent.tag;
    const ended = withResolver();
    let killing: Promise<void> | undefined;
    // Only what reads is cancelled; a write that its client no longer waits for runs to its end, as on a server.
    const kill = (): void => {
      if (reads) killing = this.killUntil(lent.tag, ended.promise);
    };
    let unchanged = false;
    try {
      if (gone.aborted) throw exception('QUERY_WAS_CANCELLED', 'The client went away');
      gone.addEventListener('abort', kill, { once: true });
      let { received } = todo;
      if (verb === 'KILL' && !('data' in received)) {
        const body = translatedKill(received.statement.body, (id) => this.atWork.get(id)?.tag);
        received = { statement: { ...received.statement, body } };
      }
      if (tables.length > 0) await createExternalTables({ store, connection: lent.connection, before, tables });
      const defaultFormat = asked.defaultFormat ?? 'TabSeparated';
      const first = tables.length > 0 ? '' : before;
      const { connection } = lent;
      const running = { store, outlets, connection, before: first, defaultFormat, gzip, reply };
      const end = await run(running, received);
      unchanged = true;
      return end;
    } finally {
      gone.removeEventListener('abort', kill);
      ended.resolve();
      // A kill still on its way must not meet the next statement of this connection.
      await killing;
      await restore();
      lent.giveBack(unchanged && killing === undefined && work.tag !== undefined);
    }
  }

  /** Cancels the statement tagged so, again and again until it has ended: it may not have begun yet. */
  private async killUntil(tag: string, ended: Promise<unknown>): Promise<void> {
    let over = false;
    void ended.then(() => (over = true));
    while (!over) {
      await this.options.store.kill(tag).catch(() => undefined);
      let timer: NodeJS.Timeout | undefined;
      await Promise.race([ended, new Promise((resolve) => (timer = setTimeout(resolve, KILL_AGAIN_MS)))]);
      clearTimeout(timer);
    }
  }

  private authenticate({ user, password }: Asked): void {
    const expected = this.options.password;
    const known = user === 'default' || user === '';
    if (known && (expected === undefined || same(password, expected))) return;
    const text = `${user.slice(0, 64)}: Authentication failed: password is incorrect, or there is no user with such name`;
    throw exception('AUTHENTICATION_FAILED', text);
  }
}

function withResolver(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve: () => void = () => undefined;
  const promise = new Promise<void>((done) => (resolve = done));
  return { promise, resolve };
}

async function whole(body: AsyncIterable<Buffer>, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let total = 0;
  for await (const chunk of body) {
    total += chunk.length;
    if (total > most) throw exception('TOO_LARGE_REQUEST', `The form exceeds ${most} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function addressOf(request: IncomingMessage): URL | undefined {
  return URL.canParse(request.url ?? '', 'http://engine') ? new URL(request.url ?? '', 'http://engine') : undefined;
}

/** Browsers send Origin with what a page of another site posts; no client of a database does. */
function fromWebPage(request: IncomingMessage): boolean {
  return request.headers.origin !== undefined;
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
