import { createRequire } from 'node:module';

/** An open connection of the engine. One connection runs one statement at a time; settings belong to it. */
export type Connection = object & { readonly __engine: unique symbol };

/** What the engine says of a finished statement. `elapsed` is in seconds; `rowsRead` counts result rows. */
export interface RawResult {
  readonly bytes: Buffer;
  readonly elapsed: number;
  readonly rowsRead: number;
  readonly bytesRead: number;
}

/** What the engine says of a finished insert. Rows cascaded into materialized views are counted as well. */
export interface RawInsertResult {
  readonly rowsWritten: number;
  readonly bytesWritten: number;
  readonly elapsed: number;
}

/** The calls of chdb's native addon that the server uses. The asynchronous ones each hold a libuv thread. */
export interface NativeEngine {
  CreateConnection(path: string, args?: readonly string[]): Connection | null;
  CloseConnection(connection: Connection): void;
  QueryAsyncConnection(connection: Connection, sql: string, format: string): Promise<RawResult>;
  InsertRawAsyncConnection(
    connection: Connection,
    prefix: string,
    data: Uint8Array,
    countLines: boolean,
  ): Promise<RawInsertResult>;
}

const PACKAGES: Readonly<Record<string, string>> = {
  'linux-x64': '@chdb/lib-linux-x64-gnu',
  'linux-arm64': '@chdb/lib-linux-arm64-gnu',
  'darwin-x64': '@chdb/lib-darwin-x64',
  'darwin-arm64': '@chdb/lib-darwin-arm64',
};

/**
 * The native addon, without chdb's Session on top: `Session.close()` waits for every statement of the process, so a
 * long INSERT … SELECT would keep each closed connection of a busy server alive behind it.
 */
export function loadNativeEngine(): NativeEngine {
  const name = PACKAGES[`${process.platform}-${process.arch}`];
  if (name === undefined) throw new Error(`chdb has no engine for ${process.platform} ${process.arch}`);
  const fromHere = createRequire(import.meta.url);
  const fromChdb = createRequire(fromHere.resolve('chdb'));
  return fromChdb(name) as NativeEngine;
}
