import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import { count, dayText, oneDigit, percent, signed, weekday } from '../look/format.js';
import { isIncomplete, WHY } from '../look/reading.js';
import type { Standing } from './painting.js';
import type { View } from './view.js';

interface RegionSummaryProps {
  readonly view: View;
  readonly own: Standing | undefined;
  readonly day: number;
  readonly waiting: boolean;
}

/** The region in view on the day: its number, what was to be expected, and who stands behind it. */
export function RegionSummary({ view, own, day, waiting }: RegionSummaryProps) {
  const { dataset, category, flag, within } = view;
  const about = { dataset: dataset.id, category: category.id, region: within, day: dayText(day) };
  return (
    <section className="card" aria-label="Region in view">
      {own ? (
        <>
          <h2>{own.name}</h2>
          <div style={{ margin: '8px 0 2px' }}>
            {own.total === null ? (
              <span className="big quiet" style={{ fontSize: 24 }}>
                No number: {WHY[own.status]}
              </span>
            ) : (
              <>
                <span className="big" data-testid="total">
                  {count(own.total)}
                </span>{' '}
                <span className="quiet">
                  {dataset.unit}
                  {flag ? `, ${flag.title.toLowerCase()}` : ''}
                </span>
              </>
            )}
          </div>
          <dl className="facts">
            <dt>Usual {weekday(day)}</dt>
            <dd>
              {own.expected === null ? 'not known yet' : oneDigit(own.expected)}
              {own.z === null ? '' : ` (${signed(own.z)} SD)`}
            </dd>
            <dt>Facilities reported</dt>
            <dd>
              {own.reporting} of {own.participating}
              {own.share === null ? '' : ` (${percent(own.share)})`}
            </dd>
          </dl>
          {own.share !== null && (
            <div
              className="meter"
              style={{ marginTop: 10 }}
              data-level={isIncomplete(own.reporting, own.participating) ? 'low' : 'good'}
              role="img"
              aria-label={`${percent(own.share)} of the facilities have reported`}
            >
              <i style={{ width: `${Math.min(100, 100 * own.share)}%` }} />
            </div>
          )}
          <p style={{ display: 'flex', flexWrap: 'wrap', gap: '4px 16px', margin: '14px 0 0', fontSize: 14 }}>
            <Link to={addressWith('/series', about)} inherit>
              Series and files
            </Link>
            <Link to={addressWith('/completeness', about)} inherit>
              Who has reported
            </Link>
          </p>
        </>
      ) : (
        <p className="note">{waiting ? '…' : `No facility here reports “${dataset.title}”.`}</p>
      )}
    </section>
  );
}
