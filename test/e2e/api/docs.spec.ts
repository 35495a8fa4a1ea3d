import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { parseKeyFile } from '#access';
import { SUBMISSIONS } from '../../contract/questions/small-world.js';
import { type RunningApi, runApi } from './running-api.js';

const read = (page: string): string => readFileSync(new URL(`../../../docs/${page}.md`, import.meta.url), 'utf8');
const text = read('api');
/** Pages whose lines ask the api, too. */
const FURTHER = ['for-facility-staff', 'for-partners', 'for-epidemiologists', 'errors'];
const blocks = (language: string, page = text) =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\``, 'gm'))].map((match) => match[1] ?? '');

let api: RunningApi;
let folder: string;
beforeAll(async () => {
  api = await runApi();
  folder = mkdtempSync(join(tmpdir(), 'docs-'));
  for (const name of ['report.zip', 'report_v2.csv']) writeFileSync(join(folder, name), 'a file');
});
afterAll(async () => {
  await api.close();
  rmSync(folder, { recursive: true });
});

const linesOf = (page: string): string[] => blocks('sh', page).flatMap((block) => block.trim().split('\n'));

/** The pages speak of the shipped configuration; the small world has other names for the same things. */
async function works(line: string): Promise<void> {
  const here = line
    .replace(/^curl /, 'curl -fsS ')
    .replace('http://localhost:8080', api.origin)
    .replaceAll('ed-visits', 'clinic')
    .replaceAll('retail-csv', 'clinics')
    .replace('/ID/', `/${SUBMISSIONS[0].submission}/`);
  const { stdout } = await promisify(execFile)('sh', ['-c', here], { cwd: folder });
  expect(stdout).not.toContain('"errors":[{');
  expect(stdout.length + (line.includes(' -o ') ? 1 : 0)).toBeGreaterThan(0);
}

describe('docs/api.md', () => {
  const lines = linesOf(text);

  it('has a line for every thing that it promises', () => {
    expect(lines.length).toBeGreaterThanOrEqual(13);
  });

  it.each(lines)('%s', works);

  it('shows a key file that is read', () => {
    const [example = ''] = blocks('yaml');
    expect(parseKeyFile(example, 'example').entries.map(({ principal }) => principal.id)).toEqual([
      'montgomery-county',
    ]);
  });
});

describe.each(FURTHER)('docs/%s.md', (page) => {
  it.each(linesOf(read(page)))('%s', works);
});
