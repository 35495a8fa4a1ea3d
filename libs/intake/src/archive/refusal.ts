import { BellwetherError, type ErrorCode } from '#vocabulary';

export type ArchiveCode = Extract<ErrorCode, `ARCHIVE_${string}`>;

/** An ARCHIVE_* error; a member's name is shown without control characters and shortened. */
export function refusal(code: ArchiveCode, detail: string, member?: string): BellwetherError {
  return new BellwetherError(code, detail, member === undefined ? {} : { member: printable(member) });
}

const printable = (name: string): string => name.replace(/[^\x20-\x7e\u00a0-\ud7ff]/g, '?').slice(0, 160);
