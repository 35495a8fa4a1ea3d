import { useId } from 'react';
import type { StatusName } from '#vocabulary';
import { useColours } from '../look/scheme.js';

interface SparklineProps {
  readonly values: readonly (number | null)[];
  readonly status?: readonly StatusName[] | null | undefined;
  /** Days that are not complete; hatched. */
  readonly incomplete?: readonly boolean[];
  /** Index of the day that is marked. */
  readonly at?: number | undefined;
  readonly label: string;
  readonly height?: number;
  readonly colour?: string;
}

const WIDTH = 240;

/** A small line: gaps where there is no number, hatched ground where a day is incomplete, a dot on the chosen day. */
export function Sparkline({ values, status, incomplete, at, label, height = 48, colour }: SparklineProps) {
  const colours = useColours();
  const id = useId();
  const stroke = colour ?? colours.lines[0]!;
  const most = Math.max(1, ...values.map((value) => value ?? 0));
  const step = WIDTH / Math.max(1, values.length);
  const x = (i: number): number => (i + 0.5) * step;
  const y = (value: number): number => height - 4 - (value / most) * (height - 9);
  let d = '';
  values.forEach((value, i) => {
    if (value === null) return;
    const joined = i > 0 && values[i - 1] !== null;
    const alone = !joined && (values[i + 1] ?? null) === null;
    d += `${joined ? 'L' : 'M'}${x(i).toFixed(1)} ${y(value).toFixed(1)}${alone ? 'h0.01' : ''}`;
  });
  const chosen = at === undefined ? null : (values[at] ?? null);
  return (
    <svg
      viewBox={`0 0 ${WIDTH} ${height}`}
      width="100%"
      height={height}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <defs>
        <pattern id={id} width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect width="1.2" height="5" fill={colours.hatch} />
        </pattern>
      </defs>
      {incomplete?.map(
        (is, i) =>
          is && <rect key={i} x={i * step} y={0} width={step + 0.3} height={height - 3} fill={`url(#${id})`} />,
      )}
      <path d={`M0 ${height - 3.5}H${WIDTH}`} stroke={colours.grid} vectorEffect="non-scaling-stroke" />
      <path
        d={d}
        fill="none"
        stroke={stroke}
        strokeWidth="1.6"
        strokeLinejoin="round"
        strokeLinecap="round"
        vectorEffect="non-scaling-stroke"
      />
      {status?.map(
        (is, i) =>
          (is === 'suppressed' || is === 'deleted') && (
            <path
              key={i}
              d={`M${x(i)} ${height - 7}v6`}
              stroke={colours.quiet}
              strokeWidth="2"
              vectorEffect="non-scaling-stroke"
            />
          ),
      )}
      {at !== undefined && (
        <path
          d={`M${x(at)} 0V${height - 3}`}
          stroke={colours.axis}
          strokeDasharray="2 3"
          vectorEffect="non-scaling-stroke"
        />
      )}
      {chosen !== null && at !== undefined && (
        <path
          d={`M${x(at)} ${y(chosen)}h0.01`}
          stroke={stroke}
          strokeWidth="7"
          strokeLinecap="round"
          vectorEffect="non-scaling-stroke"
        />
      )}
    </svg>
  );
}
