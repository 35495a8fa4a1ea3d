import { useState } from 'react';
import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import { count, oneDigit, percent, signed } from '../look/format.js';
import { isIncomplete, WHY } from '../look/reading.js';
import { paintOf, type Standing } from './painting.js';
import type { View } from './view.js';
import { useColours } from '../look/scheme.js';

const COLUMNS = [
  { id: 'name', title: 'Region' },
  { id: 'total', title: 'Count' },
  { id: 'expected', title: 'Usual' },
  { id: 'z', title: 'SD' },
  { id: 'share', title: 'Reported' },
] as const;
type Column = (typeof COLUMNS)[number]['id'];

function compared(a: Standing, b: Standing, by: Column): number {
  if (by === 'name') return a.name.localeCompare(b.name);
  return (b[by] ?? -Infinity) - (a[by] ?? -Infinity) || a.name.localeCompare(b.name);
}

/** Every region of the map with its numbers: the map for those who read, and the way in by keyboard. */
export function RegionTable({ view, standings }: { view: View; standings: readonly Standing[] }) {
  const [sort, setSort] = useState<{ by: Column; down: boolean }>({ by: 'z', down: true });
  const colours = useColours();
  const rows = [...standings].sort((a, b) => (sort.down ? 1 : -1) * compared(a, b, sort.by));
  const drills = view.kind !== 'county';
  return (
    <section className="card" aria-label="Regions">
      <div className="scroll" style={{ maxHeight: 470 }} tabIndex={0} role="region" aria-label="All regions">
        <table className="rows">
          <thead>
            <tr>
              {COLUMNS.map(({ id, title }) => (
                <th
                  key={id}
                  scope="col"
                  className={id === 'name' ? undefined : 'n'}
                  aria-sort={sort.by !== id ? 'none' : sort.down === (id !== 'name') ? 'descending' : 'ascending'}
                >
                  <button type="button" onClick={() => setSort({ by: id, down: sort.by === id ? !sort.down : true })}>
                    {title}
                    {sort.by === id ? (sort.down === (id !== 'name') ? ' ↓' : ' ↑') : ''}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((one) => (
              <tr key={one.region}>
                <td className="named">
                  <span
                    className="swatch"
                    aria-hidden="true"
                    style={{ background: paintOf(one, { by: 'z', amounts: [], colours }).fill }}
                  />
                  {drills && one.code !== 'unknown' ? (
                    <Link to={addressWith('/', { region: one.region }, view.query)} inherit>
                      {one.name}
                    </Link>
                  ) : (
                    <Link
                      to={addressWith('/series', {
                        dataset: view.dataset.id,
                        category: view.category.id,
                        region: one.region,
                      })}
                      inherit
                    >
                      {view.kind === 'county' ? `${one.code} ${one.name}` : one.name}
                    </Link>
                  )}
                </td>
                <td className="n">
                  {one.total === null ? <span className="quiet">{WHY[one.status]}</span> : count(one.total)}
                </td>
                <td className="n quiet">{one.expected === null ? '–' : oneDigit(one.expected)}</td>
                <td className="n">{one.z === null ? '–' : signed(one.z)}</td>
                <td
                  className="n"
                  style={isIncomplete(one.reporting, one.participating) ? { color: 'var(--warn)' } : undefined}
                >
                  {one.share === null ? '–' : percent(one.share)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
        {rows.length === 0 && <p className="note">No region has a facility here.</p>}
      </div>
    </section>
  );
}
