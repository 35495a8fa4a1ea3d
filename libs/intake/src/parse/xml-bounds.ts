import { BellwetherError } from '#vocabulary';
import type { ParseLimits } from './contract.js';
import { lineAt } from './decode.js';

const BANG = 33;
const SLASH = 47;
const LESS = 60;
const QUESTION = 63;

/**
 * Bounds that are judged before saxes begins: FILE_TOO_LARGE for too many references, or elements, comments,
 * instructions and sections together. A reference or an element costs saxes a microsecond, a scan some nanoseconds;
 * and saxes tells of no reference before it has read it.
 */
export function boundXml(text: string, context: { readonly member: string; readonly limits: ParseLimits }): void {
  boundReferences(text, context);
  boundElements(text, context);
}

type Context = Parameters<typeof boundXml>[1];

function boundReferences(text: string, { member, limits }: Context): void {
  let count = 0;
  for (let at = text.indexOf('&'); at >= 0; at = text.indexOf('&', at + 1)) {
    if (++count > limits.references) {
      throw new BellwetherError('FILE_TOO_LARGE', `more than ${limits.references} references`, { member });
    }
    let end = at + 1;
    while (end < text.length && !endsReference(text.charCodeAt(end))) end++;
    if (end - at > limits.referenceLength) {
      const detail = `a reference of more than ${limits.referenceLength} characters`;
      throw new BellwetherError('FILE_TOO_LARGE', detail, { member, line: lineAt(text, at) });
    }
  }
}

/** `;`, the characters of markup, and white space. */
const endsReference = (code: number): boolean =>
  code === 59 || code === 60 || code === 62 || code === 38 || code === 34 || code === 39 || code <= 32;

/** Exact for what is well-formed; of anything else saxes says what is wrong, or the count does. */
function boundElements(text: string, { member, limits }: Context): void {
  let count = text.startsWith('<?xml') ? -1 : 0; // the declaration is no instruction
  for (let at = text.indexOf('<'); at >= 0; at = text.indexOf('<', at + 1)) {
    const next = text.charCodeAt(at + 1);
    if (next === SLASH || next === LESS) continue;
    if (++count > limits.elements) {
      const detail = `more than ${limits.elements} elements`;
      throw new BellwetherError('FILE_TOO_LARGE', detail, { member, line: lineAt(text, at) });
    }
    const closing = next === QUESTION ? '?>' : next === BANG ? closingOf(text, at) : undefined;
    if (closing === undefined) continue;
    at = text.indexOf(closing, at + (next === QUESTION ? 2 : 4));
    if (at < 0) return; // never closed: saxes says so
  }
}

/** What ends a comment or a section, which may hold any number of `<`. */
function closingOf(text: string, at: number): string | undefined {
  if (text.startsWith('<!--', at)) return '-->';
  return text.startsWith('<![CDATA[', at) ? ']]>' : undefined;
}
