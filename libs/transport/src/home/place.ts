import { BellwetherError } from '#vocabulary';

/** Where a path of a sender leads. Paths never touch the file system, so there is nothing to escape into. */
export type Place =
  | { readonly kind: 'root' }
  | { readonly kind: 'receipts' }
  | { readonly kind: 'receipt'; readonly name: string }
  | { readonly kind: 'feed'; readonly feed: string }
  | { readonly kind: 'file'; readonly feed: string; readonly name: string };

export const RECEIPTS = 'receipts';
const LONGEST_PATH = 1024;
const LONGEST_NAME = 255;

/** The absolute path of a path said in a folder; `..` ends at the root. Throws REQUEST_INVALID. */
export function absolutePath(folder: string, path: string): string {
  if (path.length > LONGEST_PATH) throw new BellwetherError('REQUEST_INVALID', 'the path is too long');
  // eslint-disable-next-line no-control-regex -- these are what is refused
  if (/[\u0000-\u001f\u007f\\]/.test(path))
    throw new BellwetherError('REQUEST_INVALID', 'the path holds a control character or a backslash');
  const parts: string[] = [];
  for (const part of (path.startsWith('/') ? path : `${folder}/${path}`).split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** Throws NOT_FOUND for paths that are deeper than anything here, REQUEST_INVALID for those that nobody may have. */
export function placeOf(path: string): Place {
  const [first, second, ...deeper] = absolutePath('/', path).slice(1).split('/');
  if (first === undefined || first === '') return { kind: 'root' };
  if (deeper.length > 0) throw new BellwetherError('NOT_FOUND', 'there are no folders within folders here');
  if (second !== undefined && Buffer.byteLength(second) > LONGEST_NAME)
    throw new BellwetherError('REQUEST_INVALID', `a name has up to ${LONGEST_NAME} bytes`);
  if (first === RECEIPTS) return second === undefined ? { kind: 'receipts' } : { kind: 'receipt', name: second };
  return second === undefined ? { kind: 'feed', feed: first } : { kind: 'file', feed: first, name: second };
}
