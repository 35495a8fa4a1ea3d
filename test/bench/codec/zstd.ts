import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as zlib from 'node:zlib';

/**
 * Sizes under zstd at its highest level, each input by itself: of this Node where it has it (from 22.15), else of the `zstd`
 * command, which takes all files at once; undefined where neither is there.
 */
export function zstdBytes(inputs: readonly Uint8Array[]): readonly number[] | undefined {
  const compress: unknown = Reflect.get(zlib, 'zstdCompressSync');
  if (typeof compress === 'function') {
    const level = Number(Reflect.get(zlib.constants, 'ZSTD_c_compressionLevel'));
    return inputs.map(
      (bytes) =>
        (compress as (bytes: Uint8Array, options: object) => Uint8Array)(bytes, { params: { [level]: 22 } }).length,
    );
  }
  if (spawnSync('zstd', ['--version']).error) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bench-zstd-'));
  try {
    const names = inputs.map((bytes, i) => {
      writeFileSync(join(folder, `${i}`), bytes);
      return `${i}`;
    });
    const { status } = spawnSync('zstd', ['--ultra', '-22', '--no-check', '-q', '--', ...names], { cwd: folder });
    return status === 0 ? names.map((name) => statSync(join(folder, `${name}.zst`)).size) : undefined;
  } finally {
    rmSync(folder, { recursive: true });
  }
}
