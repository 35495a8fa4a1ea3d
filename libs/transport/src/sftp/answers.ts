import ssh2, { type Attributes, type FileEntry } from 'ssh2';
import { BellwetherError, type ErrorCode, ERRORS } from '#vocabulary';
import { type Entry, listLine } from '../home/index.js';

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

export const fileEntry = (entry: Entry): FileEntry => ({
  filename: entry.name,
  longname: listLine(entry, Date.now()),
  attrs: attributesOf(entry),
});
