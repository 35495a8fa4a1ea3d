import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BellwetherError, ERRORS, problemOf, type ErrorCode } from './errors.js';

const ROOT = join(import.meta.dirname, '../../..');
const codes = Object.keys(ERRORS) as ErrorCode[];

/** Heading → what stands below it, in the order of the page. */
const sections = new Map(
  readFileSync(join(ROOT, 'docs/errors.md'), 'utf8')
    .split(/^(?=#{2,3} )/m)
    .map((part): [string, string] => [part.slice(0, part.indexOf('\n')), part]),
);
const explained = [...sections.keys()].filter((heading) => heading.startsWith('### ')).map((h) => h.slice(4));

/** Source of everything that runs, without the table itself, the sample's own mistakes, and comments. */
const running = ['apps', 'libs']
  .flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((path) => `${folder}/${path}`),
  )
  .filter((path) => path.endsWith('.ts') && !/\.(spec|fixture|twin|contract|bench)\.ts$/.test(path))
  .filter((path) => !path.startsWith('libs/sample/') && path !== 'libs/vocabulary/src/errors.ts')
  .map((path) => readFileSync(join(ROOT, path), 'utf8').replace(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, ''));

describe('the table of errors', () => {
  it('is explained in docs/errors.md, code by code, in its order, and nothing else is', () => {
    expect(explained).toEqual(codes);
  });

  it.each(codes)('%s is explained with its title, status and remedy', (code) => {
    const { http, title, remedy } = ERRORS[code];
    const section = sections.get(`### ${code}`) ?? '';
    expect(section).toContain(`${title}. Status ${http}.`);
    expect(section).toContain(`**What to do:** ${remedy}`);
    expect(section).toMatch(/For example: .*`.+`/);
  });

  it.each(codes)('%s is raised somewhere', (code) => {
    const raising = new RegExp(`(?<![!=]== )'${code}'`);
    expect(running.filter((text) => raising.test(text)).length).toBeGreaterThan(0);
  });

  it('lets the type of a problem lead to the heading of its code', () => {
    for (const code of codes) {
      const anchor = problemOf(new BellwetherError(code, 'for example')).type.split('#')[1] ?? '';
      expect(explained.filter((heading) => heading.toLowerCase() === anchor)).toEqual([code]);
    }
  });

  it('uses statuses that say who has to act', () => {
    for (const code of codes) {
      const { http, audience } = ERRORS[code];
      expect([code, audience === 'operator']).toEqual([code, http >= 500]);
    }
  });
});

describe('a problem document', () => {
  it('hides the message of an error that is not ours', () => {
    const problem = problemOf(new Error('connect ECONNREFUSED secret-host'), 'r-1');
    expect(problem).toMatchObject({ code: 'INTERNAL', status: 500, instance: 'r-1' });
    expect(JSON.stringify(problem)).not.toContain('secret-host');
  });

  it('has no instance where there is no request', () => {
    expect(Object.keys(problemOf(new BellwetherError('NOT_FOUND', 'nothing')))).not.toContain('instance');
  });
});
