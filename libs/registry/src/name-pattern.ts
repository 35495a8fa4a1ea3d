import { suggest } from './suggest.js';

const FREE = '[\\x21-\\x2e\\x30-\\x5b\\x5d-\\x7e]'; // printable, neither slash
const NO_UNDERSCORE = '[\\x21-\\x2e\\x30-\\x5b\\x5d\\x5e\\x60-\\x7e]';
const PART = '[A-Za-z][A-Za-z0-9]{0,15}';

/** Quantifiers are lazy: the extension is the longest that fits, and what lies before takes the rest. */
const PLACEHOLDERS: Readonly<Record<string, string>> = {
  facility: `(?<facility>${NO_UNDERSCORE}{1,128}?)`,
  sender: `(?<sender>${NO_UNDERSCORE}{1,128}?)`,
  period: `(?<period>${NO_UNDERSCORE}{1,64}?)`,
  version: '(?<version>\\d{1,15})',
  repeat: '(?<repeat>\\d{1,9})',
  ext: `(?<ext>${PART}(?:\\.${PART}){0,2})`,
  any: '[^/\\\\]{0,128}?',
};

/** What a name pattern compiles to, or why it does not. */
export type NamePattern =
  | { readonly pattern: RegExp }
  | { readonly found: string; readonly expected: string; readonly suggestion?: string | undefined };

/**
 * Compiles `{facility}_{period}_v{version}[.{repeat}].{ext}`. `[…]` is optional and does not nest.
 *
 * Only the facility may hold an underscore, and only where the other parts fix how many underscores there are (none in
 * an optional part, no `{any}`): then one reading at most fits. Every part is bounded, so a name of 255 characters
 * costs a bounded number of steps.
 */
export function compileNamePattern(text: string): NamePattern {
  const tokens = text.match(/\{[^{}]*\}|\[|\]|[^{}[\]]+|[{}]/g) ?? [];
  const facility = /\[[^\]]*_|\{any\}/.test(text) ? PLACEHOLDERS.facility : `(?<facility>${FREE}{1,128}?)`;
  const used = new Set<string>();
  let isInside = false;
  let source = '';
  for (const token of tokens) {
    if (token === '[' || token === ']') {
      if (isInside === (token === '['))
        return { found: `a "${token}" too many`, expected: 'one level of [optional] parts' };
      isInside = token === '[';
      source += isInside ? '(?:' : ')?';
    } else if (token.startsWith('{') || token.startsWith('}')) {
      const name = token.slice(1, -1);
      const compiled =
        name === 'facility' ? facility : Object.hasOwn(PLACEHOLDERS, name) ? PLACEHOLDERS[name] : undefined;
      if (compiled === undefined) {
        const known = Object.keys(PLACEHOLDERS);
        return {
          found: `the placeholder ${token}`,
          expected: known.map((word) => `{${word}}`).join(', '),
          suggestion: suggest(name, known),
        };
      }
      if (name !== 'any' && used.has(name)) return { found: `${token} twice`, expected: 'each placeholder once' };
      used.add(name);
      source += compiled;
    } else {
      if (/[/\\]/.test(token)) return { found: 'a slash', expected: 'a file name without folders' };
      source += token.replace(/[.*+?^$()|]/g, '\\$&');
    }
  }
  if (isInside) return { found: 'a "[" without "]"', expected: 'one level of [optional] parts' };
  if (used.size === 0)
    return { found: 'no placeholder', expected: 'a pattern such as {facility}_{period}_v{version}.{ext}' };
  return { pattern: new RegExp(`^${source}$`) };
}
