import { describe, expect, it } from '@jest/globals';
import { listLine } from '../home/index.js';
import { describeFacts, factLine, FACTS, formatTime, wantedFacts } from './listing.js';

const at = Date.UTC(2026, 10, 21, 7, 33, 9, 999);
const file = { name: 'a b.csv', kind: 'file', bytes: 1024, modifiedAt: at } as const;
const folder = { name: 'network', kind: 'folder', bytes: 0, modifiedAt: at } as const;

describe('a listing', () => {
  it('has times of 14 digits', () => {
    expect(formatTime(at)).toBe('20261121073309');
  });

  it('has the facts that are wanted, and no size of a folder', () => {
    expect(factLine(file, FACTS)).toBe('type=file;size=1024;modify=20261121073309; a b.csv');
    expect(factLine(folder, FACTS)).toBe('type=dir;modify=20261121073309; network');
    expect(factLine(file, wantedFacts('Size;unique;'))).toBe('size=1024; a b.csv');
    expect(factLine(file, wantedFacts(''))).toBe(' a b.csv');
    expect(describeFacts(wantedFacts('type;modify;'))).toBe('type*;size;modify*;');
  });

  it('has lines as of ls, with the time of the last half year and the year of what is older', () => {
    expect(listLine(file, at)).toBe('-rw-r--r-- 1 sender sender         1024 Nov 21 07:33 a b.csv');
    expect(listLine(folder, at + 200 * 86_400_000)).toBe(
      'drwxr-xr-x 1 sender sender            0 Nov 21  2026 network',
    );
  });
});
