import { count } from '../look/format.js';
import type { RowError } from './states.js';

const SHOWN = 200;

/** Rows that did not count: where they stand, and why. */
export function ErrorTable({ errors }: { errors: readonly RowError[] }) {
  return (
    <div
      className="scroll"
      style={{ maxHeight: 360, marginTop: 10 }}
      tabIndex={0}
      role="region"
      aria-label="Rows that were refused"
    >
      <table className="rows">
        <thead>
          <tr>
            <th scope="col">Line</th>
            <th scope="col">Field</th>
            <th scope="col">Why</th>
            <th scope="col">Found</th>
            <th scope="col">In</th>
          </tr>
        </thead>
        <tbody>
          {errors.slice(0, SHOWN).map(({ member, record, line, field, code, detail }) => (
            <tr key={`${member} ${record} ${field} ${code}`}>
              <td className="numbers">{line === 0 ? '–' : count(line)}</td>
              <td className="code">{field || '–'}</td>
              <td>
                <a href={`/docs/errors#${code.toLowerCase()}`} className="code">
                  {code}
                </a>
              </td>
              <td>{detail}</td>
              <td className="code" style={{ wordBreak: 'break-all' }}>
                {member}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {errors.length > SHOWN && <p className="note">And {count(errors.length - SHOWN)} more.</p>}
    </div>
  );
}
