import { Button } from '@mantine/core';
import { useState } from 'react';
import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import { fetchAnswer, Refusal } from '../ask/fetch-answer.js';
import type { List } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { StateMark } from '../facility/state-mark.js';
import { moment } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';

interface DeadLetter {
  readonly submission: string;
  readonly feed: string;
  readonly name: string;
  readonly state: string;
  readonly step: string | null;
  readonly code: string | null;
  readonly detail: string | null;
  readonly remedy: string | null;
  readonly tries: number;
  readonly at: string;
}

const MOST = '50';

/** Files that do not count: why, what to do, and the way to have them read again. */
export function DeadLetterCard({ pulse, timeZone }: { pulse: string; timeZone: string }) {
  const [handled, setHandled] = useState(0);
  const [said, setSaid] = useState('');
  const { data, problem } = useAnswer<List<DeadLetter>>(
    addressWith('/v1/dead-letters', { limit: MOST }),
    `${pulse}/${handled}`,
  );
  const act = ({ submission, name }: DeadLetter, what: 'replay' | 'discard'): void => {
    const path = `/v1/submissions/${submission}/${what}`;
    const done = what === 'replay' ? 'is read again' : 'was set aside';
    fetchAnswer(what === 'discard' ? addressWith(path, { reason: 'set aside on the operations page' }) : path, {
      method: 'POST',
    })
      .then(() => setSaid(`${name} ${done}.`))
      .catch((error: unknown) =>
        setSaid(error instanceof Refusal ? `${error.problem.title}: ${error.problem.detail}` : String(error)),
      )
      .finally(() => setHandled((before) => before + 1));
  };
  return (
    <section className="card" aria-label="Dead letters">
      <div className="card-head">
        <h2>Files that do not count{data ? ` (${data.items.length}${data.next ? ' and more' : ''})` : ''}</h2>
        <p role="status">{said}</p>
      </div>
      {problem && <ProblemNote problem={problem} />}
      {data?.items.length === 0 && <p className="empty">Nothing is stuck.</p>}
      {data && data.items.length > 0 && (
        <div className="scroll" style={{ maxHeight: 420 }} tabIndex={0} role="region" aria-label="List of dead letters">
          <table className="rows piled">
            <thead>
              <tr>
                <th scope="col">File</th>
                <th scope="col">State</th>
                <th scope="col">Why</th>
                <th scope="col">Since</th>
                <th scope="col">What to do</th>
              </tr>
            </thead>
            <tbody>
              {data.items.map((letter) => (
                <tr key={letter.submission}>
                  <td className="file-name">
                    <Link to={addressWith('/facility', { submission: letter.submission, feed: letter.feed })} inherit>
                      {letter.name}
                    </Link>
                    <br />
                    <span className="quiet" style={{ fontSize: 13 }}>
                      {letter.feed}
                    </span>
                  </td>
                  <td>
                    <StateMark state={letter.state} />
                  </td>
                  <td>
                    {letter.code && (
                      <a className="code" href={`/docs/errors#${letter.code.toLowerCase()}`}>
                        {letter.code}
                      </a>
                    )}
                    <br />
                    <span className="quiet" style={{ fontSize: 13 }}>
                      {letter.detail}
                    </span>
                  </td>
                  <td className="numbers" style={{ whiteSpace: 'nowrap' }}>
                    {moment(letter.at, timeZone)}
                  </td>
                  <td style={{ minWidth: 200 }}>
                    <span style={{ fontSize: 13 }}>{letter.remedy}</span>
                    <span style={{ display: 'flex', gap: 8, marginTop: 6 }}>
                      <Button
                        size="compact-xs"
                        variant="default"
                        onClick={() => act(letter, 'replay')}
                        aria-label={`Read again: ${letter.name}`}
                      >
                        Read again
                      </Button>
                      <Button
                        size="compact-xs"
                        variant="subtle"
                        color="gray"
                        onClick={() => act(letter, 'discard')}
                        aria-label={`Set aside: ${letter.name}`}
                      >
                        Set aside
                      </Button>
                    </span>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}
