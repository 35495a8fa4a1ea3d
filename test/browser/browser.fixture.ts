import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { type Browser, type BrowserContext, chromium, type Page, type Request } from 'playwright-core';

/** Debian's chromium, or the one that is named. */
const CHROMIUM = process.env['CHROMIUM'] ?? '/usr/bin/chromium';

/** Whether there is a browser to test in. Where tests must run, there has to be one. */
export function hasBrowser(): boolean {
  if (existsSync(CHROMIUM)) return true;
  if (process.env['CI']) throw new Error(`no browser at ${CHROMIUM}: apt-get install chromium`);
  process.stderr.write(`SKIPPED: the pages are not tested, there is no browser at ${CHROMIUM}\n`);
  return false;
}

export const openBrowser = (): Promise<Browser> =>
  chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox', '--font-render-hinting=none'] });

/** A tab with what went wrong in it, and every address it asked. */
export interface Tab {
  readonly page: Page;
  readonly context: BrowserContext;
  readonly errors: string[];
  readonly asked: string[];
}

export async function openTab(browser: Browser): Promise<Tab> {
  const context = await browser.newContext({
    viewport: { width: 1360, height: 900 },
    colorScheme: 'light',
    reducedMotion: 'reduce',
    locale: 'en-US',
    timezoneId: 'America/New_York',
  });
  const page = await context.newPage();
  const errors: string[] = [];
  const asked: string[] = [];
  page.on('pageerror', ({ message }) => errors.push(message));
  page.on('console', (message) => {
    if (message.type() === 'error') errors.push(message.text());
  });
  const open = new Set<Request>();
  underWay.set(page, open);
  page.on('request', (request) => {
    asked.push(request.url());
    open.add(request);
  });
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  return { page, context, errors, asked };
}

/** Requests of a page that have not been answered. */
const underWay = new WeakMap<Page, Set<Request>>();

/** For so long nothing may happen before a page counts as settled, in milliseconds. */
const CALM = 400;
const MOST = 60_000;

/**
 * Waits until a page has what it asked for and draws no more. The `networkidle` of the browser happens once for a document, and on a busy
 * machine while a page is still about to ask.
 */
export async function settled(page: Page): Promise<void> {
  await page.waitForLoadState('load');
  await page.evaluate(() => document.fonts.ready.then(() => undefined));
  const end = Date.now() + MOST;
  for (let calmSince = Date.now(); Date.now() - calmSince < CALM; await page.waitForTimeout(50)) {
    const isWaiting = await page.evaluate(() => document.querySelector('.fading, .mantine-Loader-root') !== null);
    if (isWaiting || (underWay.get(page)?.size ?? 0) > 0) calmSince = Date.now();
    if (Date.now() > end) throw new Error(`${page.url()} does not come to rest`);
  }
}

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds against WCAG 2.2 AA and good practice: rule, and where. */
export async function accessibilityFindings(page: Page): Promise<string[]> {
  await page.evaluate(await readFile(AXE, 'utf8'));
  return page.evaluate(async () => {
    interface Found {
      violations: { id: string; nodes: { html: string }[] }[];
    }
    const { axe } = globalThis as unknown as { axe: { run(): Promise<Found> } };
    const { violations } = await axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
}
