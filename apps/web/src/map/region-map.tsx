import { type PointerEvent, type ReactNode, useId, useRef, useState } from 'react';
import { useColours } from '../look/scheme.js';
import type { Drawing } from './atlas.js';

/** How one region is painted. */
export interface Painted {
  readonly fill: string;
  /** Too few of its facilities have reported. */
  readonly incomplete: boolean;
  /** A number is withheld. */
  readonly suppressed: boolean;
}

export interface Point extends Painted {
  readonly code: string;
  readonly at: readonly [number, number];
  /** Share of the largest, 0 to 1. */
  readonly size: number;
}

interface RegionMapProps {
  readonly drawing: Drawing;
  /** What the map shows, in a sentence; the table beside it has the numbers. */
  readonly label: string;
  paint(code: string): Painted | undefined;
  readonly points: readonly Point[];
  /** Regions with an alarm have a bold outline. */
  isAlarming(code: string): boolean;
  /** Region that stands out, the others being its surroundings. */
  readonly focus?: string | undefined;
  tip(code: string): ReactNode;
  choose(code: string): void;
}

/** Regions in colour, hatched where they are incomplete, and places as circles. */
export function RegionMap({ drawing, label, paint, points, isAlarming, focus, tip, choose }: RegionMapProps) {
  const { box, outlines, borders } = drawing;
  const colours = useColours();
  const id = useId();
  const holder = useRef<HTMLDivElement>(null);
  const [over, setOver] = useState<{ code: string; x: number; y: number; left: boolean }>();
  const unit = Math.max(box.width / 975, box.height / 610);

  function follow(event: PointerEvent): void {
    const code = (event.target as Element).closest('[data-region]')?.getAttribute('data-region');
    const frame = holder.current?.getBoundingClientRect();
    if (!code || !frame) return setOver(undefined);
    const [x, y] = [event.clientX - frame.left, event.clientY - frame.top];
    setOver({ code, x, y, left: x > frame.width * 0.6 });
  }

  return (
    <div className="map-holder" ref={holder} onPointerMove={follow} onPointerLeave={() => setOver(undefined)}>
      <svg
        className="map"
        viewBox={`${box.x} ${box.y} ${box.width} ${box.height}`}
        style={{ maxHeight: 560 }}
        role="img"
        aria-label={label}
        onClick={(event) => {
          const code = (event.target as Element).closest('[data-region]')?.getAttribute('data-region');
          if (code) choose(code);
        }}
      >
        <defs>
          <pattern
            id={id}
            width={6 * unit}
            height={6 * unit}
            patternUnits="userSpaceOnUse"
            patternTransform="rotate(45)"
          >
            <rect width={2 * unit} height={6 * unit} fill={colours.ground} opacity="0.75" />
          </pattern>
          <pattern id={`${id}s`} width={8 * unit} height={8 * unit} patternUnits="userSpaceOnUse">
            <circle cx={4 * unit} cy={4 * unit} r={1.5 * unit} fill={colours.quiet} />
          </pattern>
        </defs>
        {outlines.map(({ code, d }) => {
          const painted = paint(code);
          const away = focus !== undefined && code !== focus;
          const shape = { d, stroke: colours.border, strokeWidth: 0.8, vectorEffect: 'non-scaling-stroke' } as const;
          if (!painted || away || focus === code) {
            const fill = focus === code ? colours.grid : colours.ground;
            const at = painted && away ? { 'data-region': code } : {};
            return <path key={code} {...shape} {...at} fill={fill} stroke={colours.none} />;
          }
          return (
            <g key={code} data-region={code}>
              <path {...shape} fill={painted.fill} />
              {painted.incomplete && <path d={d} fill={`url(#${id})`} pointerEvents="none" />}
              {painted.suppressed && <path d={d} fill={`url(#${id}s)`} pointerEvents="none" />}
            </g>
          );
        })}
        <path
          d={borders}
          fill="none"
          stroke={colours.axis}
          strokeWidth={0.7}
          vectorEffect="non-scaling-stroke"
          pointerEvents="none"
        />
        {outlines
          .filter(({ code }) => (focus === undefined || code === focus) && paint(code) && isAlarming(code))
          .map(({ code, d }) => (
            <path
              key={code}
              d={d}
              fill="none"
              stroke={colours.alarm}
              strokeWidth={2.6}
              strokeLinejoin="round"
              vectorEffect="non-scaling-stroke"
              pointerEvents="none"
            />
          ))}
        {points.map(({ code, at: [x, y], fill, incomplete, size }) => (
          <g key={code} data-region={code}>
            <circle
              cx={x}
              cy={y}
              r={(5 + 11 * Math.sqrt(size)) * unit}
              fill={fill}
              fillOpacity={incomplete ? 0.45 : 0.92}
              stroke={isAlarming(code) ? colours.alarm : colours.text}
              strokeWidth={isAlarming(code) ? 2.6 : 0.8}
              strokeDasharray={incomplete ? '2 2' : undefined}
              vectorEffect="non-scaling-stroke"
            />
          </g>
        ))}
      </svg>
      {over && (
        <div
          className="tip"
          style={{
            top: over.y + 14,
            ...(over.left ? { right: `calc(100% - ${over.x - 12}px)` } : { left: over.x + 14 }),
          }}
        >
          {tip(over.code)}
        </div>
      )}
    </div>
  );
}
