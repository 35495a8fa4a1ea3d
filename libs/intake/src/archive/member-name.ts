import iconv from 'iconv-lite';
import { isUtf8 } from 'node:buffer';
import { refusal } from './refusal.js';

const ARCHIVE_EXTENSION = /\.(?:zip|zipx|gz|gzip|tgz|7z|rar|bz2|xz|zst|tar|lz)$/i;

/** UTF-8 where the bytes are (most writers do not set the flag that says so), otherwise code page 437 (APPNOTE D.1). */
export function decodeName(bytes: Uint8Array): string {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return isUtf8(view) ? view.toString('utf8') : iconv.decode(view, 'cp437');
}

/**
 * Refuses a member name that is not a plain relative path: empty, absolute, with a drive, a backslash, a control
 * character, or a part that is empty, `.` or `..` (ARCHIVE_UNSAFE_NAME); and one that names another archive
 * (ARCHIVE_NESTED). A folder may end in one `/`.
 */
export function checkName(name: string): void {
  const reason = unsafe(name);
  if (reason) throw refusal('ARCHIVE_UNSAFE_NAME', `a member name ${reason}`, name);
  if (ARCHIVE_EXTENSION.test(name)) throw refusal('ARCHIVE_NESTED', 'a member is named as an archive', name);
}

const PLAIN_NAME = /^[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

function unsafe(name: string): string | undefined {
  if (PLAIN_NAME.test(name)) return undefined;
  if (name === '') return 'is empty';
  if (name.startsWith('/')) return 'is absolute';
  if (name.includes('\\')) return 'holds a backslash';
  if (/^[A-Za-z]:/.test(name)) return 'begins with a drive';
  // eslint-disable-next-line no-control-regex -- control characters are what is looked for
  if (/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/.test(name)) return 'holds a control character';
  const parts = (name.endsWith('/') ? name.slice(0, -1) : name).split('/');
  if (parts.includes('..')) return 'leads outside of the archive';
  if (parts.includes('.') || parts.includes('')) return 'has an empty folder';
  return undefined;
}
