import ssh2, { type SFTPWrapper } from 'ssh2';
import { BellwetherError } from '#vocabulary';
import { absolutePath, type Entry, type Home, type Transfer } from '../home/index.js';
import { attributesOf, fileEntry, statusOf } from './answers.js';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;
/** Files and folders open at a time. */
const MOST_HANDLES = 64;
/** Bytes of writes that wait for the disk; a client that sends on regardless is cut off. */
const MOST_WAITING = 64 * 2 ** 20;
const PAGE = 100;
const LARGEST_READ = 256 * 1024;

type Opened =
  | { readonly kind: 'transfer'; readonly transfer: Transfer; readonly startedAt: number; shift: number | undefined }
  | { readonly kind: 'document'; readonly content: Buffer; readonly entry: Entry }
  | { readonly kind: 'listing'; readonly entries: readonly Entry[]; at: number };

interface SessionOptions {
  readonly home: Home;
  /** Errors that are not the sender's. */
  failed(error: unknown): void;
  /** The sender has asked for something. */
  active(): void;
  /** Cuts the connection. */
  cut(): void;
}

/** SFTP version 3 (draft-ietf-secsh-filexfer-02) over the home of a sender. */
export function serveSession(
  sftp: SFTPWrapper,
  { home, failed, active, cut }: SessionOptions,
): { close(): Promise<void> } {
  const handles = new Map<number, Opened>();
  let lastHandle = 0;
  let waiting = 0;

  /** Answers with OK unless the work says true: then it has answered. An error becomes a status. */
  function answer(request: number, work: () => Promise<unknown>): void {
    active();
    work().then(
      (sent) => {
        if (sent !== true) sftp.status(request, STATUS_CODE.OK);
      },
      (error: unknown) => {
        if (!(error instanceof BellwetherError) || error.http >= 500) failed(error);
        const { status, message } = statusOf(error);
        sftp.status(request, status, message);
      },
    );
  }
  function keep(request: number, opened: Opened): true {
    const number = ++lastHandle;
    handles.set(number, opened);
    const handle = Buffer.alloc(4);
    handle.writeUInt32BE(number);
    sftp.handle(request, handle);
    return true;
  }
  const numberOf = (handle: Buffer): number => (handle.length === 4 ? handle.readUInt32BE() : 0);
  function opened(handle: Buffer): Opened {
    const found = handles.get(numberOf(handle));
    if (!found) throw new BellwetherError('REQUEST_INVALID', 'the handle is not open');
    return found;
  }
  function demandRoom(): void {
    if (handles.size >= MOST_HANDLES)
      throw new BellwetherError('TOO_MANY_REQUESTS', `${MOST_HANDLES} files are open; close some`);
  }
  const end = (request: number): true => {
    sftp.status(request, STATUS_CODE.EOF);
    return true;
  };
  const unsupported = async (): Promise<never> => {
    throw new BellwetherError('FORBIDDEN', 'the folders here are those of the feeds; files go into them');
  };
  async function isThere(path: string): Promise<boolean> {
    return home.entry(path).then(() => true, () => false); // prettier-ignore
  }

  sftp.on('REALPATH', (request, path) =>
    answer(request, async () => {
      const name = absolutePath('/', path);
      sftp.name(request, [fileEntry({ name, kind: 'folder', bytes: 0, modifiedAt: 0 })]);
      return true;
    }),
  );
  for (const event of ['STAT', 'LSTAT'] as const) {
    const listener = (request: number, path: string): void =>
      answer(request, async () => {
        sftp.attrs(request, attributesOf(await home.entry(path)));
        return true;
      });
    sftp.on(event, listener);
  }
  sftp.on('FSTAT', (request, handle) =>
    answer(request, async () => {
      const found = opened(handle);
      if (found.kind === 'listing') throw new BellwetherError('REQUEST_INVALID', 'the handle is that of a folder');
      const entry: Entry =
        found.kind === 'document'
          ? found.entry
          : { name: '', kind: 'file', bytes: found.transfer.size(), modifiedAt: found.startedAt };
      sftp.attrs(request, attributesOf(entry));
      return true;
    }),
  );
  // Times and modes are not kept; a client that sets them after its upload shall not fail for that.
  sftp.on('SETSTAT', (request, path) => answer(request, () => home.entry(path)));
  sftp.on('FSETSTAT', (request, handle) => answer(request, async () => void opened(handle)));
  sftp.on('OPENDIR', (request, path) =>
    answer(request, async () => {
      demandRoom();
      return keep(request, { kind: 'listing', entries: await home.list(path), at: 0 });
    }),
  );
  sftp.on('READDIR', (request, handle) =>
    answer(request, async () => {
      const found = opened(handle);
      if (found.kind !== 'listing') throw new BellwetherError('REQUEST_INVALID', 'the handle is that of a file');
      const page = found.entries.slice(found.at, found.at + PAGE);
      found.at += page.length;
      if (page.length === 0) return end(request);
      sftp.name(request, page.map(fileEntry));
      return true;
    }),
  );
  sftp.on('OPEN', (request, path, flags) =>
    answer(request, async () => {
      demandRoom();
      if ((flags & OPEN_MODE.WRITE) === 0) {
        const [content, entry] = [await home.read(path), await home.entry(path)];
        return keep(request, { kind: 'document', content, entry });
      }
      if ((flags & OPEN_MODE.EXCL) !== 0 && (await isThere(path)))
        throw new BellwetherError('REQUEST_INVALID', 'the file exists');
      const how = (flags & OPEN_MODE.TRUNC) !== 0 ? 'anew' : (flags & OPEN_MODE.APPEND) !== 0 ? 'append' : 'continue';
      const transfer = await home.write(path, how);
      // With APPEND the offsets say nothing: some clients count from what they send, some from the whole.
      const shift = (flags & OPEN_MODE.APPEND) === 0 ? 0 : undefined;
      return keep(request, { kind: 'transfer', transfer, startedAt: Date.now(), shift });
    }),
  );
  sftp.on('WRITE', (request, handle, offset, data) => {
    waiting += data.length;
    if (waiting > MOST_WAITING) return cut();
    answer(request, async () => {
      try {
        const found = opened(handle);
        if (found.kind !== 'transfer') throw new BellwetherError('FORBIDDEN', 'receipts can only be read');
        found.shift ??= offset < found.transfer.size() ? found.transfer.size() - offset : 0;
        await found.transfer.write(offset + found.shift, Buffer.from(data));
      } finally {
        waiting -= data.length;
      }
    });
  });
  sftp.on('READ', (request, handle, offset, length) =>
    answer(request, async () => {
      const found = opened(handle);
      if (found.kind !== 'document') throw new BellwetherError('FORBIDDEN', 'files that are sent cannot be read here');
      if (offset >= found.content.length) return end(request);
      sftp.data(request, found.content.subarray(offset, offset + Math.min(length, LARGEST_READ)));
      return true;
    }),
  );
  sftp.on('CLOSE', (request, handle) =>
    answer(request, async () => {
      const found = opened(handle);
      handles.delete(numberOf(handle));
      // OK is the receipt: it is said when the raw store has the bytes.
      if (found.kind === 'transfer') await found.transfer.finish();
    }),
  );
  sftp.on('RENAME', (request, from, to) => answer(request, () => home.rename(from, to)));
  sftp.on('REMOVE', (request, path) => answer(request, () => home.remove(path)));
  sftp.on('MKDIR', (request) => answer(request, unsupported));
  sftp.on('RMDIR', (request) => answer(request, unsupported));

  async function close(): Promise<void> {
    const transfers = [...handles.values()].filter((found) => found.kind === 'transfer');
    handles.clear();
    await Promise.all(transfers.map(({ transfer }) => transfer.leave()));
  }
  // A client that has said all it has to say waits for the channel to be closed.
  sftp.on('end', () => void close().catch(failed).finally(() => sftp.end())); // prettier-ignore
  return { close };
}
