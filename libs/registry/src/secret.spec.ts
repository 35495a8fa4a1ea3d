import { chmodSync, mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { BellwetherError } from '#vocabulary';
import { readSecret } from './secret.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'secrets-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
  delete process.env.BELLWETHER_TEST_SECRET;
});

const write = (name: string, text: string, mode = 0o400): void => {
  rmSync(join(folder, name), { force: true });
  writeFileSync(join(folder, name), text);
  chmodSync(join(folder, name), mode);
};
const TABLE = {
  kind: 'table',
  path: 'passwords.csv',
  keyColumn: 'facility',
  valueColumn: 'password',
  where: { feed: 'hhs' },
} as const;

function refusal(read: () => unknown): BellwetherError {
  try {
    read();
  } catch (error) {
    if (error instanceof BellwetherError) return error;
  }
  throw new Error('was not refused');
}

describe('a secret in the environment', () => {
  it('is read when it is needed, and an empty one is none', () => {
    const reference = { kind: 'env', name: 'BELLWETHER_TEST_SECRET' } as const;
    expect(readSecret(reference, { folder })).toBeUndefined();
    process.env.BELLWETHER_TEST_SECRET = 'tulip';
    expect(readSecret(reference, { folder })).toBe('tulip');
    process.env.BELLWETHER_TEST_SECRET = '';
    expect(readSecret(reference, { folder })).toBeUndefined();
  });
});

describe('a secret in a file', () => {
  const reference = { kind: 'file', path: 'key' } as const;

  it('is the content without the line break at its end', () => {
    write('key', 'two words \n');
    expect(readSecret(reference, { folder })).toBe('two words ');
    write('key', 'tulip', 0o600);
    expect(readSecret(reference, { folder })).toBe('tulip');
  });

  it('is undefined while there is no file', () => {
    expect(readSecret(reference, { folder })).toBeUndefined();
  });

  it('may be given by an absolute path', () => {
    write('key', 'tulip');
    expect(readSecret({ kind: 'file', path: join(folder, 'key') }, { folder: '/' })).toBe('tulip');
  });

  it.each([0o440, 0o404, 0o644, 0o660, 0o700, 0o000])('is refused with mode %o, and never quoted', (mode) => {
    if (mode === 0 && process.getuid?.() !== 0) return; // only root could open it
    write('key', 'tulip', mode);
    const error = refusal(() => readSecret(reference, { folder }));
    expect(error.code).toBe('CONFIG_INVALID');
    expect(error.detail).toBe(
      `secret key: found mode ${mode.toString(8).padStart(4, '0')}, expected 0400 or 0600: chmod 0400 it`,
    );
  });

  it('is refused when it is a folder or too long', () => {
    expect(refusal(() => readSecret({ kind: 'file', path: '.' }, { folder })).detail).toContain('expected a file');
    write('key', 'x'.repeat(5000));
    expect(refusal(() => readSecret(reference, { folder })).detail).toBe(
      'secret key: found 5000 bytes, expected at most 4096',
    );
  });
});

describe('a secret in a table', () => {
  it('is that of the facility in the rows of the feed', () => {
    write('passwords.csv', 'feed,facility,password\nretail,345,other\nhhs,345,"a,b"\n');
    expect(readSecret(TABLE, { folder, key: '345' })).toBe('a,b');
    expect(readSecret(TABLE, { folder, key: '346' })).toBeUndefined();
    expect(readSecret(TABLE, { folder })).toBeUndefined();
  });

  it('is read again when the file has changed, in place or replaced', () => {
    write('passwords.csv', 'feed,facility,password\nhhs,345,old\n', 0o600);
    expect(readSecret(TABLE, { folder, key: '345' })).toBe('old');
    const path = join(folder, 'passwords.csv');
    const { atime, mtime } = statSync(path);
    writeFileSync(path, 'feed,facility,password\nhhs,345,new\n');
    utimesSync(path, atime, mtime); // equal size and modification time: the change of the inode still shows
    expect(readSecret(TABLE, { folder, key: '345' })).toBe('new');
    write('passwords.csv', 'feed,facility,password\nhhs,345,newer\n');
    expect(readSecret(TABLE, { folder, key: '345' })).toBe('newer');
  });

  it('is refused without a header that has its columns, and content is never quoted', () => {
    write('passwords.csv', 'hhs,345,tulip\n');
    const { detail } = refusal(() => readSecret(TABLE, { folder, key: '345' }));
    expect(detail).toBe('secret passwords.csv: found no column facility, expected a header with this column');
  });

  it('is refused when the file became readable by others after it was read', () => {
    write('passwords.csv', 'feed,facility,password\nhhs,345,old\n');
    expect(readSecret(TABLE, { folder, key: '345' })).toBe('old');
    chmodSync(join(folder, 'passwords.csv'), 0o444);
    expect(refusal(() => readSecret(TABLE, { folder, key: '345' })).detail).toContain('mode 0444');
  });
});
