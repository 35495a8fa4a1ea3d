import { BellwetherError } from '#vocabulary';
import { lineAt } from './decode.js';

/**
 * Refuses what no data file of any format holds: NUL characters (FILE_MALFORMED), and the first or last line of a
 * version-control conflict (FILE_CONFLICT_MARKERS), wherever a line begins.
 */
export function screen(text: string, member: string, closing = true): void {
  const nul = text.indexOf('\0');
  if (nul >= 0) {
    throw new BellwetherError('FILE_MALFORMED', 'a NUL character', { member, line: lineAt(text, nul) });
  }
  refuseMarker(text, '<<<<<<< ', member);
  if (closing) refuseMarker(text, '>>>>>>> ', member);
}

function refuseMarker(text: string, marker: string, member: string): void {
  for (let at = text.indexOf(marker); at >= 0; at = text.indexOf(marker, at + 1)) {
    const before = at === 0 ? 10 : text.charCodeAt(at - 1);
    if (before === 10 || before === 13) throw conflict(member, lineAt(text, at));
  }
}

/** The line between the two sides of a conflict. Left alone in a file it means that both sides were kept. */
export const CONFLICT_MIDDLE = '=======';

export function conflict(member: string, line: number): BellwetherError {
  return new BellwetherError('FILE_CONFLICT_MARKERS', 'a line is a conflict marker', { member, line });
}
