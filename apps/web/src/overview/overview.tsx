import { useEffect, useMemo, useState } from 'react';
import { AlarmCard } from '../alarms/alarm-card.js';
import { type Alarm, isAbout, isMarked, useAlarms } from '../alarms/alarms.js';
import { useLaterPulse, usePulse } from '../ask/live.js';
import type { MapAnswer } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import { dayText, longDay, readDay } from '../look/format.js';
import { useRegionOptions } from '../look/region-select.js';
import { ProblemNote } from '../look/problem-note.js';
import { DayPicker } from './day-picker.js';
import { MapCard } from './map-card.js';
import { OverviewControls } from './controls.js';
import { RegionSummary } from './region-summary.js';
import { RegionTable } from './region-table.js';
import { SmallMultiples } from './small-multiples.js';
import { standingsOn } from './painting.js';
import { useView, type View } from './view.js';

const DAYS = 28;
const NO_ALARMS: readonly Alarm[] = [];

/** The last day of which at least half of the facilities have reported: what a reader wants to see first. */
function dayWorthSeeing({ regions, from, to }: MapAnswer): number {
  const [first, last] = [readDay(from)!, readDay(to)!];
  for (let at = last - first; at >= 0; at--) {
    const sum = (pick: 'reporting' | 'participating'): number =>
      regions.reduce((n, one) => n + (one[pick][at] ?? 0), 0);
    if (sum('participating') > 0 && sum('reporting') >= sum('participating') / 2) return first + at;
  }
  return last;
}

function mapPath(
  { dataset, category, flag }: View,
  { level, within, to }: { level: string; within: string; to: number },
) {
  const from = dayText(to - DAYS + 1);
  return addressWith('/v1/map', {
    dataset: dataset.id,
    category: category.id,
    level,
    within,
    from,
    to: dayText(to),
    flag: flag?.id,
  });
}

/** The nation, a state or a county on one day: map, figures, and every category. */
export function Overview() {
  const view = useView();
  const { dataset, within, parts, kind } = view;
  const pulse = usePulse(dataset.id, within);
  const later = useLaterPulse();
  const lastDay = readDay(dataset.last_day);
  // Days before the window that is shown move it; days inside do not.
  const to =
    lastDay === undefined ? undefined : view.day === undefined || view.day > lastDay - DAYS ? lastDay : view.day;
  const ask = to === undefined ? undefined : { within, to };
  const map = useAnswer<MapAnswer>(ask && mapPath(view, { ...ask, level: parts }), pulse);
  const whole = useAnswer<MapAnswer>(ask && mapPath(view, { ...ask, level: kind }), pulse);
  const [handled, setHandled] = useState(0);
  const alarms =
    useAlarms(
      to === undefined ? undefined : { dataset: dataset.id, from: to - DAYS + 1, to, pulse: `${later}/${handled}` },
    ).data?.items ?? NO_ALARMS;
  const { nameOf } = useRegionOptions(dataset.id);
  const day = view.day ?? (map.data && dayWorthSeeing(map.data)) ?? to;
  const at = day === undefined || !map.data ? 0 : day - readDay(map.data.from)!;
  const standings = useMemo(() => (map.data ? standingsOn(map.data, at) : []), [map.data, at]);
  const own = whole.data && standingsOn(whole.data, at)[0];
  const name = own?.name ?? (kind === 'nation' ? 'United States' : within.slice(within.indexOf(':') + 1));
  useEffect(() => {
    document.title = `${view.category.title}, ${name} · Bellwether`;
  }, [name, view.category.title]);

  if (to === undefined || day === undefined) {
    return <p className="empty">Nothing has been reported in “{dataset.title}” yet.</p>;
  }
  return (
    <>
      <div className="title">
        <h1>
          {view.category.title}, {name}
        </h1>
        <p>{longDay(day)}</p>
      </div>
      <Crumbs view={view} name={name} />
      <OverviewControls view={view} />
      {map.problem && <ProblemNote problem={map.problem} />}
      <div className="split">
        <div className="stack">
          <MapCard
            view={view}
            standings={standings}
            waiting={map.waiting}
            isAlarming={(code) => {
              const about = { region: `${parts}:${code}`, category: view.category.id, day };
              return alarms.some((alarm) => isMarked(alarm) && isAbout(alarm, about));
            }}
          >
            <DayPicker
              first={to - DAYS + 1}
              last={to}
              newest={lastDay!}
              day={day}
              whole={whole.data?.regions[0]}
              choose={(chosen, how) => view.set({ day: dayText(chosen) }, how)}
            />
          </MapCard>
        </div>
        <div className="stack">
          <RegionSummary view={view} own={own} day={day} waiting={!whole.data} />
          <RegionTable view={view} standings={standings} />
        </div>
      </div>
      <AlarmCard
        dataset={dataset}
        alarms={alarms.filter(({ regions }) => kind === 'nation' || regions.includes(within))}
        nameOf={nameOf}
        handled={() => setHandled((before) => before + 1)}
      />
      <SmallMultiples view={view} day={day} lastDay={to} pulse={later} />
    </>
  );
}

function Crumbs({ view, name }: { view: View; name: string }) {
  const { kind, query } = view;
  if (kind === 'nation') return null;
  const to = (region: string | undefined): string => addressWith('/', { region }, query);
  const state = name.slice(-2);
  return (
    <nav aria-label="Region" style={{ marginBottom: 12 }}>
      <ol className="crumbs">
        <li>
          <Link to={to(undefined)} inherit>
            United States
          </Link>
        </li>
        {kind === 'county' && /^[A-Z]{2}$/.test(state) && (
          <li>
            <Link to={to(`state:${state}`)} inherit>
              {state}
            </Link>
          </li>
        )}
        <li aria-current="location">{name}</li>
      </ol>
    </nav>
  );
}
