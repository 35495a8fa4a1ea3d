import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import type { List } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, moment } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';

interface Feed {
  readonly id: string;
  readonly title: string;
  readonly enabled: boolean;
  readonly submissions: number;
  readonly last_received_at: string | null;
}

/** Every feed: how much it has sent, and when it was last heard. */
export function FeedsCard({ pulse, timeZone }: { pulse: string; timeZone: string }) {
  const { data, problem } = useAnswer<List<Feed>>('/v1/feeds', pulse);
  return (
    <section className="card" aria-label="Feeds">
      <div className="card-head">
        <h2>Feeds</h2>
      </div>
      {problem && <ProblemNote problem={problem} />}
      <div className="scroll" tabIndex={0} role="region" aria-label="List of feeds">
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">Feed</th>
              <th scope="col" className="n">
                Files
              </th>
              <th scope="col">Last file</th>
            </tr>
          </thead>
          <tbody>
            {data?.items.map(({ id, title, enabled, submissions, last_received_at }) => (
              <tr key={id}>
                <td>
                  <Link to={addressWith('/feeds', { feed: id })} inherit>
                    {title}
                  </Link>
                  {!enabled && <span className="quiet"> (off)</span>}
                </td>
                <td className="n">{count(submissions)}</td>
                <td className="numbers">
                  {last_received_at === null ? (
                    <span className="quiet">never</span>
                  ) : (
                    moment(last_received_at, timeZone)
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
