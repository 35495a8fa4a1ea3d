import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import { fetchAnswer, Refusal } from '../ask/fetch-answer.js';
import type { Dataset } from '../ask/shapes.js';
import { count, oneDigit, percent, readDay, shortDay } from '../look/format.js';
import type { Alarm } from './alarms.js';

const ACTIONS = {
  acknowledge: { title: 'Acknowledge', done: 'is being looked into' },
  snooze: { title: 'Snooze for a day', done: 'comes back in a day' },
  dismiss: { title: 'Dismiss', done: 'was nothing' },
} as const;
type Action = keyof typeof ACTIONS;

const STATES = {
  open: 'open',
  acknowledged: 'being looked into',
  snoozed: 'snoozed',
  dismissed: 'was nothing',
  closed: 'over',
} as const;
const DAY_MS = 86_400_000;
const LONGEST_REASON = 500;

interface AlarmCardProps {
  readonly dataset: Dataset;
  readonly alarms: readonly Alarm[];
  nameOf(region: string): string;
  /** Something was done about one. */
  handled(): void;
}

/** What stands out, and what becomes of it. Dismissed and closed ones are not shown. */
export function AlarmCard({ dataset, alarms, nameOf, handled }: AlarmCardProps) {
  const [asked, setAsked] = useState<{ id: string; action: Action }>();
  const [said, setSaid] = useState('');
  const shown = alarms.filter(({ state }) => state !== 'dismissed' && state !== 'closed');
  const titleOf = (id: string): string => dataset.categories.find((one) => one.id === id)?.title ?? id;

  const act = (alarm: Alarm, action: Action, reason: string): void => {
    const until = action === 'snooze' ? new Date(Date.now() + DAY_MS).toISOString().slice(0, 19) + 'Z' : undefined;
    fetchAnswer(addressWith(`/v1/alarms/${alarm.id}/${action}`, { reason, until }), { method: 'POST' }).then(
      () => {
        setSaid(`${titleOf(alarm.category)}, ${nameOf(alarm.region)}: ${ACTIONS[action].done}.`);
        setAsked(undefined);
        handled();
      },
      (error: unknown) =>
        setSaid(error instanceof Refusal ? `${error.problem.title}: ${error.problem.detail}` : String(error)),
    );
  };
  if (shown.length === 0 && said === '') return null;
  return (
    <section className="card" aria-label="Alarms" style={{ marginTop: 16 }}>
      <div className="card-head">
        <div>
          <h2>Alarms</h2>
          <p>Where more is counted than the same reporters’ past lets expect</p>
        </div>
        <p role="status">{said}</p>
      </div>
      <div className="scroll" style={{ maxHeight: 360 }} tabIndex={0} role="region" aria-label="List of alarms">
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">What and where</th>
              <th scope="col">Days</th>
              <th scope="col" className="n">
                Count
              </th>
              <th scope="col" className="n">
                Expected
              </th>
              <th scope="col">By chance</th>
              <th scope="col" className="n">
                Reported
              </th>
              <th scope="col">State</th>
            </tr>
          </thead>
          <tbody>
            {shown.map((alarm) => [
              <tr key={alarm.id}>
                <td>
                  <Link
                    inherit
                    to={addressWith('/series', {
                      dataset: dataset.id,
                      category: alarm.category,
                      region: alarm.region,
                      span: '90',
                      day: alarm.last,
                    })}
                  >
                    {titleOf(alarm.category)}, {nameOf(alarm.region)}
                  </Link>
                  {alarm.regions.length + alarm.categories.length > 2 && (
                    <span className="quiet" style={{ fontSize: 13 }}>
                      {' '}
                      and {count(alarm.regions.length + alarm.categories.length - 2)} more
                    </span>
                  )}
                </td>
                <td className="numbers">
                  {shortDay(readDay(alarm.first)!)}
                  {alarm.last === alarm.first ? '' : ` – ${shortDay(readDay(alarm.last)!)}`}
                </td>
                <td className="n">{alarm.value === null ? '–' : count(alarm.value)}</td>
                <td className="n quiet">{alarm.expected === null ? '–' : oneDigit(alarm.expected)}</td>
                <td className="numbers">
                  {alarm.recurrence_days === null ? '–' : `once in ${rarely(alarm.recurrence_days)}`}
                </td>
                <td className="n">{alarm.completeness === null ? '–' : percent(alarm.completeness)}</td>
                <td>
                  {alarm.standing ? STATES[alarm.state] : 'cancelled by later data'}
                  <span style={{ display: 'flex', flexWrap: 'wrap', gap: 6, marginTop: 4 }}>
                    {(Object.keys(ACTIONS) as Action[])
                      .filter((action) => action !== 'acknowledge' || alarm.state !== 'acknowledged')
                      .map((action) => (
                        <Button
                          key={action}
                          size="compact-xs"
                          variant="default"
                          aria-expanded={asked?.id === alarm.id && asked.action === action}
                          aria-label={`${ACTIONS[action].title}: ${titleOf(alarm.category)}, ${nameOf(alarm.region)}`}
                          onClick={() => setAsked({ id: alarm.id, action })}
                        >
                          {ACTIONS[action].title}
                        </Button>
                      ))}
                  </span>
                </td>
              </tr>,
              asked?.id === alarm.id && (
                <tr key={`${alarm.id} asked`}>
                  <td colSpan={7}>
                    <Why
                      key={asked.action}
                      title={ACTIONS[asked.action].title}
                      confirm={(reason) => act(alarm, asked.action, reason)}
                      cancel={() => setAsked(undefined)}
                    />
                  </td>
                </tr>
              ),
            ])}
          </tbody>
        </table>
      </div>
    </section>
  );
}

const YEAR_DAYS = 365;

function rarely(days: number): string {
  if (days >= 100 * YEAR_DAYS) return 'more than a hundred years';
  if (days >= 2 * YEAR_DAYS) return `${count(Math.round(days / YEAR_DAYS))} years`;
  return `${count(Math.round(days))} days`;
}

function Why({ title, confirm, cancel }: { title: string; confirm(reason: string): void; cancel(): void }) {
  const [reason, setReason] = useState('');
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    confirm(reason.trim());
  };
  return (
    <form onSubmit={submit} className="controls" style={{ margin: '4px 0' }}>
      <TextInput
        label={`${title}: why?`}
        description="For whoever looks at it later; no details of patients"
        required
        autoFocus
        maxLength={LONGEST_REASON}
        style={{ flex: '1 1 260px' }}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button type="submit" size="sm" disabled={reason.trim() === ''}>
        Confirm
      </Button>
      <Button size="sm" variant="subtle" color="gray" onClick={cancel}>
        Cancel
      </Button>
    </form>
  );
}
