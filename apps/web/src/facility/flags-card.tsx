import { addressWith } from '../address/address.js';
import type { Dataset, SeriesAnswer } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, dayText, longDay, percent } from '../look/format.js';
import { WHY } from '../look/reading.js';

const MOST_FLAGS = 3;

interface FlagsCardProps {
  readonly dataset: Dataset;
  readonly facility: string;
  readonly lastDay: number;
  readonly pulse: number;
}

/** What the flags of a day are: of emergency visits, who was discharged and who was admitted. */
export function FlagsCard(props: FlagsCardProps) {
  const { flags, kind } = props.dataset;
  if (kind !== 'sum' || flags.length < 2 || flags.length > MOST_FLAGS) return null;
  return <Board {...props} />;
}

function Board({ dataset, facility, lastDay, pulse }: FlagsCardProps) {
  // The last day is still running.
  const day = lastDay - 1;
  const about = {
    dataset: dataset.id,
    category: dataset.categories.map(({ id }) => id).join(','),
    region: `facility:${facility}`,
    from: dayText(day),
    to: dayText(day),
  };
  const ask = (at: number): string | undefined => {
    const flag = dataset.flags[at];
    return flag && addressWith('/v1/series', { ...about, flag: flag.id });
  };
  const answers = [
    useAnswer<SeriesAnswer>(ask(0), pulse),
    useAnswer<SeriesAnswer>(ask(1), pulse),
    useAnswer<SeriesAnswer>(ask(2), pulse),
  ];
  const cell = (at: number, category: string) => {
    const series = answers[at]?.data?.series.find((one) => one.category === category);
    return { value: series?.total[0] ?? null, status: series?.status?.[0] ?? 'missing' } as const;
  };
  const titles = dataset.flags.map(({ title }) => title);
  const flagged = dataset.flags.findIndex(({ id }) => id !== dataset.unflagged);
  return (
    <section className="card" aria-label={titles.join(' and ')}>
      <div className="card-head">
        <h2>{titles.join(', ')}</h2>
        <p>{longDay(day)}</p>
      </div>
      <div className="scroll" tabIndex={0} role="region" aria-label="By category">
        <table className="rows">
          <thead>
            <tr>
              <th scope="col">Category</th>
              {titles.map((title) => (
                <th scope="col" className="n" key={title}>
                  {title}
                </th>
              ))}
              <th scope="col" className="n">
                Share {titles[flagged]?.toLowerCase()}
              </th>
            </tr>
          </thead>
          <tbody>
            {dataset.categories.map(({ id, title }) => {
              const cells = dataset.flags.map((_, at) => cell(at, id));
              const sum = cells.some(({ value }) => value === null)
                ? null
                : cells.reduce((all, { value }) => all + (value ?? 0), 0);
              const part = cells[flagged]?.value ?? null;
              return (
                <tr key={id}>
                  <td>{title}</td>
                  {cells.map(({ value, status }, at) => (
                    <td className="n" key={dataset.flags[at]!.id}>
                      {value === null ? <span className="quiet">{WHY[status]}</span> : count(value)}
                    </td>
                  ))}
                  <td className="n">{sum === null || sum === 0 || part === null ? '–' : percent(part / sum)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </section>
  );
}
