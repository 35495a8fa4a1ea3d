import { CloseButton } from '@mantine/core';
import { memo, useCallback } from 'react';
import type { SeriesShape } from '../ask/shapes.js';
import { count, longDay, oneDigit } from '../look/format.js';
import { WHY } from '../look/reading.js';
import type { Nowcast } from './nowcasts.js';
import type { Drawn, Picture } from './picture.js';
import { isRevised } from './revised.js';
import { type Settled, SETTLED_DAYS } from './revisions.js';
import type { SeriesView } from './view.js';

/** The lines with their colour, and their values under the cursor (else on the last day that has one). */
export function LineTable({
  view,
  picture,
  at,
  settled,
  nowcasts,
  waiting,
}: {
  view: SeriesView;
  picture: Picture;
  /** The numbers are still to come. */
  waiting: boolean;
  at: number | undefined;
  settled: Settled | undefined;
  nowcasts: readonly Nowcast[];
}) {
  const { days, lines } = picture;
  const { categories, regions, set, years, mean } = view;
  const last = days.length - 1;
  const day = at === undefined ? undefined : days[at];
  const valueOf = ({ values, series }: Drawn): string => {
    if (waiting) return '';
    const index = at ?? values.findLastIndex((value) => value !== null);
    const value = values[index] ?? null;
    if (value === null) return years ? '–' : WHY[series.status?.[index] ?? 'missing'];
    return mean ? oneDigit(value) : count(value);
  };
  /** What a revised number had been when its day had settled. */
  const earlierOf = ({ values, part, series: { region, category } }: Drawn): string => {
    if (day === undefined || at === undefined || mean || years || part !== 'total' || !settled) return '';
    const then = settled.seriesOf(region, category)?.[day - settled.first] ?? null;
    return isRevised(values[at] ?? null, then) ? `${count(then!)} after ${SETTLED_DAYS} days` : '';
  };
  /** What an incomplete day will come to. */
  const expectedOf = ({ values, part, series: { region, category } }: Drawn): string => {
    const shown = days[at ?? values.findLastIndex((value) => value !== null)];
    const found = nowcasts.find((one) => one.day === shown && one.region === region && one.category === category);
    if (!found || part !== 'total') return '';
    const [low, expected, high] = [found.low, found.expected, found.high].map((value) => count(Math.round(value)));
    return `expected ${expected} (${low} to ${high}) · so far `;
  };
  const drop = useCallback(
    ({ region, category }: SeriesShape): void => {
      if (regions.length > 1) set({ region: regions.filter((one) => one !== region).join(',') });
      else set({ category: categories.filter((one) => one !== category).join(',') });
    },
    [regions, categories, set],
  );
  return (
    <table className="rows" style={{ marginTop: 12, maxWidth: 620 }}>
      <thead>
        <tr>
          <th scope="col">Line</th>
          <th scope="col" className="n">
            {day === undefined ? `Newest, to ${longDay(days[last]!)}` : years ? 'That day' : longDay(day)}
          </th>
          <td />
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.key}>
            <td style={{ paddingLeft: 39, textIndent: -31 }}>
              <svg width="22" height="10" aria-hidden="true" style={{ marginRight: 9 }}>
                <path d="M1 5H21" stroke={line.colour} strokeWidth="2.4" strokeDasharray={line.dash?.join(' ')} />
              </svg>
              {line.label}
              {line.part === 'unflagged' && <span className="quiet"> without the flag</span>}
            </td>
            <td className="n">
              <span className="quiet">
                {earlierOf(line)} {expectedOf(line)}
              </span>{' '}
              {valueOf(line)}
            </td>
            <td style={{ width: 34 }}>
              {!years && categories.length * regions.length > 1 && (
                <Remove label={line.label} series={line.series} drop={drop} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Stays as it is while the cursor moves over the picture. */
const Remove = memo(function Remove(props: { label: string; series: SeriesShape; drop(series: SeriesShape): void }) {
  const { label, series, drop } = props;
  return <CloseButton size="xs" aria-label={`Remove ${label}`} onClick={() => drop(series)} />;
});
