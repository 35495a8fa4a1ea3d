import { createHash } from 'node:crypto';
import ssh2, { type FileEntryWithStats, type SFTPWrapper } from 'ssh2';
import { BellwetherError } from '#vocabulary';
import { dial } from './dial.js';
import { demand, failed, type Of, type RemoteEntry, type Source, type Surroundings } from './source.js';

const READY_WITHIN_MS = 30_000;
/** Reads on their way at once, so that a far server is not waited for 32 KiB by 32 KiB. */
const READS_AHEAD = 16;
const READ_BYTES = 32_768;
/** SSH_FX_EOF of draft-ietf-secsh-filexfer-02 section 7. */
const END_OF_FILE = 1;
const FILE_TYPE = 0o170_000;
const REGULAR = 0o100_000;
const LINK = 0o120_000;

/** One folder of an SFTP server. Links to files count as files; what is in subfolders does not. */
export async function openSftpSource(pull: Of<'sftp'>, surroundings: Surroundings): Promise<Source> {
  const { host, port, user, folder } = pull;
  const password = pull.password && demand(surroundings, pull.password, 'password');
  const privateKey = pull.key && demand(surroundings, pull.key, 'key');
  if (privateKey !== undefined && ssh2.utils.parseKey(privateKey) instanceof Error)
    throw new BellwetherError('CONFIG_INVALID', 'pull: the key is no private key of SSH, or has a passphrase');
  const client = new ssh2.Client();
  const sock = await dial(surroundings.egress, host, port);
  let offered = '';
  let ended: Error | undefined;
  const onEnd = new Set<(error: Error) => void>();
  const end = (error: Error): void => {
    ended ??= error;
    for (const reject of onEnd) reject(ended);
  };

  await new Promise<void>((resolve, reject) => {
    client.once('ready', resolve);
    client.on('error', (error) => {
      const why =
        offered === '' ? failed(`${host} port ${port} does not let in ${user}`, error) : mismatch(host, offered);
      reject(why);
      end(why);
    });
    client.once('close', () => {
      reject(failed(`${host} port ${port} has ended the connection`));
      end(failed(`${host} port ${port} has ended the connection`));
    });
    // Some servers ask for the password as a question.
    client.on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
      answer(prompts.map(() => password ?? '')),
    );
    client.connect({
      sock,
      username: user,
      ...(password === undefined ? {} : { password }),
      ...(privateKey === undefined ? {} : { privateKey }),
      tryKeyboard: password !== undefined,
      readyTimeout: READY_WITHIN_MS,
      hostVerifier(key: Buffer) {
        const fingerprint = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
        if (pull.hostKeys.includes(fingerprint)) return true;
        offered = fingerprint;
        return false;
      },
    });
  }).catch((error: unknown) => {
    client.destroy();
    throw error;
  });

  /** A request that also ends when the connection does; the library leaves it open. */
  function ask<T>(send: (answer: (error: Error | null | undefined, value: T) => void) => void): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => onEnd.delete(reject);
      if (ended) return reject(ended);
      onEnd.add(reject);
      send((error, value) => {
        settle();
        if (error) reject(error);
        else resolve(value);
      });
    });
  }

  const sftp = await ask<SFTPWrapper>((answer) => client.sftp(answer)).catch((error: unknown) => {
    client.destroy();
    throw failed(`${host} serves no SFTP`, error);
  });
  const at = (name: string): string => `${folder.replace(/\/+$/, '')}/${name}`;

  return {
    async *list() {
      const handle = await ask<Buffer>((answer) => sftp.opendir(folder, answer)).catch((error: unknown) => {
        throw failed(`${host}: the folder cannot be listed`, error);
      });
      try {
        for (;;) {
          const page = await ask<FileEntryWithStats[]>((answer) => sftp.readdir(handle, answer)).catch(
            (error: unknown) => {
              if (isEnd(error)) return undefined;
              throw failed(`${host}: the folder cannot be listed`, error);
            },
          );
          if (page === undefined || page.length === 0) return;
          for (const { filename, attrs } of page) {
            const type = attrs.mode & FILE_TYPE;
            // A link that leads nowhere is no file.
            const stats =
              type === LINK
                ? await ask<ssh2.Stats>((answer) => sftp.stat(at(filename), answer)).catch(() => undefined)
                : attrs;
            if (stats && (stats.mode & FILE_TYPE) === REGULAR) yield entryOf(filename, stats);
          }
        }
      } finally {
        if (!ended) sftp.close(handle, () => undefined);
      }
    },

    async *read({ name }) {
      const handle = await ask<Buffer>((answer) => sftp.open(at(name), 'r', answer)).catch((error: unknown) => {
        throw failed(`${host}: a file cannot be opened`, error);
      });
      try {
        yield* inOrder((offset) =>
          ask<Buffer>((answer) =>
            sftp.read(handle, Buffer.allocUnsafe(READ_BYTES), 0, READ_BYTES, offset, (error, length, buffer) =>
              answer(error, buffer?.subarray(0, length)),
            ),
          ).catch((error: unknown) => {
            if (isEnd(error)) return Buffer.alloc(0);
            throw failed(`${host}: a file cannot be read`, error);
          }),
        );
      } finally {
        if (!ended) sftp.close(handle, () => undefined);
      }
    },

    async close() {
      end(failed('the connection was closed'));
      client.destroy();
    },
  };
}

const entryOf = (name: string, { size, mtime }: { size: number; mtime: number }): RemoteEntry => ({
  path: name,
  name,
  size,
  stamp: String(mtime),
  changedAt: mtime * 1_000,
});

const isEnd = (error: unknown): boolean =>
  typeof error === 'object' && error !== null && 'code' in error && error.code === END_OF_FILE;

const mismatch = (host: string, offered: string): Error =>
  failed(`the host key of ${host} is ${offered}, and not the one of the feed`);

/** Bytes from 0 to the end. A server may answer with less than was asked: what was asked beyond is then asked again. */
async function* inOrder(readAt: (offset: number) => Promise<Buffer>): AsyncGenerator<Buffer> {
  let offset = 0;
  const ahead: { readonly offset: number; readonly bytes: Promise<Buffer> }[] = [];
  for (;;) {
    for (let next = offset + ahead.length * READ_BYTES; ahead.length < READS_AHEAD; next += READ_BYTES) {
      const bytes = readAt(next);
      bytes.catch(() => undefined); // told when its turn comes, if it comes
      ahead.push({ offset: next, bytes });
    }
    const part = await ahead.shift()!.bytes;
    if (part.length === 0) return;
    offset += part.length;
    yield part;
    if (part.length < READ_BYTES) ahead.length = 0;
  }
}
