import { parseArgs } from 'node:util';
import { openAuditor } from '#disclosure';
import { observeDay } from '#release';
import { loadConfiguration } from '#registry';
import { BellwetherError, formatDay, parseDay } from '#vocabulary';
import { openEngine, releaseDays } from '#warehouse';
import { table } from './ask.js';
import type { Command } from './command.js';
import { engineAtHand } from './engine-at-hand.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';
import { say } from './say.js';

const LISTED = 100;

/** `disclosure`: which small counts could be derived from all that was released of some days, by linear programs. */
export const disclosure: Command = async (start) => {
  const { values } = parseArgs({
    args: [...start.argv],
    options: { ...OWN_OPTIONS, dataset: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' } },
  });
  const settings = settingsOf(start, values);
  const dataset = loadConfiguration(settings.configFolder).datasets.get(values.dataset ?? '');
  if (!dataset) throw new BellwetherError('UNKNOWN_DATASET', `disclosure: --dataset "${values.dataset ?? ''}"`);
  const [from, to] = [values.from, values.to].map((text) => (text === undefined ? undefined : parseDay(text)));
  if ((values.from !== undefined && from === undefined) || (values.to !== undefined && to === undefined))
    throw new BellwetherError('REQUEST_INVALID', 'disclosure: --from and --to are days, YYYY-MM-DD');
  const hand = await engineAtHand(settings);
  const engine = await openEngine(hand.address);
  const line = say();
  try {
    const auditor = await openAuditor();
    const days = (await releaseDays(engine, dataset.id)).filter(
      ({ day, last }) => last > 0 && day >= (from ?? -Infinity) && day <= (to ?? Infinity),
    );
    const totals = { days: 0, releases: 0, cells: 0, hidden: 0, sought: 0, solved: 0, narrowest: Infinity };
    const found: string[][] = [];
    for (const { day, last } of days) {
      for (const { category, observed, protection } of await observeDay(engine, { dataset: dataset.id, day })) {
        const audit = auditor.audit(observed, protection);
        totals.cells += audit.cells;
        totals.hidden += audit.hidden;
        totals.sought += audit.sought;
        totals.solved += audit.solved;
        totals.narrowest = Math.min(totals.narrowest, audit.narrowest);
        const at = [formatDay(day), category];
        for (const { cell, low, high } of audit.derivable) found.push([...at, cell, `${low} to ${high}`]);
        for (const wrong of audit.wrong) found.push([...at, wrong, '']);
      }
      totals.days++;
      totals.releases += last;
      line.show(`  ${totals.days} of ${days.length} days, ${totals.solved} programs, ${found.length} found`);
    }
    line.end();
    const { narrowest, ...counted } = totals;
    const rows = Object.entries({
      ...counted,
      narrowest: Number.isFinite(narrowest) ? narrowest : 'none',
      derivable: found.length,
    });
    process.stdout.write(table([['audited', 'number'], ...rows.map(([name, number]) => [name, String(number)])]));
    if (found.length === 0) return;
    process.stdout.write(table([['day', 'category', 'cell', 'known to lie from'], ...found.slice(0, LISTED)]));
    throw new BellwetherError('COUNT_DERIVABLE', `${found.length} of ${totals.sought} small counts of ${dataset.id}`);
  } finally {
    await engine.close();
    await hand.close();
  }
};
