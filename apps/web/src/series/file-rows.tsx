import { addressWith } from '../address/address.js';
import type { List } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, dayText } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { WHY } from '../look/reading.js';
import type { StatusName } from '#vocabulary';
import type { Contribution } from './provenance-panel.js';

interface Row {
  readonly member: string;
  readonly record: number;
  readonly line: number;
  readonly status: StatusName;
  readonly value: number | null;
}

/** The rows of one file that make up one statement, by their place in it. */
export function FileRows({
  contribution,
  category,
  day,
}: {
  contribution: Contribution;
  category: string;
  day: number;
}) {
  const { submission, facility, flag } = contribution;
  const about = { facility, category, flag, day: dayText(day) };
  const found = useAnswer<List<Row>>(addressWith(`/v1/submissions/${submission}/rows`, about));
  if (found.problem) return <ProblemNote problem={found.problem} />;
  if (found.waiting || !found.data) return <span className="quiet">Reading the file …</span>;
  return (
    <ul className="places">
      {found.data.items.map(({ member, record, line, status, value }) => (
        <li key={`${member} ${record}`}>
          <code className="code">{member}</code>, line {count(line)} (record {count(record)}):{' '}
          {value === null ? WHY[status] : <b>{count(value)}</b>}
        </li>
      ))}
    </ul>
  );
}
