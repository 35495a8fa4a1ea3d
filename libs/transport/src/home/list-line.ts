import type { Entry } from './home.js';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const HALF_A_YEAR_MS = 182 * 86_400_000;
const two = (number: number): string => String(number).padStart(2, '0');

/** A line as of `ls -l`, which clients without a better way read: the time of a recent entry, the year of an old one. */
export function listLine({ name, kind, bytes, modifiedAt }: Entry, now: number): string {
  const at = new Date(modifiedAt);
  const day = `${MONTHS[at.getUTCMonth()]} ${two(at.getUTCDate())}`;
  const isRecent = Math.abs(now - modifiedAt) < HALF_A_YEAR_MS;
  const time = isRecent ? `${two(at.getUTCHours())}:${two(at.getUTCMinutes())}` : ` ${at.getUTCFullYear()}`;
  const mode = kind === 'folder' ? 'drwxr-xr-x' : '-rw-r--r--';
  return `${mode} 1 sender sender ${String(bytes).padStart(12)} ${day} ${time} ${name}`;
}
