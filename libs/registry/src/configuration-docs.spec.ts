import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadConfiguration } from './load.js';
import type { Configuration } from './model.js';

const DOCS = 'docs/configuration.md';

/** Code blocks of one language in a chapter, without the indentation of the list they stand in. */
function blocks(chapter: string, language: string): string[] {
  const text = readFileSync(DOCS, 'utf8').split(`## ${chapter}`)[1]?.split('\n## ')[0] ?? '';
  const found = text.matchAll(new RegExp(`^( *)\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\``, 'gm'));
  return [...found].map(([, indent = '', body = '']) => body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''));
}

describe('the example "Add a sender in five minutes"', () => {
  let folder: string;
  let configuration: Configuration;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'docs-'));
    for (const name of ['datasets', 'feeds', 'codes']) mkdirSync(join(folder, name));
    const chapter = 'Add a sender in five minutes';
    writeFileSync(join(folder, 'datasets/emergency-visits.yaml'), 'categories: [influenza-like, respiratory]\n');
    writeFileSync(join(folder, 'codes/network-complaints.csv'), blocks(chapter, 'csv')[0] ?? '');
    writeFileSync(join(folder, 'feeds/network.yaml'), blocks(chapter, 'yaml')[0] ?? '');
    configuration = loadConfiguration(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('loads as it is printed', () => {
    const feed = configuration.feeds.get('network');
    expect(feed?.record.category.map?.codes.rows.get('COUGH')).toEqual({ complaint: 'COUGH', syndrome: 'respiratory' });
    expect(feed?.name?.exec('CLINIC7_2026-11-20_v1.zip')?.groups).toMatchObject({ facility: 'CLINIC7' });
    expect(feed?.password).toEqual({ kind: 'file', path: 'secrets/network' });
  });

  it('has the defaults that the tables state', () => {
    expect(configuration.feeds.get('network')).toMatchObject({
      title: 'network',
      enabled: true,
      archives: ['zip', 'gzip', 'plain'],
      layouts: [
        { id: 'txt', format: 'delimited', extensions: ['txt'], encoding: 'auto', delimiter: '|', columns: undefined },
      ],
      layoutTable: undefined,
      replace: 'facility-day',
      errors: { refuseFile: [], maxShare: 0.5 },
      emptyFile: 'refuse',
      places: undefined,
      dueHours: 24,
      record: {
        facility: { columns: [['site']], join: '-', take: undefined, clean: false, otherwise: undefined, each: false },
        day: { formats: ['iso'] },
        flag: { columns: [], otherwise: 'all' },
        value: { missing: [], suppressed: [] },
      },
    });
    expect(configuration.datasets.get('emergency-visits')).toMatchObject({
      unit: 'counts',
      kind: 'sum',
      absence: 'zero',
      openCategories: false,
      flags: [{ id: 'all', title: 'All' }],
      total: 'sum',
      unflagged: undefined,
      cadence: 'day',
      timeZone: 'America/New_York',
    });
  });
});

describe('the reference', () => {
  it('names every key that the loader knows', () => {
    const text = readFileSync(DOCS, 'utf8');
    const code = readdirSync('libs/registry/src')
      .filter((name) => !name.endsWith('.spec.ts'))
      .map((name) => readFileSync(join('libs/registry/src', name), 'utf8'))
      .join('\n');
    const lists = code.matchAll(
      /(?:\b(?:[A-Z_]*KEYS|BASE|ROLES) = |mappingOf\([\w.]+, |(?:required|optional): )\[([^\]]*)\]/g,
    );
    const keys = new Set(
      [...lists].flatMap(([, list = '']) => [...list.matchAll(/'([^']+)'/g)].map(([, key = '']) => key)),
    );
    expect(keys.size).toBeGreaterThan(50);
    const unnamed = [...keys].filter((key) => !new RegExp(`\`[^\`]*\\b${key}\\b[^\`]*\``).test(text));
    expect(unnamed).toEqual([]);
  });
});
