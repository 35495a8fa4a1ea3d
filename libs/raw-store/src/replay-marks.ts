import { constants } from 'node:fs';
import { mkdir, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

/*
 * replays/<submission>   empty; somebody asked for it to be read again. It stays until whoever reads has made the
 *                        submission pending, so that a replay that was asked for once is not lost, whatever dies when.
 */

/** Submissions that are to be read again. Asked by any process, taken by the one that reads the submission. */
export interface ReplayMarks {
  /** Resolves once the wish is safe on disk. Asking twice is asking once. */
  ask(submissions: readonly string[]): Promise<void>;
  /** In no order. */
  asked(): Promise<string[]>;
  has(submission: string): Promise<boolean>;
  /** It is pending now, or needs no replay. */
  done(submission: string): Promise<void>;
}

const ID = /^[0-9a-f]{64}$/;

/** `folder`: of the raw store. */
export async function openReplayMarks(folder: string): Promise<ReplayMarks> {
  const marks = join(folder, 'replays');
  await mkdir(marks, { recursive: true });
  const markOf = (submission: string): string => join(marks, submission);
  return {
    async ask(submissions) {
      for (const submission of submissions) {
        if (ID.test(submission))
          await (await open(markOf(submission), constants.O_CREAT | constants.O_WRONLY, 0o600)).close();
      }
      const synced = await open(marks, constants.O_RDONLY);
      try {
        await synced.sync();
      } finally {
        await synced.close();
      }
    },
    asked: async () => (await readdir(marks)).filter((name) => ID.test(name)),
    has: async (submission) =>
      ID.test(submission) && (await stat(markOf(submission)).catch(() => undefined)) !== undefined,
    async done(submission) {
      await unlink(markOf(submission)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error;
      });
    },
  };
}
