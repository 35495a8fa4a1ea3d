import { type Policy, type Principal, reachKey } from '#access';
import { viewSelect, withheldViews } from '#warehouse';
import type { SqlReader } from './door.js';
import { type Places, rowRules } from './row-rules.js';

const MOST_REMEMBERED = 200;

export interface SqlReaders {
  /** Who may ask in SQL, and what of it: undefined without the right to see what stands behind a count. */
  readerOf(principal: Principal | undefined): SqlReader | undefined;
}

/**
 * Principals as readers of the views, by the one policy. Conditions are made once for equal reach; those of an earlier
 * configuration are not used again.
 */
export function openSqlReaders(options: {
  readonly policy: Policy;
  /** Changes as a whole when the configuration does. */
  readonly places: () => Places;
  /** Of the tables, and of the views. */
  readonly database: string;
  readonly views: string;
  /** Datasets whose small counts are kept from those who may not see exact ones; changes with the places. */
  readonly suppressed?: () => readonly string[];
}): SqlReaders {
  const { policy, places, database, views, suppressed = () => [] } = options;
  let of: Places | undefined;
  const known = new Map<string, Omit<SqlReader, 'id'>>();

  function limited(principal: Principal, now: Places): Omit<SqlReader, 'id'> {
    const facilities = `\`${views}\`.\`facilities\``;
    const rules = Object.entries(rowRules((action) => policy.reach(principal, action), { places: now, facilities }));
    const filters = rules.flatMap(([view, { filter }]) => (filter === undefined ? [] : [[view, filter] as const]));
    const selects = rules.flatMap(([view, { rows }]) =>
      rows === undefined ? [] : [[view, viewSelect(view, { database, rows })] as const],
    );
    const limits = { filters: Object.fromEntries(filters), selects: Object.fromEntries(selects) };
    const datasets = suppressed();
    const seesExact =
      reachKey(policy.reach(principal, 'exact')) === reachKey(policy.reach(principal, 'series')) ||
      datasets.length === 0;
    if (seesExact) return limits;
    const withheld = withheldViews({
      database,
      datasets,
      exact: (view) => limits.selects[view] ?? viewSelect(view, { database, rows: undefined }),
    });
    // With a condition on every view that has withheld rows the engine may not look at these first, see `KEPT_APART`.
    const kept = Object.fromEntries(Object.keys(withheld).map((view) => [view, limits.filters[view] ?? '1']));
    return { filters: { ...limits.filters, ...kept }, selects: { ...limits.selects, ...withheld } };
  }

  return {
    readerOf(principal) {
      if (!principal || !policy.reach(principal, 'provenance')) return undefined;
      const now = places();
      if (of !== now) known.clear();
      of = now;
      const key = (['series', 'exact', 'completeness', 'catalogue'] as const)
        .map((action) => reachKey(policy.reach(principal, action)))
        .join('\n');
      let rules = known.get(key);
      if (!rules) {
        if (known.size >= MOST_REMEMBERED) known.clear();
        known.set(key, (rules = limited(principal, now)));
      }
      return { id: principal.id, ...rules };
    },
  };
}
