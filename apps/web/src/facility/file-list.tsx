import { SegmentedControl, Select } from '@mantine/core';
import { addressWith, useQuery } from '../address/address.js';
import type { Dataset, List } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, moment } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { StateMark } from './state-mark.js';
import type { Submission } from './states.js';

interface Feed {
  readonly id: string;
  readonly title: string;
  readonly dataset: string;
}
const STATES = [
  { value: '', label: 'All' },
  { value: 'quarantined', label: 'Refused' },
  { value: 'awaiting_password', label: 'Waiting' },
];

interface FileListProps {
  readonly dataset: Dataset;
  /** Of the facility in view. */
  readonly ownFeed: string | undefined;
  readonly pulse: number;
  choose(submission: string): void;
}

/** Files as they came, newest first. A file often holds many facilities, so the list is of a feed. */
export function FileList({ dataset, ownFeed, pulse, choose }: FileListProps) {
  const [query, set] = useQuery();
  const feeds = (useAnswer<List<Feed>>('/v1/feeds').data?.items ?? []).filter((feed) => feed.dataset === dataset.id);
  const feed = feeds.find(({ id }) => id === (query.get('feed') ?? ownFeed)) ?? feeds[0];
  const state = STATES.find(({ value }) => value === query.get('state'))?.value ?? '';
  const path = feed && addressWith('/v1/submissions', { feed: feed.id, state, limit: '25' });
  const files = useAnswer<List<Submission>>(path, pulse);
  return (
    <section className="card" aria-label="Files">
      <div className="card-head" style={{ alignItems: 'end' }}>
        <h2>Files</h2>
        <div style={{ display: 'flex', gap: 10, flexWrap: 'wrap', alignItems: 'end' }}>
          <Select
            aria-label="Feed"
            size="xs"
            w={260}
            allowDeselect={false}
            data={feeds.map(({ id, title }) => ({ value: id, label: title }))}
            value={feed?.id ?? null}
            onChange={(id) => set({ feed: id ?? undefined })}
          />
          <SegmentedControl
            size="xs"
            aria-label="State"
            data={STATES}
            value={state}
            onChange={(value) => set({ state: value })}
          />
        </div>
      </div>
      {files.problem && <ProblemNote problem={files.problem} />}
      {files.data?.items.length === 0 && <p className="empty">No such file has come.</p>}
      {files.data && files.data.items.length > 0 && (
        <div
          className={files.waiting ? 'scroll fading' : 'scroll'}
          tabIndex={0}
          role="region"
          aria-label="List of files"
        >
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">File</th>
                <th scope="col">Received</th>
                <th scope="col">What became of it</th>
                <th scope="col" className="n">
                  Rows
                </th>
                <th scope="col" className="n">
                  Refused
                </th>
              </tr>
            </thead>
            <tbody>
              {files.data.items.map((file) => (
                <tr key={file.submission}>
                  <td className="file-name">
                    <button type="button" className="plain" onClick={() => choose(file.submission)}>
                      {file.name}
                    </button>
                  </td>
                  <td className="numbers">{moment(file.received_at, dataset.time_zone)}</td>
                  <td>
                    <StateMark state={file.state} />
                  </td>
                  <td className="n">{count(file.rows_read)}</td>
                  <td className="n" style={file.rows_refused > 0 ? { color: 'var(--bad)' } : undefined}>
                    {count(file.rows_refused)}
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
