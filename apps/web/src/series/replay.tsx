import { Slider } from '@mantine/core';
import { memo, useState } from 'react';
import type { Day } from '#vocabulary';
import { dayText, dayWithYear, longDay, shortDay } from '../look/format.js';
import type { SeriesView } from './view.js';

const REPLAY_BACK = 45;

type ReplayProps = Pick<SeriesView, 'asOf' | 'set'> & { readonly lastDay: Day };

/** How the picture looked at the end of an earlier day. */
export const Replay = memo(function Replay({ lastDay, asOf, set }: ReplayProps) {
  const [dragged, setDragged] = useState<number>();
  const newest = lastDay + 1;
  const value = dragged ?? asOf ?? newest;
  return (
    <div className="slider-row" style={{ marginTop: 18 }}>
      <span style={{ fontSize: 14, fontWeight: 500 }}>As known on</span>
      <Slider
        min={newest - REPLAY_BACK}
        max={newest}
        value={value}
        onChange={setDragged}
        onChangeEnd={(day) => {
          setDragged(undefined);
          set({ as_of: day >= newest ? undefined : dayText(day), zoom: undefined });
        }}
        label={(day) => (day >= newest ? 'now' : shortDay(day))}
        size="sm"
        thumbLabel="As known on"
        thumbProps={{ 'aria-valuetext': value >= newest ? 'now' : longDay(value) }}
      />
      <span className="quiet numbers" style={{ minWidth: 96, fontSize: 14 }}>
        {value >= newest ? 'now' : dayWithYear(value)}
      </span>
    </div>
  );
});
