import ssh2, { type Attributes, type FileEntry } from 'ssh2';
import { BellwetherError, type ErrorCode, ERRORS } from '#vocabulary';
import type { Entry } from '../home/index.js';

const { STATUS_CODE } = ssh2.utils.sftp;
const STATUSES: Partial<Record<ErrorCode, number>> = {
  NOT_FOUND: STATUS_CODE.NO_SUCH_FILE,
  FORBIDDEN: STATUS_CODE.PERMISSION_DENIED,
};

/** Status and message of an error; what is not ours says nothing of itself. */
export function statusOf(error: unknown): { status: number; message: string } {
  if (!(error instanceof BellwetherError)) return { status: STATUS_CODE.FAILURE, message: 'INTERNAL: see the log' };
  const { code, detail } = error;
  return { status: STATUSES[code] ?? STATUS_CODE.FAILURE, message: `${code}: ${detail}. ${ERRORS[code].remedy}` };
}

export function attributesOf({ kind, bytes, modifiedAt }: Entry): Attributes {
  const seconds = Math.floor(modifiedAt / 1000);
  return { mode: kind === 'folder' ? 0o40755 : 0o100644, uid: 0, gid: 0, size: bytes, atime: seconds, mtime: seconds };
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const two = (number: number): string => String(number).padStart(2, '0');

/** A line as of `ls -l`, which older clients read. */
export function longName({ name, kind, bytes, modifiedAt }: Entry): string {
  const at = new Date(modifiedAt);
  const day = `${MONTHS[at.getUTCMonth()]} ${two(at.getUTCDate())}`;
  const mode = kind === 'folder' ? 'drwxr-xr-x' : '-rw-r--r--';
  return `${mode} 1 sender sender ${String(bytes).padStart(12)} ${day} ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} ${name}`;
}

export const fileEntry = (entry: Entry): FileEntry => ({
  filename: entry.name,
  longname: longName(entry),
  attrs: attributesOf(entry),
});
