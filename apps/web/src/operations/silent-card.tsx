import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import type { Dataset } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, dayText, readDay, shortDay } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';

interface Late {
  readonly items: readonly {
    readonly facility: string;
    readonly zip: string;
    readonly state: string;
    readonly last_active: string;
  }[];
}

/** Silent for this long is more than late. */
const SILENT_DAYS = 7;
const MOST = '1000';
const SHOWN = 50;

/** Facilities that take part and have said nothing for a week: have they closed? */
export function SilentCard({ dataset }: { dataset: Dataset }) {
  const lastDay = readDay(dataset.last_day);
  const path =
    lastDay === undefined
      ? undefined
      : addressWith('/v1/facilities/late', {
          dataset: dataset.id,
          region: 'nation:us',
          day: dayText(lastDay - 1),
          limit: MOST,
        });
  const { data, problem } = useAnswer<Late>(path);
  const silent = (data?.items ?? [])
    .map((one) => ({ ...one, since: readDay(one.last_active) ?? 0 }))
    .filter(({ since }) => lastDay !== undefined && since <= lastDay - SILENT_DAYS)
    .sort((a, b) => a.since - b.since);
  return (
    <section className="card" aria-label="Silent facilities">
      <div className="card-head">
        <div>
          <h2>Silent facilities</h2>
          <p>{dataset.title}: no report for a week, and not closed</p>
        </div>
        {data && <p className="numbers">{count(silent.length)}</p>}
      </div>
      {problem && <ProblemNote problem={problem} />}
      {data && silent.length === 0 && <p className="empty">Every facility has been heard within the week.</p>}
      {silent.length > 0 && (
        <div
          className="scroll"
          style={{ maxHeight: 360 }}
          tabIndex={0}
          role="region"
          aria-label="List of silent facilities"
        >
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">Facility</th>
                <th scope="col">Place</th>
                <th scope="col">Last report</th>
              </tr>
            </thead>
            <tbody>
              {silent.slice(0, SHOWN).map(({ facility, zip, state, since }) => (
                <tr key={facility}>
                  <td>
                    <Link to={addressWith('/facility', { dataset: dataset.id, facility })} inherit>
                      {facility}
                    </Link>
                  </td>
                  <td className="numbers">
                    {zip}, {state}
                  </td>
                  <td className="numbers">
                    {shortDay(since)} <span className="quiet">({lastDay! - since} days)</span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      <p className="note" style={{ marginTop: 10 }}>
        One that has closed is confirmed with <code className="code">bellwether silent confirm</code>; it then stops
        counting as missing, and past rates stay.
      </p>
    </section>
  );
}
