import { Loader } from '@mantine/core';
import { type ReactNode, useMemo, useState } from 'react';
import { count, dayText, shortDay } from '../look/format.js';
import { Lines, type Range, type Sign } from '../marks/lines.js';
import { LineTable } from './line-table.js';
import type { Nowcast } from './nowcasts.js';
import type { Picture } from './picture.js';
import type { Settled } from './revisions.js';
import type { SeriesView } from './view.js';

const SECONDS = 86_400;
const noUnit = (): string => '';

interface PlotProps {
  readonly view: SeriesView;
  readonly title: string;
  readonly picture: Picture;
  readonly incomplete: readonly boolean[] | undefined;
  readonly signs: readonly Sign[];
  readonly ranges: readonly Range[];
  readonly nowcasts: readonly Nowcast[];
  readonly settled: Settled | undefined;
  /** The day whose files are shown. */
  readonly chosen: number | undefined;
  /** The numbers are still to come: the picture has axes only. */
  readonly waiting: boolean;
  /** Those shown are of another question. */
  readonly fading: boolean;
  /** The first day shown where nothing was zoomed. */
  readonly first: number;
  /** What stands between the lines and their table. */
  readonly children: ReactNode;
}

/** The lines and, under them, their values where the cursor is. */
export function SeriesPlot(props: PlotProps) {
  const { view, title, picture, incomplete, signs, ranges, nowcasts, settled, chosen, waiting, fading, first } = props;
  const { dataset, zoom, years, lastDay = first } = view;
  const [over, setOver] = useState<number>();
  const shown = years ? undefined : (zoom ?? ([first, lastDay] as const));
  const span = shown && ([(shown[0] - 0.5) * SECONDS, (shown[1] + 0.5) * SECONDS] as const);
  const rules = useMemo(
    () => (chosen === undefined ? [] : [{ x: chosen * SECONDS, label: shortDay(chosen) }]),
    [chosen],
  );
  return (
    <>
      <div className={fading ? 'fading' : undefined} style={{ position: 'relative' }}>
        <Lines
          label={`${title}, ${dataset.unit} a day`}
          xs={picture.xs}
          lines={picture.lines}
          span={span}
          {...(incomplete && !waiting ? { incomplete } : {})}
          marks={picture.marks}
          signs={signs}
          ranges={ranges}
          yearless={years}
          rules={rules}
          height={380}
          unit={waiting ? noUnit : count}
          onPoint={setOver}
          onChoose={(index, line) => {
            if (years) return;
            view.set({ day: dayText(picture.days[index]!), line: picture.lines[line]?.key });
          }}
          onSpan={(chosenSpan) => {
            const [from, to] = chosenSpan ?? [];
            const days =
              from === undefined || to === undefined
                ? undefined
                : [Math.round(from / SECONDS), Math.round(to / SECONDS)];
            view.set({ zoom: days && days[1]! - days[0]! >= 3 ? days.map(dayText).join('_') : undefined });
          }}
        />
        {waiting && <Loader size="sm" aria-label="Loading the series" className="over-plot" />}
      </div>
      {props.children}
      <LineTable
        {...{ view, picture, settled, nowcasts, waiting }}
        at={over ?? (chosen === undefined ? undefined : chosen - picture.days[0]!)}
      />
    </>
  );
}
