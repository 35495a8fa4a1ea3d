import { Button, Progress, Select } from '@mantine/core';
import { type DragEvent, useId, useState } from 'react';
import { Refusal } from '../ask/fetch-answer.js';
import type { List } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { bytes, count, percent, readDay, shortDay } from '../look/format.js';
import { ErrorTable } from './error-table.js';
import { type DryRun, send, tryFile } from './upload.js';

interface Feed {
  readonly id: string;
  readonly title: string;
  readonly dataset: string;
}
type Step =
  | { readonly kind: 'idle' }
  | { readonly kind: 'trying' }
  | { readonly kind: 'tried'; readonly run: DryRun }
  | { readonly kind: 'sending'; readonly share: number }
  | { readonly kind: 'failed'; readonly why: string };

const CHANGES_SHOWN = 12;

interface UploadCardProps {
  readonly dataset: string;
  /** Of the facility in view. */
  readonly ownFeed: string | undefined;
  sent(submission: string): void;
}

/** Choose or drop a file, see what it would change, send it. */
export function UploadCard({ dataset, ownFeed, sent }: UploadCardProps) {
  const feeds = (useAnswer<List<Feed>>('/v1/feeds').data?.items ?? []).filter((feed) => feed.dataset === dataset);
  const [feed, setFeed] = useState<string>();
  const [file, setFile] = useState<File>();
  const [step, setStep] = useState<Step>({ kind: 'idle' });
  const [over, setOver] = useState(false);
  const id = useId();
  const chosen = feeds.find((one) => one.id === (feed ?? ownFeed))?.id ?? feeds[0]?.id;
  const isBusy = step.kind === 'trying' || step.kind === 'sending';

  function take(taken: File | undefined): void {
    setFile(taken);
    setStep({ kind: 'idle' });
  }
  function drop(event: DragEvent): void {
    event.preventDefault();
    setOver(false);
    take(event.dataTransfer.files[0]);
  }
  const fail = (error: unknown): void => {
    const why =
      error instanceof Refusal
        ? `${error.problem.title}: ${error.problem.detail}`
        : error instanceof Error
          ? error.message
          : String(error);
    setStep({ kind: 'failed', why });
  };
  function attempt(): void {
    if (!file || chosen === undefined) return;
    setStep({ kind: 'trying' });
    tryFile({ feed: chosen, file }).then((run) => setStep({ kind: 'tried', run }), fail);
  }
  function submit(): void {
    if (!file || chosen === undefined) return;
    setStep({ kind: 'sending', share: 0 });
    send({ feed: chosen, file, progress: (share) => setStep({ kind: 'sending', share }) }).then((submission) => {
      take(undefined);
      sent(submission);
    }, fail);
  }

  return (
    <section className="card" aria-label="Send a file" style={{ alignSelf: 'start' }}>
      <h2 style={{ marginBottom: 12 }}>Send a file</h2>
      <Select
        label="Feed"
        allowDeselect={false}
        data={feeds.map((one) => ({ value: one.id, label: one.title }))}
        value={chosen ?? null}
        onChange={(value) => setFeed(value ?? undefined)}
        mb="sm"
      />
      <label
        htmlFor={id}
        className="drop"
        data-over={over || undefined}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={drop}
      >
        {file ? (
          <span style={{ overflowWrap: 'anywhere' }}>
            <b>{file.name}</b>
            <br />
            <span className="quiet">{bytes(file.size)}</span>
          </span>
        ) : (
          <span>
            Drop a file here, or <u>choose one</u>
            <br />
            <span className="quiet">As you would send it: packed or plain</span>
          </span>
        )}
        <input id={id} type="file" onChange={({ currentTarget }) => take(currentTarget.files?.[0])} />
      </label>
      <div style={{ display: 'flex', gap: 10, marginTop: 12 }}>
        <Button variant="default" disabled={!file || isBusy} loading={step.kind === 'trying'} onClick={attempt}>
          Try it
        </Button>
        <Button disabled={!file || isBusy} onClick={submit}>
          Send
        </Button>
      </div>
      <p className="note" style={{ marginTop: 10 }}>
        Trying reads the file and shows what would change. Nothing of it is kept. The same file sent twice counts once.
      </p>
      <div role="status">
        {step.kind === 'sending' && (
          <div style={{ marginTop: 12 }}>
            <Progress value={100 * step.share} aria-label="Sent" />
            <p className="note numbers">{percent(step.share)} sent; a broken line continues where it was</p>
          </div>
        )}
        {step.kind === 'failed' && (
          <div className="problem" style={{ marginTop: 12 }}>
            <b>Not sent.</b> {step.why}
          </div>
        )}
        {step.kind === 'tried' && <Tried run={step.run} />}
      </div>
    </section>
  );
}

function Tried({ run }: { run: DryRun }) {
  const { cells, errors, rows_accepted: accepted, rows_read: read } = run;
  const ofFacilities = cells.filter(({ region }) => region.startsWith('facility:'));
  return (
    <div style={{ marginTop: 14 }}>
      <p style={{ margin: '0 0 6px', fontSize: 14 }}>
        <b>
          {count(accepted ?? 0)} of {count(read ?? 0)} rows would count
        </b>
        ,{' '}
        {ofFacilities.length === 0
          ? 'and change nothing'
          : `and change ${count(ofFacilities.length)}${run.cut ? ' or more' : ''} counts`}
        .
      </p>
      {ofFacilities.length > 0 && (
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">Facility, day</th>
              <th scope="col">Category</th>
              <th scope="col" className="n">
                Before
              </th>
              <th scope="col" className="n">
                After
              </th>
            </tr>
          </thead>
          <tbody>
            {ofFacilities.slice(0, CHANGES_SHOWN).map(({ region, day, category, flag, before, after }) => (
              <tr key={`${region} ${day} ${category} ${flag}`}>
                <td>
                  {region.slice('facility:'.length)}, {shortDay(readDay(day) ?? 0)}
                </td>
                <td>
                  {category} <span className="quiet">{flag}</span>
                </td>
                <td className="n">{before === null ? '–' : count(before.value)}</td>
                <td className="n">{after === null ? '–' : count(after.value)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {errors.length > 0 && <ErrorTable errors={errors} />}
    </div>
  );
}
