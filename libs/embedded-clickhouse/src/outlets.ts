import { execFile } from 'node:child_process';
import { closeSync, constants, openSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { Socket } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A named pipe into which the engine writes one result, with back pressure, and from which the server reads it. */
export interface Outlet {
  /** For INTO OUTFILE '<path>' TRUNCATE: the engine refuses a path that exists, and cannot append gzipped. */
  readonly path: string;
  /** The bytes of the result. Ends after `finish` once all is read; must be read to its end even if unwanted. */
  readonly stream: Socket;
  /** To be called when the statement is over, and not before: a pipe without reader would block the engine. */
  finish(): void;
}

/**
 * A fixed number of named pipes. The engine's own calls hand over a result as one buffer: 79 MB took 2.3 s and twice
 * the memory, against 0.3 s and a flat 64 KB through a pipe, in every format.
 */
export class Outlets {
  private constructor(private readonly free: string[]) {}

  static async in(folder: string, count: number): Promise<Outlets> {
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const paths = Array.from({ length: count }, (_, i) => join(folder, `result-${i}`));
    await promisify(execFile)('mkfifo', ['-m', '600', ...paths]);
    return new Outlets(paths);
  }

  /** For a holder of a place of the gate, which has no more places than there are pipes. */
  take(): Outlet {
    const path = this.free.pop();
    if (path === undefined) throw new Error('More results at once than the gate has places');
    const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    // Our own write end keeps the stream from ending before the engine has opened the pipe.
    const writeEnd = openSync(path, constants.O_WRONLY | constants.O_NONBLOCK);
    const stream = new Socket({ fd: readEnd, readable: true, writable: false });
    stream.once('close', () => this.free.push(path));
    return { path, stream, finish: () => closeSync(writeEnd) };
  }
}
