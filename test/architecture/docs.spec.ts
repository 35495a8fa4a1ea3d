import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { HOUSE } from './house.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const pages = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => `docs/${path}`),
];

const withoutCode = (text: string): string => text.replace(/^```[^]*?^```/gm, '').replace(/`[^`\n]*`/g, '');

/** As GitHub makes them: small letters, spaces to hyphens, everything else but letters, digits, `-` and `_` left out. */
function anchorsOf(text: string): Set<string> {
  const headings = text.replace(/^```[^]*?^```/gm, '').match(/^#{1,6} .*$/gm) ?? [];
  return new Set(
    headings.map((heading) =>
      heading
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\p{L}\p{N} _-]/gu, '')
        .replaceAll(' ', '-'),
    ),
  );
}

/** Relative links and pictures of a page; those with a scheme are not looked at. */
function linksOf(page: string): { target: string; anchor: string | undefined }[] {
  return [...withoutCode(read(page)).matchAll(/\]\(([^)\s]+)\)/g)]
    .map((match) => match[1] ?? '')
    .filter((link) => !/^[a-z]+:/.test(link))
    .map((link) => {
      const [file = '', anchor] = link.split('#');
      return { target: file === '' ? page : join(dirname(page), file), anchor };
    });
}

describe('the documentation', () => {
  it('is surveyed whole', () => {
    expect(pages.length).toBeGreaterThanOrEqual(18);
    expect(pages.flatMap(linksOf).length).toBeGreaterThan(40);
  });

  it.each(pages)('%s: every relative link leads somewhere', (page) => {
    const broken = linksOf(page).filter(({ target, anchor }) => {
      if (!existsSync(join(ROOT, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).has(anchor);
    });
    expect(broken).toEqual([]);
  });

  it('numbers each decision once, and its title says the same number', () => {
    const decisions = readdirSync(join(ROOT, 'docs/adr')).toSorted();
    const titled = decisions.map((file) => /^# (\d+)\. /.exec(read(`docs/adr/${file}`))?.[1]?.padStart(4, '0'));
    expect(decisions.map((file) => file.slice(0, 4))).toEqual(titled);
    expect(new Set(titled).size).toBe(decisions.length);
  });

  it('has every page in its index', () => {
    const indexed = new Set(linksOf('docs/README.md').map(({ target }) => target));
    const missing = pages.filter((page) => page.startsWith('docs/') && page !== 'docs/README.md' && !indexed.has(page));
    expect(missing.filter((page) => !page.startsWith('docs/adr/') || !indexed.has('docs/adr'))).toEqual([]);
  });
});

describe('docs/architecture.md', () => {
  const page = read('docs/architecture.md');

  it('lists every library with its tier', () => {
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \| (\d) \| .+ \|$/gm)].map(([, name, tier]) => [
      name,
      Number(tier),
    ]);
    expect(Object.fromEntries(rows)).toEqual(HOUSE.tiers);
    expect(Object.keys(HOUSE.tiers).toSorted()).toEqual(readdirSync(join(ROOT, 'libs')).toSorted());
  });

  it('names paths that exist', () => {
    const paths = [...page.matchAll(/`((?:apps|libs|config|docs|test)\/[^`\s]*)`/g)].map((match) => match[1] ?? '');
    expect(paths.length).toBeGreaterThan(25);
    expect(paths.filter((path) => !/[<*]/.test(path) && !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

describe('docs/for-analysts.md', () => {
  const page = read('docs/for-analysts.md');
  const folder = 'libs/warehouse/src/sql/views';
  const views = readdirSync(join(ROOT, folder)).map((file) => ({ file, view: file.replace(/^\d+-|\.sql$/g, '') }));

  it.each(views)('lists the columns of $view, in their order', ({ file, view }) => {
    const section = page.split(/^#{2,3} /m).find((part) => part.startsWith(`\`${view}\``)) ?? '';
    const listed = [...section.matchAll(/^\| (`.+?`) \|/gm)].flatMap((row) => (row[1] ?? '').match(/\w+/g) ?? []);
    const [, selected = ''] = /AS\nSELECT ([^]*?)\nFROM/.exec(read(`${folder}/${file}`)) ?? [];
    // A column is what stands last between commas outside of brackets: `dataset`, `… AS value`.
    const columns = selected
      .replace(/\([^()]*(?:\([^()]*\)[^()]*)*\)/g, '')
      .split(',')
      .map((column) => /(\w+)\s*$/.exec(column)?.[1]);
    expect(listed).toEqual(columns);
  });
});
