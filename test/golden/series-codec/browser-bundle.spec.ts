import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import vm from 'node:vm';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from '@jest/globals';

interface Golden {
  readonly total: readonly number[];
  readonly unflagged: readonly number[];
  readonly status: readonly number[];
  readonly bytes: string;
}

const FOLDER = 'test/golden/series-codec';

describe('the readers bundled for a browser', () => {
  it('are one script that imports nothing and reads every golden record in a bare context', () => {
    // In a process of its own: the bundler's native part does not take objects of jest's context.
    const code = execFileSync(process.execPath, [resolve(FOLDER, 'bundle-readers.mjs')], { encoding: 'utf8' });
    console.log(`${code.length} bytes minified, ${gzipSync(code, { level: 9 }).length} gzipped`);
    const context = vm.createContext(Object.create(null) as object);
    vm.runInContext(code, context);
    const read = vm.runInContext(
      `((hex) => {
        const { total, unflagged, status } = codec.decodeRecord(Uint8Array.from(hex.match(/../g), (byte) => parseInt(byte, 16)));
        return JSON.stringify([Array.from(total), Array.from(unflagged), Array.from(status)]);
      })`,
      context,
    ) as (hex: string) => string;
    const goldens = JSON.parse(readFileSync(resolve(FOLDER, 'records.json'), 'utf8')) as Golden[];
    for (const { bytes, total, unflagged, status } of goldens)
      expect(JSON.parse(read(bytes))).toEqual([total, unflagged, status]);
  });
});
