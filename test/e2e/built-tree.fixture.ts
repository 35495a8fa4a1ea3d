import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { transformSync } from '@swc/core';

const ROOT = join(import.meta.dirname, '../..');

/**
 * Compiles parts of the repository (`libs/platform`, `apps/launcher`) into a tree of its own, from which real processes
 * can be started: package.json with the doors, node_modules, dist. Libraries behind a door that a part opens come along.
 */
export function buildTree(target: string, parts: readonly string[]): void {
  cpSync(join(ROOT, 'package.json'), join(target, 'package.json'));
  symlinkSync(join(ROOT, 'node_modules'), join(target, 'node_modules'));
  const { exclude: _, ...options } = JSON.parse(readFileSync(join(ROOT, '.swcrc'), 'utf8')) as Record<string, object>;
  const wanted = new Set(parts);
  for (const part of wanted) {
    for (const entry of readdirSync(join(ROOT, part, 'src'), { recursive: true, encoding: 'utf8' })) {
      if (!entry.endsWith('.ts') || entry.endsWith('.spec.ts')) continue;
      const source = readFileSync(join(ROOT, part, 'src', entry), 'utf8');
      for (const [, library] of source.matchAll(/ from '#([a-z0-9-]+)'/g)) wanted.add(`libs/${library}`);
      const { code } = transformSync(source, { ...options, swcrc: false, filename: entry, sourceMaps: false });
      const built = join(target, 'dist', part, 'src', entry.replace(/\.ts$/, '.js'));
      mkdirSync(dirname(built), { recursive: true });
      writeFileSync(built, code);
    }
  }
}
