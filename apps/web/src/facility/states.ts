/** What became of a file, for those who sent it. */
const STATES: Readonly<Record<string, { readonly title: string; readonly tone: 'good' | 'bad' | 'warn' | 'quiet' }>> = {
  received: { title: 'Received', tone: 'quiet' },
  loaded: { title: 'Counted', tone: 'good' },
  quarantined: { title: 'Refused', tone: 'bad' },
  awaiting_password: { title: 'Waits for a password', tone: 'warn' },
  dead: { title: 'Could not be counted', tone: 'bad' },
  withdrawn: { title: 'Withdrawn', tone: 'quiet' },
  undone: { title: 'Undone', tone: 'quiet' },
  discarded: { title: 'Set aside', tone: 'quiet' },
};

export const stateOf = (state: string) => STATES[state] ?? { title: state, tone: 'quiet' as const };

export interface Submission {
  readonly submission: string;
  readonly feed: string;
  readonly name: string;
  readonly facility: string | null;
  readonly bytes: number;
  readonly received_at: string;
  readonly state: string;
  readonly state_at: string;
  readonly code: string | null;
  readonly detail: string | null;
  readonly rows_read: number;
  readonly rows_accepted: number;
  readonly rows_refused: number;
}

export interface RowError {
  readonly member: string;
  readonly record: number;
  readonly line: number;
  readonly field: string;
  readonly code: string;
  readonly detail: string;
}
