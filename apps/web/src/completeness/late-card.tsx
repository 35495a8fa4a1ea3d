import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, readDay, shortDay } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';

interface Late {
  readonly participating: number;
  readonly late: number;
  readonly items: readonly {
    readonly facility: string;
    readonly zip: string;
    readonly state: string;
    readonly last_active: string;
    readonly usual_hour: number | null;
    readonly reports_by: number;
    readonly expected_hour: number | null;
  }[];
}

const SHOWN = '100';

/** Hours after midnight as a clock: 31.5 is 07:30 of the next day. */
function clock(hours: number): string {
  const minutes = Math.round(hours * 60);
  const days = Math.floor(minutes / 1440);
  const time = `${String(Math.floor((minutes % 1440) / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
  return days === 0 ? time : days === 1 ? `${time} next day` : `${time}, ${days} days later`;
}

interface LateCardProps {
  readonly about: { readonly dataset: string; readonly region: string; readonly day: string };
  readonly pulse: number;
  readonly day: number;
}

/** Who takes part and has not reported the day, those first who usually come first. */
export function LateCard({ about, pulse, day }: LateCardProps) {
  const { data, problem, waiting } = useAnswer<Late>(
    addressWith('/v1/facilities/late', { ...about, limit: SHOWN }),
    pulse,
  );
  return (
    <section className="card" aria-label="Who is late">
      <div className="card-head">
        <h2>Who has not reported</h2>
        {data && (
          <p className="numbers">
            {count(data.late)} of {count(data.participating)}
          </p>
        )}
      </div>
      {problem && <ProblemNote problem={problem} />}
      {data?.late === 0 && <p className="empty">Everybody has reported {shortDay(day)}.</p>}
      {data && data.late > 0 && (
        <div
          className={waiting ? 'scroll fading' : 'scroll'}
          style={{ maxHeight: 430 }}
          tabIndex={0}
          role="region"
          aria-label="Late facilities"
        >
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">Facility</th>
                <th scope="col">Usually by</th>
                <th scope="col">Within a day</th>
                <th scope="col">Last report</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map(({ facility, zip, state, usual_hour, reports_by, expected_hour, last_active }) => (
                <tr key={facility}>
                  <td>
                    <Link to={addressWith('/facility', { dataset: about.dataset, facility })} inherit>
                      {facility}
                    </Link>
                    <div className="quiet numbers" style={{ fontSize: 13 }}>
                      {zip}, {state}
                    </div>
                  </td>
                  <td className="numbers">
                    {usual_hour === null ? <span className="quiet">not known</span> : clock(usual_hour)}
                  </td>
                  <td className="numbers">
                    {Math.round(100 * reports_by)} %
                    {reports_by >= 0.5 && expected_hour !== null && (
                      <div className="quiet" style={{ fontSize: 13 }}>
                        expected {clock(expected_hour)}
                      </div>
                    )}
                  </td>
                  <td className="numbers">{shortDay(readDay(last_active) ?? 0)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {data.late > data.items.length && <p className="note">And {count(data.late - data.items.length)} more.</p>}
        </div>
      )}
    </section>
  );
}
