import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFindings, hasBrowser, openBrowser, openTab, settled } from './browser.fixture.js';
import { differenceFrom } from './golden.fixture.js';
import { type SmallNation, startSmallNation, TODAY, YESTERDAY } from './small-nation.fixture.js';

jest.setTimeout(300_000);

/** Every page in a state worth looking at; `hide` names what tells the time of the test. */
const PAGES = [
  { name: 'overview', path: `/?category=gastrointestinal&day=${YESTERDAY}` },
  { name: 'overview-state', path: `/?category=gastrointestinal&day=2026-10-10&region=state:CA&by=completeness` },
  { name: 'series', path: `/series?category=respiratory,gastrointestinal,fever&region=nation:us&day=${YESTERDAY}` },
  { name: 'completeness', path: `/completeness?day=${YESTERDAY}` },
  { name: 'reports', path: `/reports?date=${YESTERDAY}&as_of=2026-11-02` },
  { name: 'facility', path: '/facility?facility=AC00011' },
  {
    name: 'operations',
    path: '/operations',
    hide: ['section[aria-label="Flow"]', 'section[aria-label="Dead letters"] td.numbers', '.note a'],
  },
  { name: 'feeds', path: '/feeds?feed=ed-csv' },
] as const;

/** Bytes of scripts before the first page may be seen, packed. */
const MOST_SCRIPT = 250_000;
/** Share of the pixels of a tile that may differ between machines. */
const MOST_DIFFERENT = 0.015;

const HEAD = 'facility,zip,visit_date,syndrome,disposition,visits\n';

(hasBrowser() ? describe : describe.skip)('the dashboard', () => {
  let nation: SmallNation;
  let browser: Browser;
  const open = async (path: string) => {
    const tab = await openTab(browser);
    await tab.page.goto(nation.api + path);
    await settled(tab.page);
    return tab;
  };
  const text = (page: Page, selector: string): Promise<string> => page.locator(selector).first().innerText();

  beforeAll(async () => {
    nation = await startSmallNation();
    browser = await openBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await nation?.end();
  });

  it.each(PAGES)('shows $name as it should look, in light, in dark and on a phone, without a barrier', async (one) => {
    const { name, path, ...rest } = one;
    const { page, context, errors } = await open(path);
    for (const scheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await settled(page);
      expect(await differenceFrom(`${name}-${scheme}`, page, rest)).toBeLessThan(MOST_DIFFERENT);
      expect([scheme, await accessibilityFindings(page)]).toEqual([scheme, []]);
    }
    await page.setViewportSize({ width: 390, height: 844 });
    await settled(page);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(390);
    expect(await accessibilityFindings(page)).toEqual([]);
    expect(errors).toEqual([]);
    await context.close();
  });

  it('asks nobody but its own server, and loads little before the first page', async () => {
    const { asked, context, page } = await open('/');
    expect(asked.filter((url) => !url.startsWith(nation.api) && !url.startsWith('ws'))).toEqual([]);
    const scripts = asked.filter((url) => url.endsWith('.js'));
    const sizes = await Promise.all(
      scripts.map(async (url) => gzipSync(Buffer.from(await (await fetch(url)).arrayBuffer())).length),
    );
    const packed = sizes.reduce((sum, bytes) => sum + bytes, 0);
    const painted = await page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime);
    process.stdout.write(`first view: ${packed} bytes of script, first paint after ${painted?.toFixed(0)} ms\n`);
    expect(packed).toBeLessThan(MOST_SCRIPT);
    await context.close();
  });

  it('draws twelve series of two years, and zooms without asking', async () => {
    const categories = 'respiratory,ili,gastrointestinal,fever,rash,neurological';
    const { page, context, asked } = await open(`/series?span=730&category=${categories}&region=nation:us,state:CA`);
    expect(await page.locator('section[aria-label="Series"] tbody tr').count()).toBe(12);
    const took = await page.evaluate(() => {
      const isSeries = (url: string): boolean => url.includes('/v1/series') && !url.includes('lag=');
      const asked = performance.getEntriesByType('resource').find(({ name }) => isSeries(name));
      const reads = performance.getEntriesByName('answer read') as PerformanceMeasure[];
      const read = reads.find(({ detail }) => isSeries(String(detail)));
      const [drawn] = performance.getEntriesByName('lines drawn');
      const arrived = (asked as PerformanceResourceTiming).responseEnd;
      return drawn && read
        ? { read: read.duration, draw: drawn.duration, whole: drawn.startTime + drawn.duration - arrived }
        : undefined;
    });
    process.stdout.write(
      `twelve series of two years: read in ${took?.read.toFixed(1)} ms, drawn in ${took?.draw.toFixed(1)} ms; on the canvas ${took?.whole.toFixed(0)} ms after the bytes came\n`,
    );
    expect(took).toBeDefined();
    const questions = (): number => asked.filter((url) => url.includes('/v1/series')).length;
    const before = questions();
    const frames = await framesWhile(page, async () => {
      const box = (await page.getByRole('application').boundingBox())!;
      for (const share of [0.1, 0.3, 0.5]) {
        await page.mouse.move(box.x + box.width * (0.1 + share), box.y + 150);
        await page.mouse.down();
        await page.mouse.move(box.x + box.width * (0.3 + share), box.y + 150, { steps: 20 });
        await page.mouse.up();
        await page.mouse.dblclick(box.x + box.width * 0.5, box.y + 150);
      }
    });
    expect([before > 0, questions()]).toEqual([true, before]);
    const median = frames.toSorted((a, b) => a - b)[frames.length >> 1] ?? NaN;
    process.stdout.write(
      `zooming in and out: ${(1000 / median).toFixed(0)} frames a second (median of ${frames.length})\n`,
    );
    await context.close();
  });

  it('takes series elsewhere: as a link, an image, a table, and a question in three languages', async () => {
    const { page, context } = await open(`/series?category=fever,rash&region=nation:us&zoom=2026-03-01_2026-06-01`);
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const choose = async (name: string): Promise<void> => {
      await page.getByRole('button', { name: 'Copy or save' }).click();
      await page.getByRole('menuitem', { name }).click();
    };
    const copied = async (name: string, what: string): Promise<string> => {
      await choose(name);
      await page
        .getByRole('status')
        .filter({ hasText: `${what} copied` })
        .waitFor();
      return page.evaluate(() => navigator.clipboard.readText());
    };
    const saved = async (name: string): Promise<string> => {
      const [file] = await Promise.all([page.waitForEvent('download'), choose(name)]);
      return file.suggestedFilename();
    };
    expect(await copied('Copy link', 'Link')).toBe(page.url());
    expect(await saved('Save as image')).toBe('series.png');
    expect(await saved('Save as table')).toBe('series.csv');
    const query = await copied('Copy as GraphQL', 'GraphQL');
    const answer = await fetch(`${nation.api}/graphql`, {
      ...{ method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query }) },
    });
    expect(await answer.json()).toMatchObject({
      data: { series: { series: [{ category: 'fever' }, { category: 'rash' }] } },
    });
    for (const language of ['R', 'Python']) {
      const [url = ''] = /http:[^"]+/.exec(await copied(`Copy as ${language}`, language)) ?? [];
      const rows = (await (await fetch(url)).text()).trim().split(/\r?\n/);
      expect(rows.length).toBe(1 + 2 * 93);
    }
    await context.close();
  });

  it('keeps its state in the address: drill down, and back', async () => {
    const { page, context } = await open(`/?day=${YESTERDAY}`);
    await page.locator('section[aria-label="Regions"] tbody a').first().click();
    await page.waitForURL(/region=state/);
    await settled(page);
    const title = await text(page, 'h1');
    const copy = await open(page.url().slice(nation.api.length));
    expect(await text(copy.page, 'h1')).toBe(title);
    await page.goBack();
    await settled(page);
    expect(await text(page, 'h1')).toBe('Respiratory, United States');
    await context.close();
    await copy.context.close();
  });

  describe('lets somebody who has never seen it find', () => {
    it('yesterday’s completeness of a county', async () => {
      const { page, context } = await open('/');
      await page.getByRole('link', { name: 'California' }).click();
      await page.waitForURL(/state:CA/);
      await settled(page);
      await page.locator('section[aria-label="Regions"] tbody a').first().click();
      await page.waitForURL(/county:/);
      await settled(page);
      await page.getByRole('link', { name: 'Who has reported' }).click();
      await page.waitForURL(/completeness/);
      expect(await text(page, '[data-testid="reported"]')).toMatch(/^\d+%$/);
      expect(await text(page, 'h1')).toMatch(/County, CA$/);
      await context.close();
    });

    it('the file and the row behind a point', async () => {
      const { page, context } = await open('/series?region=state:CA');
      await page.getByRole('application').focus();
      for (const key of ['ArrowLeft', 'ArrowLeft', 'Enter']) await page.keyboard.press(key);
      const panel = page.locator('section[aria-label="Behind this point"]');
      await panel.locator('tbody button').first().click();
      expect(await panel.locator('.places').innerText()).toMatch(/, line \d+ \(record \d+\): \d+/);
      const whole = panel.getByRole('button', { name: /^Show all/ });
      if (await whole.isVisible()) await whole.click();
      const sum = await panel.locator('tbody tr td:nth-child(3):not(:last-child)').allInnerTexts();
      const total = Number((await text(page, 'section[aria-label="Behind this point"] .card-head p')).split(' ')[0]);
      expect(sum.reduce((all, value) => all + Number(value), 0)).toBe(total);
      await context.close();
    });

    it('why a row was refused', async () => {
      const { items } = (await (await fetch(`${nation.api}/v1/submissions?limit=1000`)).json()) as {
        items: { submission: string; rows_refused: number; state: string; feed: string }[];
      };
      const faulty = items.find(({ rows_refused, state }) => rows_refused > 0 && state === 'loaded')!;
      const { page, context } = await open(`/facility?feed=${faulty.feed}&submission=${faulty.submission}`);
      const rows = page.locator('section[aria-label="File"] tbody tr');
      expect(await rows.first().innerText()).toMatch(/(VALUE|ROW)_/);
      await context.close();
    });

    it('a file that does not count, and has it read again', async () => {
      const { page, context } = await open('/operations');
      const letters = page.locator('section[aria-label="Dead letters"]');
      await letters.getByRole('button', { name: 'Read again' }).first().click();
      await letters.getByRole('status').filter({ hasText: 'is read again' }).waitFor();
      await context.close();
    });
  });

  it('closes a silent facility from a day that is said, and takes it back', async () => {
    const { page, context } = await open('/operations');
    const card = page.getByRole('region', { name: 'Silent facilities', exact: true });
    await card
      .getByRole('button', { name: /^It has closed/ })
      .first()
      .click();
    const form = card.getByRole('form');
    expect(await form.getByRole('button', { name: 'Confirm' }).isDisabled()).toBe(true);
    await form.getByLabel('How do you know?').fill('a letter of 2 October');
    await form.getByRole('button', { name: 'Confirm' }).click();
    await card.getByRole('status').filter({ hasText: 'is closed from' }).waitFor();
    await card.getByText('Every facility has been heard within the week.').waitFor({ timeout: 30_000 });
    await card.getByRole('button', { name: 'Undo' }).click();
    await card.getByRole('status').filter({ hasText: 'is open again' }).waitFor();
    await card
      .getByRole('button', { name: /^It has closed/ })
      .first()
      .waitFor({ timeout: 30_000 });
    await context.close();
  });

  it('shows the beds of the last census, and one hospital by itself', async () => {
    const { page, context } = await open('/facility?dataset=hospital-beds');
    const board = page.getByRole('region', { name: 'Beds', exact: true });
    const { available, items } = (await (
      await fetch(`${nation.api}/v1/boards/beds?dataset=hospital-beds&limit=20`)
    ).json()) as { available: number; items: { facility: string }[] };
    expect(await board.locator('.big').innerText()).toBe(available.toLocaleString('en-US'));
    const names = await board.locator('tbody td:first-child').allInnerTexts();
    expect(names).toEqual(items.map(({ facility }) => facility));
    await board.locator('tbody a').first().click();
    await page.waitForURL(/facility=/);
    await settled(page);
    expect(await board.locator('tbody tr').count()).toBe(1);
    expect(await accessibilityFindings(page)).toEqual([]);
    await context.close();
  });

  it('shows what a draft of a feed makes of a file, and its mistakes by line', async () => {
    const { page, context } = await open('/feeds?feed=ed-csv');
    const sample = `${HEAD}X1,19401,${YESTERDAY},FEVER,D,12\nX1,19401,${YESTERDAY},FEVER,D,many\n`;
    await page.locator('input[type=file]').setInputFiles({
      ...{ name: 'sender_20261030_v1.csv', mimeType: 'text/csv', buffer: Buffer.from(sample) },
    });
    const results = page.locator('section[aria-label="Sample file"]');
    await results.getByText('1 of 2 rows count').waitFor();
    expect(await results.innerText()).toContain('VALUE_NOT_A_NUMBER');
    const editor = page.locator('.editor textarea');
    await editor.fill((await editor.inputValue()).replace('value: visits', 'vallue: visits'));
    await results.getByText('Did you mean “value”?').waitFor();
    await context.close();
  });

  describe('while files arrive', () => {
    it('tries a file before it is sent, sends it, and says what became of it', async () => {
      const { page, context } = await open('/facility?dataset=ed-visits&feed=ed-csv');
      await page.locator('section[aria-label="Send a file"] input[type=file]').setInputFiles({
        name: 'sender_20261030_v1.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(`${HEAD}NEW1,19401,${YESTERDAY},FEVER,D,12\nNEW1,19401,${YESTERDAY},RASH,D,-1\n`),
      });
      await page.getByRole('button', { name: 'Try it' }).click();
      await page.getByText('1 of 2 rows would count').waitFor();
      await page.getByRole('button', { name: 'Send', exact: true }).click();
      await page.getByText('1 of 2 rows counted, 1 refused.').waitFor();
      expect(await text(page, 'section[aria-label="File"] tbody tr')).toContain('VALUE_NEGATIVE');
      await context.close();
    });

    it('changes map, curve and series by itself', async () => {
      const watched = [
        { path: `/?category=gastrointestinal&day=${TODAY}`, selector: '[data-testid="total"]' },
        { path: `/?category=gastrointestinal&day=${TODAY}`, selector: 'tr:has-text("California") td:nth-child(2)' },
        { path: `/completeness?day=${TODAY}`, selector: 'section[aria-label="Reporting curve"] p:has(.big)' },
        { path: `/series?category=gastrointestinal`, selector: 'section[aria-label="Series"] tbody td.n' },
      ];
      const tabs = await Promise.all(watched.map(({ path }) => open(path)));
      const before = await Promise.all(tabs.map(({ page }, i) => text(page, watched[i]!.selector)));
      for (const { page } of tabs) await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }));
      const content = `${HEAD}NEW2,90001,${TODAY},GI,D,4321\n`;
      const began = Date.now();
      await nation.drop({ feed: 'ed-csv', name: 'sender_20261031_v1.csv', content });
      const took = await Promise.all(
        tabs.map(async ({ page }, i) => {
          const { selector } = watched[i]!;
          await page.waitForFunction(
            ([where, was]) => document.querySelector<HTMLElement>(where!)?.innerText !== was,
            [await page.locator(selector).first().evaluate(uniquePath), before[i]!],
            { timeout: 20_000, polling: 20 },
          );
          return Date.now() - began;
        }),
      );
      process.stdout.write(`a dropped file changed total, map, curve and series after ${took.join(', ')} ms\n`);
      for (const { page } of tabs) {
        expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true);
        await page.context().close();
      }
    });

    // Last of all, for it moves the last day of the dataset to now: only the newest days are judged.
    it('says what stands out, and takes down what is done about it', async () => {
      const yesterday = Math.floor(Date.now() / 86_400_000) - 1;
      const rows = Array.from({ length: 10 }, (_, clinic) =>
        Array.from({ length: 70 }, (__, back) => {
          const day = new Date((yesterday - back) * 86_400_000).toISOString().slice(0, 10);
          return `Z${clinic},19401,${day},RASH,D,${back === 0 ? 60 : 5 + ((clinic * 7 + back * 3) % 5)}\n`;
        }).join(''),
      );
      await nation.drop({ feed: 'ed-csv', name: 'sender_20261120_v1.csv', content: HEAD + rows.join('') });
      const { page, context } = await open('/?category=rash');
      const card = page.getByRole('region', { name: 'Alarms', exact: true });
      // Detection is the last to be given a processor: on a machine that runs other suites it may wait for minutes.
      await card.waitFor({ timeout: 300_000 });
      expect(await card.locator('tbody tr').first().innerText()).toMatch(/^Rash, /);
      expect(await accessibilityFindings(page)).toEqual([]);
      await card
        .getByRole('button', { name: /^Acknowledge/ })
        .first()
        .click();
      await card.getByLabel('Acknowledge: why?').fill('the clinics are called');
      await card.getByRole('button', { name: 'Confirm' }).click();
      await card.getByRole('status').filter({ hasText: 'is being looked into' }).waitFor();
      await card.locator('tbody tr').filter({ hasText: 'being looked into' }).first().waitFor();
      await context.close();
    }, 400_000);
  });
});

/** Milliseconds between the frames that a page drew while something was done to it. */
async function framesWhile(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const times: number[] = [];
    const note = (at: number): void => {
      times.push(at);
      requestAnimationFrame(note);
    };
    requestAnimationFrame(note);
    Object.assign(globalThis, { frameTimes: times });
  });
  await act();
  const times = await page.evaluate(() => (globalThis as unknown as { frameTimes: number[] }).frameTimes);
  return times.slice(1).map((at, i) => at - times[i]!);
}

/** A selector for one element: its place in the document, step by step. */
function uniquePath(element: Element): string {
  const steps: string[] = [];
  for (let at: Element | null = element; at?.parentElement; at = at.parentElement) {
    steps.unshift(`${at.tagName.toLowerCase()}:nth-child(${Array.from(at.parentElement.children).indexOf(at) + 1})`);
  }
  return steps.join('>');
}
