import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { Server as TlsServer, type TlsOptions } from 'node:tls';
import type { Rates } from '#access';
import { BellwetherError, type ErrorCode } from '#vocabulary';
import { choicesOf, credentialsOf, statementOf, type SqlCredentials } from './http/asked.js';
import { forward } from './http/forward.js';
import { known, refuse } from './http/refusal.js';
import { engineParameters } from './http/settings.js';
import type { SqlLimits } from './limits.js';
import { checkStatement } from './statement/check-statement.js';
import { isAllowedFormat } from './statement/functions.js';

/** Characters of a statement as it is sent, of which conditions on rows may be most. */
const LONGEST_REBUILT = 4_000_000;

/**
 * Settings for who may not see every row. A condition of the caller must not be evaluated on rows that ours takes out:
 * whether it fails there (a division by zero) would tell of them. So nothing is moved in the plan: what is written
 * below is done below. (To forbid the moving of filters alone is not enough: conditions of a JOIN move by another way,
 * which limited.spec.ts found.) How many rows were read is not told, and there is room for our conditions.
 */
const KEPT_APART: Readonly<Record<string, string>> = {
  query_plan_enable_optimizations: '0',
  enable_optimize_predicate_expression: '0',
  output_format_write_statistics: '0',
  send_progress_in_http_headers: '0',
  max_query_size: String(LONGEST_REBUILT * 2),
};
/** Formats that show how much was read. */
const TELLS_PROGRESS = /progress/i;

/** A principal that may read. */
export interface SqlReader {
  readonly id: string;
  /**
   * View → the condition its reads are put under: the policy compiled to the engine's SQL. A view that is not named is
   * read whole. Written by us; a caller's text never gets here.
   */
  readonly filters?: Readonly<Record<string, string>>;
  /** View → a SELECT in its place, with the same columns and fewer rows. Written by us. */
  readonly selects?: Readonly<Record<string, string>>;
}

export interface SqlDoorOptions {
  /** A ClickHouse server, or the embedded engine. */
  readonly engineUrl: string;
  readonly engineUser?: string;
  readonly enginePassword?: string;
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The database of the views; what else it holds is not seen. */
  readonly database: string;
  readonly views: readonly string[];
  /** Undefined: the credentials name nobody who may read. */
  readonly authenticate: (credentials: SqlCredentials) => SqlReader | undefined | Promise<SqlReader | undefined>;
  readonly limits: SqlLimits;
  readonly log: SqlLog;
  /** Serve HTTPS with it, and with what becomes of it; plain HTTP unless given. */
  readonly tls?: { readonly options: TlsOptions; serve(server: TlsServer): void } | undefined;
  /** How often each reader may ask; as often as it likes unless given. */
  readonly rates?: Rates | undefined;
  /** Told of every statement and every refusal, for the audit trail; never of the text. */
  readonly seen?: ((statement: SeenStatement) => void) | undefined;
  /** Told of every statement, for metrics. */
  readonly counted?: (outcome: SqlOutcome) => void;
}

/** Who has asked, and what came of it. */
export interface SeenStatement {
  /** Undefined: the credentials named nobody who may read. */
  readonly reader: string | undefined;
  /** The views that were named. */
  readonly views: readonly string[];
  readonly code: ErrorCode | undefined;
  readonly reason: string | undefined;
}

export type SqlOutcome = 'answered' | 'refused' | 'failed';

/** The part of a pino logger that the door uses. */
interface SqlLog {
  info(detail: object, message: string): void;
  warn(detail: object, message: string): void;
}

export interface SqlDoor {
  readonly url: string;
  readonly port: number;
  /** Stops accepting; statements that run are cut off after a second. */
  close(): Promise<void>;
}

/**
 * Serves the ClickHouse HTTP protocol to BI tools, for reading the views and nothing else. Each statement is read by
 * our own grammar, rebuilt from what was read, and sent with readonly=1 and limits; the engine never sees the text of a
 * caller. See docs/adr/0008-sql-door.md.
 */
export async function startSqlDoor(options: SqlDoorOptions): Promise<SqlDoor> {
  const { host } = options;
  const door = new Door(options);
  const limits = { requestTimeout: 30_000, headersTimeout: 10_000, maxHeaderSize: 65_536 };
  const { tls } = options;
  const server = tls
    ? createSecureServer({ ...tls.options, ...limits }, door.handle)
    : createServer(limits, door.handle);
  if (server instanceof TlsServer) tls?.serve(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : options.port;
  return {
    url: `${tls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${port}`,
    port,
    close: () => closeServer(server),
  };
}

function closeServer(server: Server): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  setTimeout(() => server.closeAllConnections(), 1_000).unref();
  return closed;
}

interface Asking {
  reader: string | undefined;
  views: readonly string[];
}

class Door {
  readonly #options: SqlDoorOptions;
  /** Ids of the readers whose statements run. */
  readonly #running: string[] = [];

  constructor(options: SqlDoorOptions) {
    this.#options = options;
  }

  readonly handle = (request: IncomingMessage, response: ServerResponse): void => {
    request.on('error', () => response.destroy());
    response.on('error', () => undefined);
    const begun = performance.now();
    const asking: Asking = { reader: undefined, views: [] };
    const see = (code: ErrorCode | undefined): void => {
      const reason = request.headers['x-reason'];
      this.#options.seen?.({ ...asking, code, reason: typeof reason === 'string' ? reason : undefined });
    };
    this.#serve(request, response, asking).then(
      (served) => {
        if (served !== undefined) see(served.status < 400 ? undefined : 'ENGINE_FAILED');
        if (served !== undefined) this.#count(served.status < 400 ? 'answered' : 'failed', { begun, ...served });
      },
      (error: unknown) => {
        const ours = known(error);
        see(ours.code);
        refuse(response, ours);
        this.#count(ours.http < 500 ? 'refused' : 'failed', { begun, code: ours.code, detail: ours.detail });
      },
    );
  };

  #count(outcome: SqlOutcome, { begun, ...detail }: { begun: number } & Readonly<Record<string, unknown>>): void {
    this.#options.counted?.(outcome);
    const milliseconds = Math.round(performance.now() - begun);
    if (outcome === 'answered') this.#options.log.info({ ...detail, milliseconds }, 'SQL answered');
    else this.#options.log.warn({ ...detail, milliseconds }, `SQL ${outcome}`);
  }

  /** Undefined: no statement, only a sign of life. */
  async #serve(
    request: IncomingMessage,
    response: ServerResponse,
    asking: Asking,
  ): Promise<{ reader: string; status: number } | undefined> {
    const url = new URL(request.url ?? '/', 'http://door');
    const asked = url.searchParams;
    if (request.method !== 'GET' && request.method !== 'POST' && request.method !== 'HEAD') {
      throw new BellwetherError('REQUEST_INVALID', `found the method ${request.method ?? ''}, expected GET or POST`);
    }
    if (url.pathname === '/ping' || (url.pathname === '/' && request.method !== 'POST' && !asked.has('query'))) {
      response.writeHead(200, { 'content-type': 'text/plain; charset=UTF-8' }).end('Ok.\n');
      return undefined;
    }
    if (url.pathname !== '/') throw new BellwetherError('NOT_FOUND', 'statements are sent to /');
    const reader = await this.#options.authenticate(credentialsOf(request, asked));
    asking.reader = reader?.id;
    this.#take(reader?.id ?? `@${request.socket.remoteAddress ?? ''}`, response);
    if (reader === undefined)
      throw new BellwetherError('UNAUTHENTICATED', 'user and password (an API key) name nobody who may read');
    const statement = await statementOf(request, asked);
    asking.views = this.#options.views.filter((view) => statement.includes(view));
    return this.#admit(reader, async () => ({
      reader: reader.id,
      status: await this.#answer({ request, response, asked, statement, reader }),
    }));
  }

  #take(who: string, response: ServerResponse): void {
    const { rates } = this.#options;
    if (!rates) return;
    const { field, retryAfter } = rates.take(who);
    response.setHeader('ratelimit-policy', rates.policy).setHeader('ratelimit', field);
    if (retryAfter > 0)
      throw new BellwetherError('TOO_MANY_REQUESTS', 'more requests than one may send in a minute', {}, { retryAfter });
  }

  async #admit<T>({ id }: SqlReader, run: () => Promise<T>): Promise<T> {
    const { concurrent, concurrentEach } = this.#options.limits;
    if (this.#running.length >= concurrent)
      throw new BellwetherError('TOO_MANY_REQUESTS', `${concurrent} statements are running`);
    if (this.#running.filter((running) => running === id).length >= concurrentEach)
      throw new BellwetherError('TOO_MANY_REQUESTS', `${concurrentEach} statements of ${id} are running`);
    this.#running.push(id);
    try {
      return await run();
    } finally {
      this.#running.splice(this.#running.indexOf(id), 1);
    }
  }

  #answer(one: {
    request: IncomingMessage;
    response: ServerResponse;
    asked: URLSearchParams;
    statement: string;
    reader: SqlReader;
  }): Promise<number> {
    const { engineUrl, engineUser = 'default', enginePassword = '', database, views, limits } = this.#options;
    const { database: wanted, format: choice } = choicesOf(one.request, one.asked);
    if (wanted !== '' && wanted !== database && wanted !== 'default') {
      throw new BellwetherError('SQL_REFUSED', `the database ${wanted.slice(0, 60)}`);
    }
    const { filters = {}, selects } = one.reader;
    const isLimited = Object.keys(filters).length > 0;
    const { sql, format } = checkStatement(one.statement, {
      database,
      views,
      filters,
      ...(selects ? { selects } : {}),
    });
    if (sql.length > LONGEST_REBUILT)
      throw new BellwetherError('SQL_REFUSED', 'it names views too often for the rows it may see');
    const written = format ?? (choice === '' ? 'TabSeparated' : choice);
    if (!isAllowedFormat(written) || (isLimited && TELLS_PROGRESS.test(written)))
      throw new BellwetherError('SQL_REFUSED', `the format ${written.slice(0, 60)}`);
    const parameters = engineParameters(one.asked, limits);
    if (isLimited) for (const [setting, value] of Object.entries(KEPT_APART)) parameters.set(setting, value);
    const id = one.asked.get('query_id') ?? '';
    if (/^[\w.:-]{1,128}$/.test(id)) parameters.set('query_id', id);
    parameters.set('database', database);
    const accepts = one.request.headers['accept-encoding'];
    return forward({
      engineUrl,
      headers: {
        'x-clickhouse-user': engineUser,
        ...(enginePassword === '' ? {} : { 'x-clickhouse-key': enginePassword }),
        ...(typeof accepts === 'string' ? { 'accept-encoding': accepts } : {}),
      },
      parameters,
      sql: `${sql} FORMAT ${written}`,
      response: one.response,
      resultBytes: limits.resultBytes,
      withoutStatistics: isLimited,
    });
  }
}
