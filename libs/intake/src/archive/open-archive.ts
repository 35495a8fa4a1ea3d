import { ARCHIVE_LIMITS, type ArchiveOptions, type Member } from './contract.js';
import { gunzip } from './gzip.js';
import { refusal } from './refusal.js';
import { archiveSignature } from './signatures.js';
import { openZip } from './zip.js';

/**
 * The members of a submission, to be taken once, one in memory at a time. The kind is told by the first bytes. Throws
 * BellwetherError with an ARCHIVE_* code: all that the directory of an archive shows before the first member is
 * given, the rest as members are taken. So nothing is known to be whole until the last one was taken.
 */
export function openArchive(bytes: Uint8Array, options: ArchiveOptions): Iterable<Member> {
  const { name, kinds, password = '', limits = ARCHIVE_LIMITS } = options;
  if (bytes.length > limits.archiveBytes) {
    throw refusal('ARCHIVE_TOO_LARGE', `${bytes.length} bytes; the limit is ${limits.archiveBytes}`);
  }
  const kind = archiveSignature(bytes) ?? 'plain';
  const taken = kinds.find((candidate) => candidate === kind);
  switch (taken) {
    case 'zip':
      return openZip(bytes, typeof password === 'string' ? Buffer.from(password) : password, limits);
    case 'gzip':
      return unpacked(bytes, { name: withoutGz(fileName(name)), limits });
    case 'plain':
      return [{ name: fileName(name), data: bytes }];
    case undefined:
      if (kind === 'plain' && bytes.length < 4)
        throw refusal('ARCHIVE_TRUNCATED', `${bytes.length} bytes are no archive`);
      throw refusal('ARCHIVE_UNSUPPORTED', `a ${kind} file; the feed takes ${kinds.join(', ')}`);
  }
}

function* unpacked(
  bytes: Uint8Array,
  { name, limits }: { name: string; limits: typeof ARCHIVE_LIMITS },
): Generator<Member> {
  const data = gunzip(bytes, limits);
  if (archiveSignature(data) !== undefined) throw refusal('ARCHIVE_NESTED', 'the content is an archive', name);
  yield { name, data };
}

const fileName = (path: string): string => path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
const withoutGz = (name: string): string => name.replace(/\.(?:gz|gzip)$/i, '');
