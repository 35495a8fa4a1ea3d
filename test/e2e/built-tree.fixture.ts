import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Compiles parts of the repository (`libs/platform`, `apps/launcher`) into a tree of its own, from which real processes
 * can be started: package.json with the doors, node_modules, dist.
 */
export function buildTree(target: string, parts: readonly string[]): void {
  cpSync(join(ROOT, 'package.json'), join(target, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(target, 'node_modules'));
  const { exclude: _, ...options } = JSON.parse(readFileSync(join(ROOT, '.swcrc'), 'utf8')) as Record<string, object>;
  for (const part of parts) {
    for (const entry of readdirSync(join(ROOT, part, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!entry.endsWith('.ts') || entry.endsWith('.spec.ts')) continue;
      const source = readFileSync(join(ROOT, part, 'src', entry), 'utf8');
      const { code } = transformSync(source, { ...options, swcrc: false, filename: entry, sourceMaps: false });
      const built = join(target, 'dist', part, 'src', entry.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(built), { recursive: true });
      writeFileSync(built, code);
    }
  }
}
