import { ErrorTable } from '../facility/error-table.js';
import { count, readDay, shortDay } from '../look/format.js';
import { WHY } from '../look/reading.js';
import type { Preview } from './preview.js';

const ROWS_SHOWN = 40;

/** What a sample file becomes: mistakes in the mapping, counts, refused rows, and the rows as they were read. */
export function PreviewPanel({ preview }: { preview: Preview }) {
  const { problems, refused, rows, totals, errors } = preview;
  if (problems.length > 0) {
    return (
      <div className="problem" role="alert">
        <b>{problems.length === 1 ? 'The mapping has a mistake' : `The mapping has ${problems.length} mistakes`}</b>
        <ul style={{ margin: '6px 0 0', paddingLeft: 18 }}>
          {problems.map(({ file, line, column, path, found, expected, suggestion }) => (
            <li key={`${file} ${line} ${column} ${path} ${found}`}>
              Line {line}
              {path && (
                <>
                  , <code>{path}</code>
                </>
              )}
              : found {found}, expected {expected}
              {suggestion === null ? '' : `. Did you mean “${suggestion}”?`}
            </li>
          ))}
        </ul>
      </div>
    );
  }
  if (refused) {
    return (
      <div className="problem" role="alert">
        <b>The whole file would be refused.</b> {refused.detail}.{' '}
        <a className="code" href={`/docs/errors#${refused.code.toLowerCase()}`}>
          {refused.code}
        </a>
      </div>
    );
  }
  return (
    <>
      <p style={{ margin: '0 0 10px', fontSize: 14 }}>
        <b className="numbers">
          {count(preview.rows_accepted)} of {count(preview.rows_read)} rows count
        </b>
        {preview.rows_refused > 0 && (
          <span style={{ color: 'var(--bad)' }}>, {count(preview.rows_refused)} refused</span>
        )}
      </p>
      <h3 className="sub">Resulting counts</h3>
      <div className="scroll" style={{ maxHeight: 260 }} tabIndex={0} role="region" aria-label="Resulting counts">
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">Category</th>
              <th scope="col">Flag</th>
              <th scope="col" className="n">
                Sum
              </th>
              <th scope="col" className="n">
                Facilities
              </th>
              <th scope="col" className="n">
                Days
              </th>
            </tr>
          </thead>
          <tbody>
            {totals.map(({ category, flag, value, facilities, days }) => (
              <tr key={`${category} ${flag}`}>
                <td>{category}</td>
                <td>{flag}</td>
                <td className="n">{value === null ? <span className="quiet">no number</span> : count(value)}</td>
                <td className="n">{count(facilities)}</td>
                <td className="n">{count(days)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {errors.length > 0 && (
        <>
          <h3 className="sub">Refused</h3>
          <ErrorTable errors={errors} />
        </>
      )}
      <h3 className="sub">Rows as they were read</h3>
      <div className="scroll" style={{ maxHeight: 320 }} tabIndex={0} role="region" aria-label="Rows as they were read">
        <table className="rows">
          <thead>
            <tr>
              <th scope="col" className="n">
                Line
              </th>
              <th scope="col">Facility</th>
              <th scope="col">Day</th>
              <th scope="col">Category</th>
              <th scope="col">Flag</th>
              <th scope="col" className="n">
                Value
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, ROWS_SHOWN).map((row, i) => (
              <tr key={i}>
                <td className="n quiet">{row.line}</td>
                <td>{row.facility}</td>
                <td className="numbers">{shortDay(readDay(row.day) ?? 0)}</td>
                <td>{row.category}</td>
                <td>{row.flag}</td>
                <td className="n">
                  {row.value === null ? <span className="quiet">{WHY[row.status]}</span> : count(row.value)}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
