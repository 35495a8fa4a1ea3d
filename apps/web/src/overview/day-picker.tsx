import { ActionIcon, Slider } from '@mantine/core';
import { useEffect, useState } from 'react';
import type { MapRegion } from '../ask/shapes.js';
import { shortDay } from '../look/format.js';
import { isIncomplete } from '../look/reading.js';
import { Sparkline } from '../marks/sparkline.js';

interface DayPickerProps {
  readonly first: number;
  readonly last: number;
  /** Last day with data. */
  readonly newest: number;
  readonly day: number;
  /** The region in view, over the days. */
  readonly whole: MapRegion | undefined;
  choose(day: number, how: 'push' | 'replace'): void;
}

const STEP_MS = 600;

/** The days as a line, and a slider under it; playing steps through them. */
export function DayPicker({ first, last, newest, day, whole, choose }: DayPickerProps) {
  const [playing, setPlaying] = useState(false);
  const [dragged, setDragged] = useState<number>();
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      if (day >= last) setPlaying(false);
      else choose(day + 1, 'replace');
    }, STEP_MS);
    return () => clearTimeout(timer);
  }, [playing, day, last, choose]);
  const shown = dragged ?? day;
  return (
    <div className="slider-row">
      <ActionIcon
        variant="default"
        size="lg"
        aria-label={playing ? 'Stop' : 'Play the days'}
        onClick={() => {
          if (!playing && day >= last) choose(first, 'replace');
          setPlaying(!playing);
        }}
      >
        <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
          <path d={playing ? 'M2 1h4v12H2zM8 1h4v12H8z' : 'M3 1l10 6-10 6z'} fill="currentColor" />
        </svg>
      </ActionIcon>
      <div>
        {whole && (
          <Sparkline
            values={whole.total}
            status={whole.status}
            incomplete={whole.reporting.map((came, i) => isIncomplete(came, whole.participating[i] ?? 0))}
            at={shown - first}
            height={40}
            label={`${whole.name} from ${shortDay(first)} to ${shortDay(last)}`}
          />
        )}
        {/* The slider's ends stand under the middle of the first and the last day. */}
        <Slider
          style={{ marginInline: `${50 / (last - first + 1)}%` }}
          min={first}
          max={last}
          step={1}
          value={shown}
          onChange={setDragged}
          onChangeEnd={(value) => {
            setDragged(undefined);
            choose(value, 'push');
          }}
          label={(value) => shortDay(value)}
          size="sm"
          thumbLabel="Day"
          thumbProps={{ 'aria-valuetext': shortDay(shown) }}
        />
        <div className="legend numbers" style={{ justifyContent: 'space-between', marginTop: 6 }}>
          <span>{shortDay(first)}</span>
          <span>{shortDay(last)}</span>
        </div>
      </div>
      <label>
        <span className="field-label">Day</span>
        <input
          type="date"
          className="date"
          value={new Date(shown * 86_400_000).toISOString().slice(0, 10)}
          max={new Date(newest * 86_400_000).toISOString().slice(0, 10)}
          onChange={({ currentTarget }) => {
            const chosen = currentTarget.valueAsNumber / 86_400_000;
            if (Number.isInteger(chosen) && chosen <= newest) choose(chosen, 'push');
          }}
        />
      </label>
    </div>
  );
}
