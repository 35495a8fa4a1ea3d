import { Button, Loader, Select } from '@mantine/core';
import { useEffect, useId, useState } from 'react';
import { useQuery } from '../address/address.js';
import { fetchAnswer, Refusal } from '../ask/fetch-answer.js';
import type { List } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { bytes } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import type { Problem } from '../ask/fetch-answer.js';
import { type Preview, preview } from './preview.js';
import { PreviewPanel } from './preview-panel.js';

interface Feed {
  readonly id: string;
  readonly title: string;
}

/** Larger samples are not needed to see how a file is read. */
const LARGEST = 700_000;
const PAUSE_MS = 500;

/** The mapping of a feed beside a sample file: what is edited on the left is read on the right. */
export default function FeedsPage() {
  const [query, set] = useQuery();
  const feeds = useAnswer<List<Feed>>('/v1/feeds');
  const feed = feeds.data?.items.find(({ id }) => id === query.get('feed')) ?? feeds.data?.items[0];
  if (feeds.problem) return <ProblemNote problem={feeds.problem} />;
  return (
    <>
      <div className="title">
        <h1>{feed?.title ?? 'Feeds'}</h1>
        <p>How its files are read: edit the mapping, and see what a sample file becomes</p>
      </div>
      <div className="controls">
        <Select
          label="Feed"
          w={320}
          allowDeselect={false}
          data={(feeds.data?.items ?? []).map(({ id, title }) => ({ value: id, label: title }))}
          value={feed?.id ?? null}
          onChange={(id) => set({ feed: id ?? undefined })}
        />
      </div>
      {feed && <Workbench key={feed.id} feed={feed.id} />}
    </>
  );
}

/** The YAML in force; undefined while it is on its way. */
function useFeedText(feed: string): { text: string | undefined; problem: Problem | undefined } {
  const [held, setHeld] = useState<{ text?: string; problem?: Problem }>({});
  useEffect(() => {
    const leaving = new AbortController();
    fetchAnswer(`/v1/feeds/${feed}/yaml`, { signal: leaving.signal })
      .then(async (response) => setHeld({ text: await response.text() }))
      .catch((error: unknown) => {
        if (error instanceof Refusal) setHeld({ problem: error.problem });
      });
    return () => leaving.abort();
  }, [feed]);
  return { text: held.text, problem: held.problem };
}

function Workbench({ feed }: { feed: string }) {
  const { text, problem } = useFeedText(feed);
  const [draft, setDraft] = useState<string>();
  const [file, setFile] = useState<File>();
  const [read, setRead] = useState<{ preview?: Preview; problem?: Problem; isReading: boolean }>({ isReading: false });
  const id = useId();
  const yaml = draft ?? text;
  const isChanged = draft !== undefined && draft !== text;

  useEffect(() => {
    if (!file || yaml === undefined) return;
    const leaving = new AbortController();
    const timer = setTimeout(() => {
      setRead((before) => ({ ...before, isReading: true }));
      preview({ feed, yaml, file, signal: leaving.signal }).then(
        (found) => setRead({ preview: found, isReading: false }),
        (error: unknown) => {
          if (leaving.signal.aborted) return;
          if (error instanceof Refusal) setRead({ problem: error.problem, isReading: false });
          else throw error;
        },
      );
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      leaving.abort();
    };
  }, [feed, yaml, file]);

  function save(): void {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([yaml ?? ''], { type: 'application/yaml' }));
    link.download = `${feed}.yaml`;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  }

  if (problem) return <ProblemNote problem={problem} />;
  const faulty = new Set(read.preview?.problems.map(({ line }) => line));
  return (
    <div className="halves">
      <section className="card" aria-label="Mapping">
        <div className="card-head">
          <h2>
            <code className="code">config/feeds/{feed}.yaml</code>
            {isChanged && <span className="quiet"> (edited)</span>}
          </h2>
          <span style={{ display: 'flex', gap: 8 }}>
            <Button size="xs" variant="default" disabled={!isChanged} onClick={() => setDraft(undefined)}>
              Undo changes
            </Button>
            <Button size="xs" onClick={save} disabled={yaml === undefined}>
              Save as file
            </Button>
          </span>
        </div>
        <div className="editor">
          <pre aria-hidden="true">
            {(yaml ?? '').split('\n').map((_, i) => (
              <span key={i} data-faulty={faulty.has(i + 1) || undefined}>
                {i + 1}
              </span>
            ))}
          </pre>
          <textarea
            aria-label="Mapping of the feed, YAML"
            spellCheck={false}
            value={yaml ?? ''}
            rows={Math.max(18, (yaml ?? '').split('\n').length + 1)}
            onChange={({ currentTarget }) => setDraft(currentTarget.value)}
          />
        </div>
        <p className="note" style={{ marginTop: 10 }}>
          Nothing changes here until the file is put into the configuration folder; it is then in force without a
          restart.
        </p>
      </section>
      <section className="card" aria-label="Sample file">
        <div className="card-head">
          <h2>Sample file</h2>
          {read.isReading && <Loader size="xs" aria-label="Reading" />}
        </div>
        <label
          htmlFor={id}
          className="drop"
          style={{ minHeight: 72 }}
          onDragOver={(event) => event.preventDefault()}
          onDrop={(event) => {
            event.preventDefault();
            setFile(event.dataTransfer.files[0]);
          }}
        >
          {file ? (
            <span style={{ wordBreak: 'break-all' }}>
              <b>{file.name}</b> <span className="quiet">{bytes(file.size)}</span>
            </span>
          ) : (
            <span>
              Drop a file of this feed here, or <u>choose one</u>
            </span>
          )}
          <input id={id} type="file" onChange={({ currentTarget }) => setFile(currentTarget.files?.[0])} />
        </label>
        {file && file.size > LARGEST ? (
          <p className="problem" style={{ marginTop: 12 }}>
            <b>Too large for a sample.</b> {bytes(LARGEST)} is enough to see how it is read.
          </p>
        ) : (
          <div aria-live="polite" style={{ marginTop: 12 }}>
            {read.problem && <ProblemNote problem={read.problem} />}
            {read.preview ? (
              <PreviewPanel preview={read.preview} />
            ) : (
              <p className="note">Parsed rows, errors and resulting counts appear here, and change as you edit.</p>
            )}
          </div>
        )}
      </section>
    </div>
  );
}
