import { COMPLETE_FROM } from '../look/reading.js';
import { DEVIATIONS, SHARES } from '../look/colours.js';
import { count, percent } from '../look/format.js';
import { useColours } from '../look/scheme.js';

export type ColourBy = 'z' | 'completeness' | 'count';

interface LegendProps {
  readonly by: ColourBy;
  /** Bounds of the classes of counts. */
  readonly amounts: readonly number[];
  readonly unit: string;
}

const MINUS = '\u2212';
const deviation = (value: number): string => (value < 0 ? `${MINUS}${-value}` : `+${value}`);

/** What the colours and patterns of a map mean. */
export function MapLegend({ by, amounts, unit }: LegendProps) {
  const colours = useColours();
  const { title, fills, bounds } = {
    z: {
      title: 'Against the same weekday of eight weeks, in standard deviations',
      fills: colours.deviation,
      bounds: DEVIATIONS.map(deviation),
    },
    completeness: {
      title: 'Facilities that reported',
      fills: colours.share,
      bounds: SHARES.map(percent),
    },
    count: {
      title: `Count of ${unit}`,
      fills: colours.amount.slice(0, amounts.length + 1),
      bounds: amounts.map(count),
    },
  }[by];
  return (
    <div className="legend">
      <div>
        <div style={{ marginBottom: 4 }}>{title}</div>
        <ul className="scale" aria-label={title}>
          {fills.map((fill, i) => (
            <li key={fill} style={{ position: 'relative' }}>
              <i style={{ background: fill }} />
              <span className="numbers" style={{ position: 'relative', left: i < bounds.length ? '50%' : 0 }}>
                {bounds[i] ?? '\u00a0'}
              </span>
            </li>
          ))}
        </ul>
      </div>
      <ul className="key">
        <li>
          <Patch fill={colours.axis} stripes={colours.ground} /> under {percent(COMPLETE_FROM)} reported
        </li>
        <li>
          <Patch fill={colours.none} /> no number
        </li>
        <li>
          <Patch fill={colours.none} dots={colours.quiet} /> withheld
        </li>
        <li>
          <Patch fill={colours.ground} line={colours.none} /> no facility
        </li>
        <li>
          <Patch fill={colours.ground} line={colours.alarm} bold /> alarm
        </li>
      </ul>
    </div>
  );
}

interface PatchProps {
  readonly fill: string;
  readonly stripes?: string;
  readonly dots?: string;
  readonly line?: string;
  readonly bold?: boolean;
}

function Patch({ fill, stripes, dots, line, bold = false }: PatchProps) {
  return (
    <svg width="20" height="12" aria-hidden="true">
      <rect x="0.5" y="0.5" width="19" height="11" fill={fill} stroke={line ?? 'none'} strokeWidth={bold ? 2.6 : 1} />
      {stripes && [2, 8, 14].map((x) => <path key={x} d={`M${x} 12l6-12`} stroke={stripes} strokeWidth="2" />)}
      {dots && [5, 10, 15].map((x) => <circle key={x} cx={x} cy="6" r="1.5" fill={dots} />)}
    </svg>
  );
}
