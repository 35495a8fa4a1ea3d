import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { HOUSE } from './house.js';
import { isTest, parseModules, readSources, type Module } from './modules.js';
import { RULES, violationsOf, type RuleName } from './rules.js';

const ROOT = join(import.meta.dirname, '../..');
/** The repository has grown beyond this; fewer means that the survey looks in the wrong place. */
const LEAST_MODULES = 200;

const { imports } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as { imports: Record<string, string> };
const doors = new Set(Object.keys(imports));

describe('the house', () => {
  let modules: readonly Module[] = [];
  beforeAll(() => {
    modules = parseModules(readSources(ROOT, ['apps', 'clients', 'libs']));
  });

  it('is surveyed whole', () => {
    expect(modules.length).toBeGreaterThanOrEqual(LEAST_MODULES);
    const imported = modules.flatMap((module) => module.imports);
    expect(imported.filter((specifier) => specifier === '#vocabulary').length).toBeGreaterThan(10);
  });

  it.each(Object.keys(RULES) as RuleName[])('keeps the rule: %s', (rule) => {
    const broken = violationsOf({ modules, house: HOUSE, doors }).filter((violation) => violation.rule === rule);
    expect(broken.map(({ path, found }) => `${path}: ${found}`)).toEqual([]);
  });

  it('prints how large its files are, without judging', () => {
    const sizes = modules.filter(({ path }) => !isTest(path)).toSorted((a, b) => a.lines - b.lines);
    const at = (share: number): number =>
      sizes[Math.min(sizes.length - 1, Math.floor(sizes.length * share))]?.lines ?? 0;
    const largest = sizes.slice(-3).map(({ path, lines }) => `${path} ${lines}`);
    process.stdout.write(
      `sizes of ${sizes.length} files: median ${at(0.5)} (hint 80), 95th percentile ${at(0.95)} (hint 300), largest ${largest.toReversed().join(', ')} (hint 500)\n`,
    );
    expect(sizes.length).toBeGreaterThan(0);
  });
});

/** A small house in which nothing is wrong; each case below spoils one thing. */
const SOUND: Readonly<Record<string, string>> = {
  'libs/vocabulary/src/index.ts': `export * from './day.js';`,
  'libs/vocabulary/src/day.ts': `export const day = (at: number): Date => new Date(at);`,
  'libs/chart/src/index.ts': `import { day } from '#vocabulary'; export const axis = day(0);`,
  'libs/warehouse/src/index.ts': `import { readFile } from 'node:fs/promises'; export { axis } from '#chart'; export { readFile };`,
  'libs/warehouse/src/index.spec.ts': `import { axis } from '#cache'; import { day } from '#api'; export { axis, day };`,
  'libs/cache/src/index.ts': `export const now = (): number => Date.now();`,
  'apps/web/src/line.tsx': `import 'uplot/dist/uPlot.min.css'; import { axis } from '#chart'; export { axis };`,
  'libs/intake/src/index.ts': `export { parse } from './parse/csv.js';`,
  'libs/intake/src/parse/csv.ts': `export const parse = (text: string): string[] => text.split(',');`,
  'libs/intake/src/parse/csv.spec.ts': `import { readFileSync } from 'node:fs'; import './csv.js'; export { readFileSync };`,
  'libs/api/src/index.ts': `export { parse } from '#intake';`,
  'apps/api/src/main.ts': `import { parse } from '#intake'; import './wiring.js'; parse(process.env['X'] ?? '');`,
  'apps/api/src/wiring.ts': `export {};`,
  'apps/web/src/main.tsx': `import { day } from '#vocabulary'; import { createRoot } from 'react-dom/client'; export const a = <b>{day(0).getTime()}</b>; export { createRoot };`,
};

/** Rule → sources that break it; every line of every list must be caught by that rule. */
const PLANTED: Readonly<Record<RuleName, readonly Readonly<Record<string, string>>[]>> = {
  'imports point to a lower tier': [
    { 'libs/warehouse/src/a.ts': `import '#intake';` },
    { 'libs/warehouse/src/a.ts': `import { now } from '#cache';` },
    { 'libs/chart/src/a.ts': `import type { Feed } from '#registry';` },
    { 'libs/chart/src/a.ts': `export * from '#warehouse';` },
    { 'libs/vocabulary/src/a.ts': `export const later = () => import('#chart');` },
    { 'libs/vocabulary/src/a.ts': `export type A = import('#chart').Axis;` },
    { 'libs/cache/src/a.ts': `import '../../api/src/index.js';` },
  ],
  'another library is imported through its door': [
    { 'libs/warehouse/src/a.ts': `import { day } from '../../vocabulary/src/day.js';` },
    { 'libs/warehouse/src/a.spec.ts': `import { day } from '../../vocabulary/src/day.js';` },
    { 'libs/warehouse/src/a.ts': `import { day } from '#vocabulary/day';` },
    { 'libs/warehouse/src/a.ts': `import { day } from '#nowhere';` },
    { 'libs/warehouse/src/a.ts': `import { axis } from '#warehouse';` },
    { 'apps/api/src/a.ts': `const a = await import('../../../libs/intake/src/parse/csv.js');` },
    { 'apps/api/src/a.ts': `import 'libs/intake/src/index.js';` },
    { 'apps/api/src/a.ts': `const a = require('../../../dist/libs/intake/src/index.js');` },
  ],
  'an application is imported by nobody': [
    { 'libs/api/src/a.ts': `import '../../../apps/api/src/wiring.js';` },
    { 'apps/cli/src/main.ts': `import '../../api/src/wiring.js';` },
    { 'libs/api/src/a.ts': `import 'apps/api/src/wiring.js';` },
  ],
  'a pure module is handed what it needs': [
    { 'libs/chart/src/a.ts': `import { readFileSync } from 'node:fs';` },
    { 'libs/chart/src/a.ts': `import { Injectable } from '@nestjs/common';` },
    { 'libs/series-codec/src/index.ts': `import { Queue } from 'bullmq';` },
    { 'libs/vocabulary/src/a.ts': `export const a = process.env.TZ;` },
    { 'libs/vocabulary/src/a.ts': `export const a = process['env'];` },
    { 'libs/vocabulary/src/a.ts': `export const a = Date.now();` },
    { 'libs/intake/src/parse/a.ts': `export const a = new Date();` },
    { 'libs/intake/src/map/a.ts': `export const a = new Date;` },
    { 'libs/intake/src/validate/a.ts': `export const a = Date();` },
    { 'libs/intake/src/archive/a.ts': `const fs = await import('fs/promises');` },
  ],
  'a name says what is inside': [
    { 'libs/warehouse/src/utils/a.ts': '' },
    { 'libs/warehouse/src/date-helpers.ts': '' },
    { 'libs/warehouse/src/manager.ts': '' },
    { 'apps/api/src/shared/index.ts': '' },
  ],
  'a library has a door': [{ 'libs/access/src/key.ts': '' }, { 'libs/doorless/src/index.ts': '' }],
  'a library has a tier': [{ 'libs/attic/src/index.ts': '' }],
  'a library has no import cycle': [
    { 'libs/warehouse/src/a.ts': `import './b.js';`, 'libs/warehouse/src/b.ts': `import './a.js';` },
    { 'libs/vocabulary/src/day.ts': `export type { A } from './index.js';` },
    { 'libs/cache/src/a.ts': `import './a.js';` },
    {
      'libs/cache/src/a.ts': `import './b.js';`,
      'libs/cache/src/b.ts': `import './in/c.js';`,
      'libs/cache/src/in/c.ts': `const a = import('../a.js');`,
    },
  ],
  'the browser gets pure libraries only': [
    { 'apps/web/src/a.tsx': `import { rows } from '#warehouse';` },
    { 'apps/web/src/a.ts': `import type { Feed } from '#intake';` },
    { 'apps/web/src/a.tsx': `import { join } from 'node:path';` },
    { 'apps/web/src/a.ts': `import { Injectable } from '@nestjs/common';` },
  ],
  'what runs does not import what tests': [
    { 'libs/cache/src/a.ts': `import './b.spec.js';` },
    { 'libs/cache/src/a.ts': `import { slow } from './slow.twin.js';` },
    { 'libs/cache/src/a.ts': `import { expect } from '@jest/globals';` },
  ],
};

describe('the survey', () => {
  const judge = (sources: Readonly<Record<string, string>>): Set<RuleName> => {
    const modules = parseModules(new Map(Object.entries(sources)));
    const planted = new Set([
      '#vocabulary',
      '#chart',
      '#series-codec',
      '#warehouse',
      '#cache',
      '#intake',
      '#api',
      '#attic',
    ]);
    const found = violationsOf({ modules, house: HOUSE, doors: planted });
    return new Set(found.map(({ rule }) => rule));
  };

  it('finds nothing in a sound house', () => {
    expect([...judge(SOUND)]).toEqual([]);
  });

  describe.each(Object.entries(PLANTED) as [RuleName, (typeof PLANTED)[RuleName]][])('catches: %s', (rule, cases) => {
    it.each(cases.map((planted) => [JSON.stringify(planted), planted] as const))('%s', (_, planted) => {
      expect([...judge({ ...SOUND, ...planted })]).toContain(rule);
    });
  });
});
