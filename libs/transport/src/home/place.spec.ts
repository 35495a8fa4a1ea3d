import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { absolutePath, placeOf } from './place.js';

describe('a path of a sender', () => {
  it.each([
    ['/', '/'],
    ['..', '/'],
    ['../../../../etc/passwd', '/etc/passwd'],
    ['./a//b/./c/..', '/clinics/a/b'],
    ['/clinics/../labs/x', '/labs/x'],
    ['x.csv', '/clinics/x.csv'],
    ['...', '/clinics/...'],
  ])('%s is %s', (path, absolute) => {
    expect(absolutePath('/clinics', path)).toBe(absolute);
  });

  it.each(['a\0b', 'a\\b', '..\\..\\x', 'a\nb', 'x'.repeat(2000)])('is refused: %j', (path) => {
    expect(() => absolutePath('/', path)).toThrow(/REQUEST_INVALID/);
  });

  it('never keeps a step upwards, an empty one or a backslash', () => {
    const step = fc.oneof(fc.constantFrom('..', '.', '', '\\', '\0', '...', 'a'), fc.string());
    fc.assert(
      fc.property(fc.array(step), fc.array(step), (folder, path) => {
        let absolute;
        try {
          absolute = absolutePath(absolutePath('/', folder.join('/')), path.join('/'));
        } catch {
          return;
        }
        expect(absolute.startsWith('/')).toBe(true);
        expect(absolute.slice(1).split('/').some((part) => part === '..' || part === '.')).toBe(false); // prettier-ignore
        expect(absolutePath('/', absolute)).toBe(absolute);
      }),
    );
  });

  it('leads to the root, a feed, a file of a feed, or a receipt, and nowhere else', () => {
    expect(placeOf('/')).toEqual({ kind: 'root' });
    expect(placeOf('/clinics/')).toEqual({ kind: 'feed', feed: 'clinics' });
    expect(placeOf('/clinics/a.csv')).toEqual({ kind: 'file', feed: 'clinics', name: 'a.csv' });
    expect(placeOf('/receipts')).toEqual({ kind: 'receipts' });
    expect(placeOf('/receipts/a')).toEqual({ kind: 'receipt', name: 'a' });
    expect(() => placeOf('/clinics/2026/a.csv')).toThrow(/NOT_FOUND/);
    expect(() => placeOf(`/clinics/${'ä'.repeat(200)}`)).toThrow(/REQUEST_INVALID/);
  });
});
