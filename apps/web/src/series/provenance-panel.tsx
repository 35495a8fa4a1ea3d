import { CloseButton, Loader } from '@mantine/core';
import { useEffect, useRef, useState } from 'react';
import type { StatusName } from '#vocabulary';
import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import type { Answered } from '../ask/use-answer.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, dayText, longDay, moment } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { WHY } from '../look/reading.js';
import { FileRows } from './file-rows.js';
import type { Picture } from './picture.js';
import type { SeriesView } from './view.js';

export interface Contribution {
  readonly facility: string;
  readonly flag: string;
  readonly status: StatusName;
  readonly value: number | null;
  readonly submission: string;
  readonly feed: string;
  readonly name: string;
  readonly arrived_at: string;
  readonly records: number;
}
interface ProvenanceAnswer {
  readonly total: number | null;
  readonly contributions: readonly Contribution[];
}

const SHOWN = 12;

interface PanelProps {
  readonly view: SeriesView;
  readonly picture: Picture;
  readonly day: number;
  nameOf(region: string): string;
}

/** What a point is made of: every facility's statement, the file that made it, and the rows of that file. */
export function ProvenancePanel({ view, picture, day, nameOf }: PanelProps) {
  const { dataset, line, asOf, set } = view;
  const { series } = picture.lines.find(({ key }) => key === line) ?? picture.lines[0]!;
  const flagTitle = (id: string): string => dataset.flags.find((flag) => flag.id === id)?.title ?? id;
  const about = { dataset: dataset.id, region: series.region, category: series.category, day: dayText(day) };
  const past = asOf === undefined ? {} : { as_of: dayText(asOf) };
  const found: Answered<ProvenanceAnswer> = useAnswer<ProvenanceAnswer>(
    addressWith('/v1/provenance', { ...about, ...past }),
  );
  const [whole, setWhole] = useState(false);
  const [open, setOpen] = useState<string>();
  const panel = useRef<HTMLElement>(null);
  const opened = useRef(false);
  useEffect(() => {
    setOpen(undefined);
    setWhole(false);
    // A point that was clicked brings its files into view; an address that names one shows the chart first.
    if (opened.current) panel.current?.scrollIntoView({ block: 'nearest' });
    opened.current = true;
  }, [day, line]);
  const rows = found.waiting ? [] : (found.data?.contributions ?? []);
  const title = dataset.categories.find(({ id }) => id === series.category)?.title ?? series.category;
  return (
    <section className="card" style={{ marginTop: 16 }} aria-label="Behind this point" ref={panel}>
      <div className="card-head">
        <div>
          <h2>
            {title}, {nameOf(series.region)}, {longDay(day)}
          </h2>
          <p>
            {found.data && !found.waiting
              ? found.data.total === null
                ? 'There is no number for this day.'
                : `${count(found.data.total)} ${dataset.unit}, from ${count(rows.length)} statements of ${count(new Set(rows.map(({ facility }) => facility)).size)} facilities`
              : '…'}
          </p>
        </div>
        <CloseButton aria-label="Close" onClick={() => set({ day: undefined, line: undefined })} />
      </div>
      {found.problem && <ProblemNote problem={found.problem} />}
      {found.waiting && <Loader size="sm" aria-label="Loading the statements" />}
      {rows.length > 0 && (
        <div className="scroll" tabIndex={0} role="region" aria-label="Statements">
          <table className="rows">
            <thead>
              <tr>
                <th scope="col">Facility</th>
                <th scope="col">Part</th>
                <th scope="col" className="n">
                  {dataset.unit}
                </th>
                <th scope="col">File</th>
                <th scope="col">Arrived</th>
                <th scope="col" className="n">
                  Rows
                </th>
              </tr>
            </thead>
            <tbody>
              {rows.slice(0, whole ? undefined : SHOWN).map((one) => {
                const key = `${one.facility}~${one.flag}~${one.submission}`;
                return [
                  <tr key={key}>
                    <td>
                      <Link to={addressWith('/facility', { dataset: dataset.id, facility: one.facility })} inherit>
                        {one.facility}
                      </Link>
                    </td>
                    <td>{flagTitle(one.flag)}</td>
                    <td className="n">
                      {one.value === null ? <span className="quiet">{WHY[one.status]}</span> : count(one.value)}
                    </td>
                    <td className="file-name">
                      <Link
                        to={addressWith('/facility', {
                          dataset: dataset.id,
                          facility: one.facility,
                          submission: one.submission,
                        })}
                        inherit
                      >
                        {one.name || one.submission.slice(0, 12)}
                      </Link>
                    </td>
                    <td className="numbers">{moment(one.arrived_at, dataset.time_zone)}</td>
                    <td className="n">
                      <button
                        type="button"
                        className="plain"
                        aria-expanded={open === key}
                        onClick={() => setOpen(open === key ? undefined : key)}
                      >
                        {count(one.records)} {open === key ? '▴' : '▾'}
                      </button>
                    </td>
                  </tr>,
                  open === key && (
                    <tr key={`${key}~rows`}>
                      <td colSpan={6}>
                        <FileRows contribution={one} category={series.category} day={day} />
                      </td>
                    </tr>
                  ),
                ];
              })}
            </tbody>
          </table>
          {rows.length > SHOWN && !whole && (
            <button type="button" className="plain" style={{ margin: 8 }} onClick={() => setWhole(true)}>
              Show all {count(rows.length)}
            </button>
          )}
        </div>
      )}
    </section>
  );
}
