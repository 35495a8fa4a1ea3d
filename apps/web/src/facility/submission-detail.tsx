import { CloseButton } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useAnswer } from '../ask/use-answer.js';
import { bytes, count, moment } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { ErrorTable } from './error-table.js';
import { StateMark } from './state-mark.js';
import type { RowError, Submission } from './states.js';

const AGAIN_MS = 1000;

interface SubmissionDetailProps {
  readonly id: string;
  readonly timeZone: string;
  readonly pulse: number;
  close(): void;
}

/** One file: its state, why it was refused, and every row that did not count with its place and reason. */
export function SubmissionDetail({ id, timeZone, pulse, close }: SubmissionDetailProps) {
  const [turn, setTurn] = useState(0);
  const { data, problem } = useAnswer<Submission & { readonly errors: readonly RowError[] }>(
    `/v1/submissions/${id}`,
    `${pulse}/${turn}`,
  );
  const file = data?.submission === id ? data : undefined;
  const isWaiting = file?.state === 'received';
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => setTurn(turn + 1), AGAIN_MS);
    return () => clearTimeout(timer);
  }, [isWaiting, turn]);
  return (
    <section className="card" aria-label="File" style={{ marginBottom: 16 }}>
      <div className="card-head">
        <h2 style={{ overflowWrap: 'anywhere' }}>{file?.name ?? 'File'}</h2>
        <CloseButton aria-label="Close" onClick={close} />
      </div>
      {problem && <ProblemNote problem={problem} />}
      {file && (
        <>
          <p style={{ margin: '0 0 8px', fontSize: 14 }} role="status">
            <StateMark state={file.state} />{' '}
            {file.state === 'loaded' && (
              <>
                {count(file.rows_accepted)} of {count(file.rows_read)} rows counted
                {file.rows_refused > 0 ? `, ${count(file.rows_refused)} refused` : ''}.
              </>
            )}
            {isWaiting && 'The bytes are safe; it is being read.'}
          </p>
          {file.code && (
            <div className="problem" style={{ marginBottom: 10 }}>
              <b>{file.code}</b> {file.detail} (<a href={`/docs/errors#${file.code.toLowerCase()}`}>what to do</a>)
            </div>
          )}
          <p className="note numbers">
            {bytes(file.bytes)}, received {moment(file.received_at, timeZone)}, feed {file.feed}, id{' '}
            {file.submission.slice(0, 12)}
          </p>
          {file.errors.length > 0 && <ErrorTable errors={file.errors} />}
        </>
      )}
    </section>
  );
}
