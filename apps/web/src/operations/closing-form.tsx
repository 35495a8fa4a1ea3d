import { Button, TextInput } from '@mantine/core';
import { type FormEvent, useState } from 'react';
import { dayText, longDay, readDay } from '../look/format.js';

export interface Closing {
  readonly facility: string;
  /** First day without it. */
  readonly closedOn: number;
  readonly reason: string;
}

const LONGEST_REASON = 500;

/** From which day a facility has closed, and how that is known. */
export function ClosingForm({
  facility,
  lastReport,
  confirm,
  cancel,
}: {
  facility: string;
  lastReport: number;
  confirm(closing: Closing): void;
  cancel(): void;
}) {
  const [day, setDay] = useState(dayText(lastReport + 1));
  const [reason, setReason] = useState('');
  const closedOn = readDay(day);
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (closedOn !== undefined) confirm({ facility, closedOn, reason: reason.trim() });
  };
  return (
    <form onSubmit={submit} className="controls" style={{ margin: '4px 0' }} aria-label={`Close ${facility}`}>
      <label>
        <span className="field-label">Closed from</span>
        <input
          type="date"
          className="date"
          required
          autoFocus
          value={day}
          onChange={({ currentTarget }) => setDay(currentTarget.value)}
        />
      </label>
      <TextInput
        label="How do you know?"
        placeholder="a letter, a call …"
        required
        maxLength={LONGEST_REASON}
        style={{ flex: '1 1 180px' }}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <Button type="submit" size="sm" disabled={closedOn === undefined || reason.trim() === ''}>
        Confirm
      </Button>
      <Button size="sm" variant="subtle" color="gray" onClick={cancel}>
        Cancel
      </Button>
      <p className="note" style={{ flexBasis: '100%', margin: 0 }}>
        {closedOn === undefined
          ? 'Give the first day on which it no longer took part.'
          : `It takes part up to the day before ${longDay(closedOn)}. No names or details of patients, please.`}
      </p>
    </form>
  );
}
