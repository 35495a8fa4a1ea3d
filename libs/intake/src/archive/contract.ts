import type { ArchiveKind } from '#registry';

export interface Member {
  /** Path inside the archive, with `/` between its parts; for gzip and plain files derived from the name as sent. */
  readonly name: string;
  /** May be a view into the archive's own bytes. */
  readonly data: Uint8Array;
}

/** Every bound of an archive; sizes are in bytes. */
export interface ArchiveLimits {
  readonly archiveBytes: number;
  readonly members: number;
  /** Parts of a gzip file; block gzip writes one for each 64 KiB. */
  readonly gzipMembers: number;
  /** Unpacked size of one member. */
  readonly memberBytes: number;
  /** Unpacked size of all members. */
  readonly totalBytes: number;
  /** Unpacked by packed size, of a member and of the archive; judged only above `ratioFromBytes`. */
  readonly ratio: number;
  readonly ratioFromBytes: number;
  /** Asked before each member; once it says true the reading ends with ARCHIVE_TOO_LARGE. */
  readonly expired?: () => boolean;
}

export const ARCHIVE_LIMITS: ArchiveLimits = {
  archiveBytes: 256 * 2 ** 20,
  members: 20_000,
  gzipMembers: 4_096,
  memberBytes: 256 * 2 ** 20,
  totalBytes: 2 ** 30,
  ratio: 100,
  ratioFromBytes: 16 * 2 ** 20,
};

export interface ArchiveOptions {
  /** File name as sent, for messages and for the member of a gzip or plain file. It does not decide the kind. */
  readonly name: string;
  /** As on file for the sender; undefined or empty: none is. */
  readonly password?: string | Uint8Array | undefined;
  /** The kinds the feed takes. */
  readonly kinds: readonly ArchiveKind[];
  /** {@link ARCHIVE_LIMITS} unless given. */
  readonly limits?: ArchiveLimits;
}
