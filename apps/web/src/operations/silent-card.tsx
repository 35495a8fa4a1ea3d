import { Button } from '@mantine/core';
import { useState } from 'react';
import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import { fetchAnswer, Refusal } from '../ask/fetch-answer.js';
import type { Dataset } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, dayText, dayWithYear, readDay, shortDay } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { type Closing, ClosingForm } from './closing-form.js';

interface Silent {
  readonly silent: number;
  readonly items: readonly {
    readonly facility: string;
    readonly zip: string;
    readonly state: string;
    readonly last_active: string;
    readonly silent_for: number;
  }[];
}

/** Silent for this long is more than late. */
const SILENT_DAYS = '7';
const SHOWN = '50';
/** An order is counted by the next turn of whoever reads files. */
const COUNTED_MS = 1500;

/** Facilities that take part and have said nothing for a week: asked after, and closed where they are. */
export function SilentCard({ dataset }: { dataset: Dataset }) {
  const lastDay = readDay(dataset.last_day);
  const [handled, setHandled] = useState(0);
  const [asked, setAsked] = useState<string>();
  const [said, setSaid] = useState('');
  const [closed, setClosed] = useState<Closing>();
  const on = lastDay === undefined ? undefined : dayText(lastDay);
  const about = { dataset: dataset.id, region: 'nation:us', silent_days: SILENT_DAYS, on, limit: SHOWN };
  const { data, problem } = useAnswer<Silent>(on && addressWith('/v1/facilities/silent', about), handled);

  const order = (what: 'close' | 'reopen', closing: Closing): void => {
    const path = `/v1/facilities/${encodeURIComponent(closing.facility)}/${what}`;
    const given = { dataset: dataset.id, reason: closing.reason };
    const query = what === 'close' ? { ...given, closed_on: dayText(closing.closedOn) } : given;
    fetchAnswer(addressWith(path, query), { method: 'POST' }).then(
      () => {
        setClosed(what === 'close' ? closing : undefined);
        setSaid(
          what === 'close'
            ? `${closing.facility} is closed from ${dayWithYear(closing.closedOn)} on; days before stay as they were.`
            : `${closing.facility} is open again.`,
        );
        setAsked(undefined);
        setTimeout(() => setHandled((before) => before + 1), COUNTED_MS);
      },
      (error: unknown) =>
        setSaid(error instanceof Refusal ? `${error.problem.title}: ${error.problem.detail}` : String(error)),
    );
  };
  return (
    <section className="card" aria-label="Silent facilities">
      <div className="card-head">
        <div>
          <h2>Silent facilities</h2>
          <p>{dataset.title}: no report for a week, and not closed</p>
        </div>
        {data && <p className="numbers">{count(data.silent)}</p>}
      </div>
      {problem && <ProblemNote problem={problem} />}
      <p role="status" className="note">
        {said}{' '}
        {closed && (
          <Button
            size="compact-xs"
            variant="subtle"
            onClick={() => order('reopen', { ...closed, reason: 'closed by mistake' })}
          >
            Undo
          </Button>
        )}
      </p>
      {data?.items.length === 0 && <p className="empty">Every facility has been heard within the week.</p>}
      {data && data.items.length > 0 && (
        <div
          className="scroll"
          style={{ maxHeight: 380 }}
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
                <td />
              </tr>
            </thead>
            <tbody>
              {data.items.map(({ facility, zip, state, last_active: last, silent_for: days }) => {
                const since = readDay(last) ?? 0;
                return [
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
                      {shortDay(since)} <span className="quiet">({days} days)</span>
                    </td>
                    <td style={{ textAlign: 'right' }}>
                      <Button
                        size="compact-xs"
                        variant="default"
                        aria-expanded={asked === facility}
                        aria-label={`It has closed: ${facility}`}
                        onClick={() => setAsked(asked === facility ? undefined : facility)}
                      >
                        It has closed
                      </Button>
                    </td>
                  </tr>,
                  asked === facility && (
                    <tr key={`${facility} closing`}>
                      <td colSpan={4}>
                        <ClosingForm
                          facility={facility}
                          lastReport={since}
                          confirm={(closing) => order('close', closing)}
                          cancel={() => setAsked(undefined)}
                        />
                      </td>
                    </tr>
                  ),
                ];
              })}
            </tbody>
          </table>
        </div>
      )}
      <p className="note" style={{ marginTop: 10 }}>
        Ask first: one that has closed stops counting as missing from the day you give, and past rates stay.
      </p>
    </section>
  );
}
