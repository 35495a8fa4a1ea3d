import { Loader } from '@mantine/core';
import { type ReactNode, useMemo } from 'react';
import { count, oneDigit, percent, signed } from '../look/format.js';
import { WHY } from '../look/reading.js';
import { useColours } from '../look/scheme.js';
import { placeInFrame, useDrawing } from '../map/atlas.js';
import { MapLegend } from '../map/legend.js';
import { RegionMap } from '../map/region-map.js';
import { amountBounds, paintOf, type Standing } from './painting.js';
import type { View } from './view.js';

interface MapCardProps {
  readonly view: View;
  readonly standings: readonly Standing[];
  readonly waiting: boolean;
  isAlarming(code: string): boolean;
  readonly children: ReactNode;
}

/** State of a county or of itself, for the drawing. */
function placeOf({ kind, within }: View, standings: readonly Standing[]): { state?: string; county?: string } {
  const code = within.slice(within.indexOf(':') + 1);
  if (kind === 'nation') return {};
  if (kind === 'state') return { state: code };
  const letters = /, ([A-Z]{2})$/.exec(standings[0]?.name ?? '')?.[1];
  return letters === undefined ? {} : { state: letters, county: code };
}

export function MapCard({ view, standings, waiting, isAlarming, children }: MapCardProps) {
  const { by, kind, dataset, category, parts } = view;
  const colours = useColours();
  const place = placeOf(view, standings);
  const drawing = useDrawing(place);
  const amounts = useMemo(() => amountBounds(standings), [standings]);
  const byCode = useMemo(() => new Map(standings.map((one) => [one.code, one])), [standings]);
  const shown = drawing ? new Set(drawing.outlines.map(({ code }) => code)) : undefined;
  const most = Math.max(1, ...standings.map(({ total }) => total ?? 0));
  const points =
    kind === 'county'
      ? standings.flatMap((one) => {
          const at = one.place && placeInFrame(one.place);
          if (!at) return [];
          return [{ code: one.code, at, size: (one.total ?? 0) / most, ...paintOf(one, { by, amounts, colours }) }];
        })
      : [];
  const offMap =
    kind === 'county'
      ? standings.length - points.length
      : standings.filter(({ code }) => shown && !shown.has(code)).length;

  return (
    <section className="card" aria-label="Map">
      {drawing && (standings.length > 0 || !waiting) ? (
        <div className={waiting ? 'fading' : undefined}>
          <RegionMap
            drawing={drawing}
            label={`Map of ${category.title}, ${standings.length} regions of level ${parts}; the table holds the same numbers`}
            focus={kind === 'county' ? place.county : undefined}
            points={points}
            isAlarming={isAlarming}
            paint={(code) => {
              const one = byCode.get(code);
              return one && kind !== 'county' ? paintOf(one, { by, amounts, colours }) : undefined;
            }}
            tip={(code) => <Tip one={byCode.get(code)} unit={dataset.unit} isAlarming={isAlarming(code)} />}
            choose={(code) => {
              if (kind !== 'county') view.set({ region: `${parts}:${code}` });
            }}
          />
        </div>
      ) : (
        <div className="empty" style={{ minHeight: 420 }}>
          <Loader size="sm" aria-label="Loading the map" />
        </div>
      )}
      <div style={{ margin: '10px 0 16px' }}>
        <MapLegend by={by} amounts={amounts} unit={dataset.unit} />
        {offMap > 0 && (
          <p className="note" style={{ marginTop: 6 }}>
            {offMap === 1 ? '1 region is' : `${offMap} regions are`} not on this map; the table has{' '}
            {offMap === 1 ? 'it' : 'them'}.
          </p>
        )}
      </div>
      {children}
    </section>
  );
}

function Tip({ one, unit, isAlarming }: { one: Standing | undefined; unit: string; isAlarming: boolean }) {
  if (!one) return null;
  return (
    <>
      <b>{one.name}</b>
      {isAlarming && ', alarm'}
      <br />
      {one.total === null ? (
        <>No number: {WHY[one.status]}</>
      ) : (
        <>
          {count(one.total)} {unit}
          {one.expected !== null && one.z !== null && (
            <>
              , {oneDigit(one.expected)} expected ({signed(one.z)} SD)
            </>
          )}
        </>
      )}
      <br />
      <span className="quiet">
        {one.reporting} of {one.participating} facilities reported
        {one.share === null ? '' : ` (${percent(one.share)})`}
      </span>
    </>
  );
}
