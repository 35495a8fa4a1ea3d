import { Loader } from '@mantine/core';
import { useMemo } from 'react';
import { addressWith } from '../address/address.js';
import { useAnswer } from '../ask/use-answer.js';
import { percent, shortDay, weekday } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { useColours } from '../look/scheme.js';
import { Lines } from '../marks/lines.js';

interface Curve {
  readonly participating: number;
  readonly by_hour: readonly number[];
}
interface Usual {
  readonly basis: 'weekday' | 'any';
  readonly days: readonly string[];
  readonly low: readonly number[];
  readonly middle: readonly number[];
  readonly high: readonly number[];
}

const HOURS = Array.from({ length: 97 }, (_, hour) => hour);
const percents = (shares: readonly number[]): (number | null)[] =>
  HOURS.map((hour) => (hour in shares ? 100 * shares[hour]! : null));

interface CurveCardProps {
  readonly about: { readonly dataset: string; readonly region: string; readonly day: string };
  readonly day: number;
  readonly timeZone: string;
  readonly pulse: number;
}

/** The day by the hour, over the band in which such days usually run. */
export function CurveCard({ about, day, timeZone, pulse }: CurveCardProps) {
  const colours = useColours();
  const curve = useAnswer<Curve>(addressWith('/v1/completeness/curve', about), pulse);
  const usual = useAnswer<Usual>(addressWith('/v1/completeness/usual', about));
  const lines = useMemo(() => {
    const { participating = 0, by_hour = [] } = curve.data ?? {};
    const band = usual.data?.middle.length ? usual.data : undefined;
    const edge = { colour: 'transparent', width: 0.5 };
    return [
      { label: 'Upper decile', values: percents(band?.high ?? []), ...edge },
      { label: 'Lower decile', values: percents(band?.low ?? []), ...edge },
      { label: 'Usual', values: percents(band?.middle ?? []), colour: colours.quiet, dash: [5, 4], width: 1.4 },
      {
        label: 'This day',
        values: percents(participating === 0 ? [] : by_hour.map((came) => came / participating)),
        colour: colours.lines[0]!,
        width: 2.6,
      },
    ];
  }, [curve.data, usual.data, colours]);
  const { participating = 0, by_hour: hours = [] } = curve.data ?? {};
  const hour = hours.length - 1;
  const came = hours.at(-1) ?? 0;
  const expected = usual.data?.middle[Math.min(hour, 96)];
  const isRunning = hours.length > 0 && hour < 96;
  const bands = useMemo(() => [{ above: 0, below: 1, fill: `${colours.lines[0]!}24` }], [colours]);
  const rules = useMemo(() => (isRunning ? [{ x: hour, label: 'now' }] : []), [isRunning, hour]);
  return (
    <section className="card" aria-label="Reporting curve">
      <div className="card-head">
        <div>
          <h2>Reports by the hour</h2>
          <p>Hours after midnight, {timeZone.replaceAll('_', ' ')}</p>
        </div>
        {usual.data && <p>{basisOf(usual.data, day)}</p>}
      </div>
      {curve.problem && <ProblemNote problem={curve.problem} />}
      {curve.data ? (
        <>
          <p style={{ margin: '0 0 8px' }}>
            <span className="big" data-testid="reported">
              {participating === 0 ? '–' : percent(came / participating)}
            </span>{' '}
            <span className="quiet">
              {came} of {participating} facilities {isRunning ? `after ${hour} h` : 'within four days'}
              {expected === undefined ? '' : `; usual by then: ${percent(expected)}`}
            </span>
          </p>
          <div className={curve.waiting ? 'fading' : undefined}>
            <Lines
              label={`Share of the facilities that had reported ${shortDay(day)} by each hour`}
              xs={HOURS}
              lines={lines}
              bands={bands}
              rules={rules}
              steps={[6, 12, 24]}
              ticks={(x) => `${x} h`}
              most={104}
              height={320}
              unit={(value) => (value > 100 ? '' : `${value}%`)}
            />
          </div>
          <ul className="legend" style={{ margin: '8px 0 0', padding: 0, listStyle: 'none' }}>
            <li>
              <Stroke colour={colours.lines[0]!} width={3} /> this day
            </li>
            <li>
              <Stroke colour={colours.quiet} width={2} dash="5 4" /> usual
            </li>
            <li>
              <Stroke colour={`${colours.lines[0]!}40`} width={10} /> four of five usual days
            </li>
          </ul>
        </>
      ) : (
        <div className="empty">
          <Loader size="sm" aria-label="Loading the curve" />
        </div>
      )}
    </section>
  );
}

function basisOf({ basis, days }: Usual, day: number): string {
  if (days.length === 0) return 'No day yet to learn the usual from';
  const of = basis === 'weekday' ? `${weekday(day)}s` : days.length === 1 ? 'day' : 'days';
  return `Usual: of ${days.length} earlier ${of}`;
}

function Stroke({ colour, width, dash }: { colour: string; width: number; dash?: string }) {
  return (
    <svg width="22" height="12" aria-hidden="true" style={{ marginRight: 6, verticalAlign: -2 }}>
      <path d="M0 6H22" stroke={colour} strokeWidth={width} strokeDasharray={dash} />
    </svg>
  );
}
