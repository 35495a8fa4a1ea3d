import { describe, expect, it } from '@jest/globals';
import { madeUpFacts } from './facts.fixture.js';
import { REPORT_FORMATS, writeReport } from './report.js';

const KINDS = ['daily', 'weekly'] as const;
const EACH = KINDS.flatMap((kind) => REPORT_FORMATS.map((format) => ({ kind, format })));
const textOf = async (...[facts, format]: Parameters<typeof writeReport>): Promise<string> =>
  Buffer.from(await writeReport(facts, format)).toString();

describe('a report', () => {
  it.each(EACH)('$kind as $format is the same to the byte when it is written again', async ({ kind, format }) => {
    const first = await writeReport(madeUpFacts(kind), format);
    await new Promise((resolve) => setTimeout(resolve, 1100)); // dates in files have seconds
    expect(Buffer.compare(first, await writeReport(madeUpFacts(kind), format))).toBe(0);
  });

  it.each(EACH)('$kind as $format is another one when a count is another one', async ({ kind, format }) => {
    const facts = madeUpFacts(kind);
    const [first, ...others] = facts.categories;
    const whole = first!.whole!;
    const changed = { ...whole, total: [...whole.total.slice(0, -1), (whole.total.at(-1) ?? 0) + 100] };
    const other = { ...facts, categories: [{ ...first!, whole: changed }, ...others] };
    expect(Buffer.compare(await writeReport(facts, format), await writeReport(other, format))).not.toBe(0);
  });

  it('as PDF has the instant of its facts for a date, its title, and its own fonts', async () => {
    const pdf = Buffer.from(await writeReport(madeUpFacts('daily'), 'pdf')).toString('latin1');
    expect(pdf.slice(0, 8)).toBe('%PDF-1.7');
    expect(pdf.trimEnd().endsWith('%%EOF')).toBe(true);
    const dates = [...pdf.matchAll(/\(D:(.*?)\)/g)].map(([, date]) => date);
    expect(dates).toEqual(['20261101120000Z', '20261101120000Z']);
    const fonts = new Set([...pdf.matchAll(/\/FontName \/[A-Z]{6}\+(\S+)/g)].map(([, name]) => name));
    expect([...fonts].every((name) => name?.startsWith('Inter'))).toBe(true);
    // A regular, a bold, and letters beyond Western Europe.
    expect(pdf.match(/\/FontFile2/g)?.length).toBe(3);
    expect(pdf).not.toMatch(/Helvetica/);
  });

  it('as HTML has no script, asks for nothing, and writes titles as text', async () => {
    for (const kind of KINDS) {
      const html = await textOf(madeUpFacts(kind), 'html');
      expect(html).toContain('Rash &lt;&amp;&gt; Ausschlag');
      expect(html).not.toMatch(/<script|<link|<img|\bsrc=|@import|<&>/i);
      expect(html.match(/href|https?:\/\/(?!www\.w3\.org\/2000\/svg)/)).toBeNull();
      const ids = [...html.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
      expect(new Set(ids).size).toBe(ids.length);
    }
  });

  it('warns while it is not complete, and names who is not', async () => {
    const html = await textOf(madeUpFacts('daily'), 'html');
    expect(html).toContain('77 of 90 facilities have reported (86 %). That is not complete');
    const incomplete = html.slice(html.indexOf('Not complete'));
    expect(incomplete).toContain('West Virginia');
    expect(incomplete).toContain('New York');
    expect(incomplete).not.toContain('Ohio');
  });

  it('puts the farthest above the usual first', async () => {
    const html = await textOf(madeUpFacts('daily'), 'html');
    const table = html.slice(html.indexOf('Every category'), html.indexOf('<figure>'));
    const titles = [...table.matchAll(/<th scope="row">(.*?)<\/th>/g)].map(([, title]) => title);
    expect(titles[0]).toBe('Gastrointestinal');
    const where = html.slice(html.indexOf('Where to look'), html.indexOf('Not complete'));
    expect(/<th scope="row">(.*?)<\/th>/.exec(where)?.[1]).toBe('New Jersey');
  });

  it('as CSV has no number where there is none, with the reason', async () => {
    const lines = (await textOf(madeUpFacts('daily'), 'csv')).split('\r\n');
    const silent = lines.find((line) => line.includes('state:WV'));
    expect(silent).toMatch(/,2026-10-31,2026-10-31,,missing,,,0,15,0,2026-11-01T12:00:00\.000Z$/);
  });

  it('of a region where nobody takes part says so', async () => {
    const facts = madeUpFacts('daily');
    const categories = facts.categories.map((one) => ({ ...one, whole: undefined, parts: [] }));
    for (const format of REPORT_FORMATS) await writeReport({ ...facts, categories }, format);
    expect(await textOf({ ...facts, categories }, 'html')).toContain('No facility of this region takes part.');
  });
});
