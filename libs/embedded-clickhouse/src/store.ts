import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { BellwetherError } from '#vocabulary';
import { engineConfig } from './engine-config.js';
import { messageOf } from './exception.js';
import { identifier, literal } from './literal.js';
import {
  loadNativeEngine,
  type Connection,
  type NativeEngine,
  type RawInsertResult,
  type RawResult,
} from './native.js';

export interface StoreOptions {
  readonly dataPath: string;
  readonly memoryBytes: number;
  readonly databases: readonly string[];
}

/** Where the parts of a data folder lie. */
export interface StorePlaces {
  readonly data: string;
  readonly backups: string;
  readonly incoming: string;
  readonly outlets: string;
  readonly config: string;
}

/** The engine opens one folder per process; this is the one it has open. */
let openFolder: string | undefined;

/** The engine on its data folder: opens connections, runs statements on them, and kills statements. */
export class Store {
  private constructor(
    private readonly engine: NativeEngine,
    private readonly root: Connection,
    readonly places: StorePlaces,
  ) {}

  /**
   * @throws BellwetherError DATA_FOLDER_IN_USE where another engine has the folder open, ENGINE_FAILED where the
   *   engine does not start.
   */
  static async open({ dataPath, memoryBytes, databases }: StoreOptions): Promise<Store> {
    const folder = resolve(dataPath);
    const places = placesIn(folder);
    if (openFolder === folder) throw inUse(folder, process.pid);
    if (openFolder !== undefined) {
      throw new BellwetherError('ENGINE_FAILED', `this process has ${openFolder} open; an engine opens one folder`);
    }
    openFolder = folder;
    let root: Connection | null = null;
    const engine = loadNativeEngine();
    try {
      await mkdir(places.data, { recursive: true, mode: 0o700 });
      await mkdir(places.backups, { recursive: true, mode: 0o700 });
      await writeFile(places.config, engineConfig({ memoryBytes, backups: places.backups }), { mode: 0o600 });
      root = connect(engine, places);
      await rm(places.incoming, { recursive: true, force: true });
      await mkdir(places.incoming, { recursive: true, mode: 0o700 });
      for (const name of databases) {
        const sql = `CREATE DATABASE IF NOT EXISTS ${identifier(name)} ENGINE = Atomic`;
        await engine.QueryAsyncConnection(root, sql, 'TabSeparated');
      }
      return new Store(engine, root, places);
    } catch (error) {
      if (root !== null) engine.CloseConnection(root);
      openFolder = undefined;
      if (error instanceof BellwetherError) throw error;
      const text = messageOf(error);
      throw new BellwetherError(
        'ENGINE_FAILED',
        `the engine does not start on ${folder}: ${text}`,
        {},
        { cause: error },
      );
    }
  }

  /** A connection of its own settings and temporary tables: 0.2 ms. */
  connect(): Connection {
    const connection = this.engine.CreateConnection(this.places.data);
    if (connection === null) throw new Error('The engine gives no further connection');
    return connection;
  }

  /** The connection must be idle. */
  disconnect(connection: Connection): void {
    this.engine.CloseConnection(connection);
  }

  async query(connection: Connection, sql: string, format = 'TabSeparated'): Promise<RawResult> {
    return this.engine.QueryAsyncConnection(connection, sql, format);
  }

  async insert(connection: Connection, sql: string, data: Buffer): Promise<RawInsertResult> {
    return this.engine.InsertRawAsyncConnection(connection, sql, data, false);
  }

  /** Text of a small result of a statement of our own. */
  async ask(sql: string): Promise<string> {
    const connection = this.connect();
    try {
      return (await this.query(connection, sql)).bytes.toString('utf8').trimEnd();
    } finally {
      this.disconnect(connection);
    }
  }

  /**
   * Asks the engine to end the statements tagged so. Never SYNC, which was seen to hang for ten minutes. A statement
   * that has not begun is not found; whoever wants it ended asks again.
   */
  async kill(tag: string): Promise<void> {
    await this.ask(`KILL QUERY WHERE Settings['log_comment'] = ${literal(tag)} ASYNC FORMAT Null`);
  }

  /** Every connection must be closed before. */
  close(): void {
    this.engine.CloseConnection(this.root);
    openFolder = undefined;
  }
}

function placesIn(folder: string): StorePlaces {
  return {
    data: join(folder, 'data'),
    backups: join(folder, 'backups'),
    incoming: join(folder, 'incoming'),
    outlets: join(folder, 'outlets'),
    config: join(folder, 'engine.xml'),
  };
}

function connect(engine: NativeEngine, places: StorePlaces): Connection {
  let cause: unknown;
  try {
    const root = engine.CreateConnection(places.data, [`--config-file=${places.config}`]);
    if (root !== null) return root;
  } catch (error) {
    cause = error;
  }
  const holder = holderOf(places.data);
  if (holder !== undefined) throw inUse(resolve(places.data, '..'), holder);
  throw new Error(cause === undefined ? 'it gives no connection' : messageOf(cause), { cause });
}

/** The living process that the engine's lock file names, if there is one. */
function holderOf(data: string): number | undefined {
  const file = join(data, 'status');
  if (!existsSync(file)) return undefined;
  const pid = Number(/^PID: (\d+)/m.exec(readFileSync(file, 'utf8'))?.[1]);
  if (!Number.isInteger(pid)) return undefined;
  try {
    process.kill(pid, 0);
    return pid;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? pid : undefined;
  }
}

function inUse(folder: string, pid: number): BellwetherError {
  return new BellwetherError('DATA_FOLDER_IN_USE', `${folder} is open in process ${pid}`);
}
