import { Button, Group, Loader, SegmentedControl, Select } from '@mantine/core';
import { useState } from 'react';
import { addressWith, useQuery } from '../address/address.js';
import { type Reading, useAnswer } from '../ask/use-answer.js';
import { saveAs } from '../ask/save.js';
import { dayText, readDay } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { RegionSelect, useRegionOptions } from '../look/region-select.js';
import { useCatalogue, useDataset } from '../shell/catalogue.js';
import { Paper } from './paper.js';

interface Shown {
  readonly html: string;
  /** The same report at the same instant, always. */
  readonly pinned: string | undefined;
}

const AS_WRITTEN: Reading<Shown> = {
  accept: 'text/html',
  async read(response) {
    return { html: await response.text(), pinned: response.headers.get('content-location') ?? undefined };
  },
};

const KINDS = [
  { value: 'daily', label: 'Daily' },
  { value: 'weekly', label: 'Weekly' },
];

/** A day or a week on paper: to read, to print, to send. */
export default function ReportsPage() {
  const dataset = useDataset();
  const datasets = useCatalogue();
  const [query, set] = useQuery();
  const options = useRegionOptions(dataset.id);
  const places = { ...options, groups: options.groups.filter(({ group }) => group !== 'Facilities') };
  const kind = query.get('kind') === 'weekly' ? 'weekly' : 'daily';
  const region = query.get('region') ?? 'nation:us';
  const lastDay = readDay(dataset.last_day);
  // The last day is still running.
  const date = query.get('date') ?? (lastDay === undefined ? undefined : dayText(lastDay - 1));
  const known = query.get('as_of') ?? undefined;
  const path =
    date === undefined
      ? undefined
      : addressWith(`/v1/reports/${kind}`, { dataset: dataset.id, region, date, as_of: known });
  const report = useAnswer<Shown>(path, 0, AS_WRITTEN);
  const [said, setSaid] = useState('');
  const save = (format: 'pdf' | 'csv'): void => {
    // What is saved is what is shown, also when a file has come since.
    const pinned = report.data?.pinned ?? path;
    if (pinned === undefined) return;
    const name = `${kind}-${dataset.id}-${date}.${format}`;
    saveAs(addressWith(pinned.split('?', 1)[0]!, { format }, new URLSearchParams(pinned.split('?', 2)[1])), name).then(
      () => setSaid(`${name} saved`),
      () => setSaid(`${name} could not be made`),
    );
  };
  return (
    <>
      <div className="title unprinted">
        <h1>Reports</h1>
        <p>A day or a week on paper: the same words for everybody, and the same bytes for the same instant</p>
      </div>
      <div className="controls unprinted">
        <div>
          <span className="field-label" id="report-kind">
            Report
          </span>
          <SegmentedControl
            aria-labelledby="report-kind"
            data={KINDS}
            value={kind}
            onChange={(value) => set({ kind: value === 'daily' ? undefined : value })}
          />
        </div>
        <Select
          label="Dataset"
          w={262}
          allowDeselect={false}
          data={datasets.map(({ id, title }) => ({ value: id, label: title }))}
          value={dataset.id}
          onChange={(id) => set({ dataset: id ?? undefined, date: undefined })}
        />
        <RegionSelect label="Region" options={places} value={region} onChange={(chosen) => set({ region: chosen })} />
        <label>
          <span className="field-label">{kind === 'daily' ? 'Day' : 'A day of the week'}</span>
          <input
            type="date"
            className="date"
            value={date ?? ''}
            max={dataset.last_day ?? undefined}
            onChange={({ currentTarget }) => readDay(currentTarget.value) && set({ date: currentTarget.value })}
          />
        </label>
        <label>
          <span className="field-label">As known on</span>
          <input
            type="date"
            className="date"
            value={known?.slice(0, 10) ?? ''}
            onChange={({ currentTarget }) => set({ as_of: currentTarget.value || undefined })}
          />
        </label>
        <Group gap="xs" mih={36}>
          <Button size="sm" disabled={!report.data} onClick={() => save('pdf')}>
            Save as PDF
          </Button>
          <Button size="sm" variant="default" disabled={!report.data} onClick={() => save('csv')}>
            Save as table (CSV)
          </Button>
          <Button size="sm" variant="default" disabled={!report.data} onClick={() => print()}>
            Print
          </Button>
        </Group>
        <span role="status" className="quiet" style={{ fontSize: 13, alignSelf: 'center' }}>
          {said}
        </span>
      </div>
      {report.problem && <ProblemNote problem={report.problem} />}
      {report.data ? (
        <div className={report.waiting ? 'fading' : undefined}>
          <Paper html={report.data.html} />
        </div>
      ) : (
        !report.problem && (
          <div className="empty">
            {path === undefined ? (
              <p>Nothing has been reported in “{dataset.title}” yet.</p>
            ) : (
              <Loader size="sm" aria-label="Writing the report" />
            )}
          </div>
        )
      )}
    </>
  );
}
