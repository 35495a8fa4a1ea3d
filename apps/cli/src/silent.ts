import { userInfo } from 'node:os';
import { parseArgs } from 'node:util';
import { closeFacility } from '#intake';
import { rawStoreOptionsOf } from '#platform';
import { openRawStore } from '#raw-store';
import { loadConfiguration } from '#registry';
import { BellwetherError, formatDay, parseDay } from '#vocabulary';
import { facilitySpans, openEngine } from '#warehouse';
import { table } from './ask.js';
import type { Command } from './command.js';
import { engineAtHand } from './engine-at-hand.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';

interface SilentList {
  readonly silent: number;
  readonly items: readonly (Record<'facility' | 'zip' | 'state' | 'first_active' | 'last_active', string> & {
    readonly silent_for: number;
  })[];
}

async function list(query: URLSearchParams, { api, key }: { api: string; key: string | undefined }): Promise<void> {
  const headers = key ? { authorization: `Bearer ${key}` } : {};
  const response = await fetch(new URL(`/v1/facilities/silent?${query}`, api), { headers }).catch((cause: unknown) => {
    throw new BellwetherError(
      'NOT_READY',
      `nothing answers at ${api} (--api says where). Is Bellwether running?`,
      {},
      { cause },
    );
  });
  const answer = (await response.json()) as SilentList & { detail?: string };
  if (!response.ok) throw new BellwetherError('REQUEST_INVALID', answer.detail ?? `HTTP ${response.status}`);
  const rows = answer.items.map(({ facility, zip, state, first_active: first, last_active: last, silent_for: days }) => [
    facility, zip, state, first, last, String(days),
  ]); // prettier-ignore
  process.stdout.write(table([['facility', 'zip', 'state', 'first active', 'last active', 'days silent'], ...rows]));
  process.stdout.write(`${answer.silent} silent\n`);
}

/** `silent list`, `silent confirm FACILITY…` and `silent reopen FACILITY…`: the housekeeping of a quarter. */
export const silent: Command = async (start) => {
  const { values, positionals } = parseArgs({
    args: [...start.argv],
    allowPositionals: true,
    options: {
      ...OWN_OPTIONS,
      api: { type: 'string', default: 'http://127.0.0.1:8080' },
      dataset: { type: 'string' },
      region: { type: 'string', default: 'nation:us' },
      days: { type: 'string', default: '90' },
      on: { type: 'string' },
      reason: { type: 'string' },
      by: { type: 'string' },
    },
  });
  const { dataset, on, reason } = values;
  const [verb = 'list', ...facilities] = positionals;
  if (dataset === undefined) throw new BellwetherError('REQUEST_INVALID', 'silent: expected --dataset D');
  if (verb === 'list') {
    const query = new URLSearchParams({ dataset, region: values.region, silent_days: values.days, limit: '1000' });
    if (on !== undefined) query.set('on', on);
    return list(query, { api: values.api, key: start.env['BELLWETHER_API_KEY'] });
  }
  if ((verb !== 'confirm' && verb !== 'reopen') || facilities.length === 0 || reason === undefined)
    throw new BellwetherError('REQUEST_INVALID', 'silent: expected confirm or reopen, facilities, and --reason');
  const day = on === undefined ? undefined : parseDay(on);
  if (on !== undefined && day === undefined)
    throw new BellwetherError('REQUEST_INVALID', 'on: expected a date, YYYY-MM-DD');
  const settings = settingsOf(start, values);
  const hand = await engineAtHand(settings);
  const engine = await openEngine(hand.address);
  try {
    const store = await openRawStore(rawStoreOptionsOf(settings));
    const configuration = loadConfiguration(settings.configFolder);
    const spans = await facilitySpans(engine, { dataset, facilities });
    const unknown = facilities.filter((facility) => !spans.some((span) => span.facility === facility));
    if (unknown.length > 0)
      throw new BellwetherError(
        'REQUEST_INVALID',
        `silent: nothing was ordered, for ${dataset} has no facility ${unknown.join(', ')}`,
      );
    for (const facility of facilities) {
      const last = spans.find((span) => span.facility === facility)?.lastDay;
      const closedOn = verb === 'reopen' || last === undefined ? undefined : (day ?? last + 1);
      const order = { dataset, facility, closedOn, reason, by: values.by ?? userInfo().username };
      await closeFacility({ engine, store, configuration, now: Date.now }, order);
      const said = closedOn === undefined ? 'is open again' : `is closed from ${formatDay(closedOn)}`;
      const soon = hand.isOurs ? 'once Bellwether runs again' : 'within ten seconds';
      process.stdout.write(`${facility} ${said}; counted so ${soon}\n`);
    }
  } finally {
    await engine.close();
    await hand.close();
  }
};
