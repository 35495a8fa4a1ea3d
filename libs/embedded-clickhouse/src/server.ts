import { createServer } from 'node:http';
import { BellwetherError } from '#vocabulary';
import { Door, type EngineLog } from './door.js';
import { poolThreads, withDefaults, type EngineLimits } from './limits.js';
import { Outlets } from './outlets.js';
import { Store } from './store.js';

export interface EngineOptions {
  /** The folder of the engine; created if absent. It holds `data`, `backups` and scratch folders. */
  readonly dataPath: string;
  /** Address to listen on, 127.0.0.1 by default. */
  readonly host?: string;
  /** Port to listen on; 0 (the default) takes a free one. */
  readonly port?: number;
  /** Databases to create (ENGINE = Atomic) if absent. The engine's own `default` is an overlay: do not use it. */
  readonly databases?: readonly string[];
  /** Password of the user `default`. Without one, whoever reaches the address is served. */
  readonly password?: string;
  readonly limits?: Partial<EngineLimits>;
  readonly log?: EngineLog;
}

export interface Engine {
  /** For @clickhouse/client: `http://host:port`. */
  readonly url: string;
  readonly port: number;
  /** Stops accepting, lets running statements finish or cancels them, closes the engine. May be called twice. */
  close(): Promise<void>;
}

const SILENT: EngineLog = { info: () => undefined, warn: () => undefined };
const FEW_THREADS = 8;
const HEADER_BYTES = 1024 * 1024;
const KEEP_ALIVE_MS = 10_000;

/**
 * Starts ClickHouse (chdb) on a folder and serves it by ClickHouse's HTTP protocol.
 *
 * @throws BellwetherError DATA_FOLDER_IN_USE where another process has the folder open; ENGINE_FAILED where the engine
 *   or the address cannot be had.
 */
export async function startEngine(options: EngineOptions): Promise<Engine> {
  const { dataPath, host = '127.0.0.1', port = 0, databases = [], password, log = SILENT } = options;
  const limits = withDefaults(options.limits ?? {});
  const store = await Store.open({ dataPath, memoryBytes: limits.memoryBytes, databases });
  try {
    const outlets = await Outlets.in(store.places.outlets, limits.concurrentQueries);
    const facts = await store.ask('SELECT timezone(), hostName(), version()');
    const [timezone = 'UTC', displayName = 'localhost', version = ''] = facts.split('\t');
    const door = new Door({ store, outlets, limits, log, timezone, displayName, version, password });
    const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0, maxHeaderSize: HEADER_BYTES });
    server.maxConnections = limits.connections;
    server.on('request', door.handle);
    const bound = await listening(server, { host, port });
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${bound}`;
    const threads = poolThreads();
    log.info({ url, version, threads, places: limits.concurrentQueries }, 'the engine answers');
    if (threads < FEW_THREADS) log.warn({ threads }, 'few threads: set UV_THREADPOOL_SIZE=16 before the start');
    let closing: Promise<void> | undefined;
    return { url, port: bound, close: () => (closing ??= door.close(server)) };
  } catch (error) {
    store.close();
    throw error;
  }
}

function listening(server: ReturnType<typeof createServer>, at: { host: string; port: number }): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const detail = `cannot listen on ${at.host}:${at.port} (${error.code ?? 'error'})`;
      reject(new BellwetherError('ENGINE_FAILED', detail, {}, { cause: error }));
    });
    server.listen(at.port, at.host, () => {
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : at.port);
    });
  });
}
