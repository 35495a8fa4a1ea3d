import { useState } from 'react';
import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import type { CompletenessAnswer, Dataset, SeriesAnswer } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, dayText, longDay, readDay, shortDay } from '../look/format.js';
import { WHY } from '../look/reading.js';
import { Sparkline } from '../marks/sparkline.js';

const DAYS = 60;
const MOST = 12;

interface FacilityDaysProps {
  readonly dataset: Dataset;
  readonly facility: string;
  readonly lastDay: number;
  readonly pulse: number;
}

/** Sixty days of one facility: which it reported, which are missing, and its counts. */
export function FacilityDays({ dataset, facility, lastDay, pulse }: FacilityDaysProps) {
  const region = `facility:${facility}`;
  const days = { dataset: dataset.id, region, from: dayText(lastDay - DAYS + 1), to: dayText(lastDay) };
  const categories = dataset.categories.slice(0, MOST);
  const completeness = useAnswer<CompletenessAnswer>(addressWith('/v1/completeness', days), pulse);
  const category = categories.map(({ id }) => id).join(',');
  const series = useAnswer<SeriesAnswer>(addressWith('/v1/series', { ...days, category }), pulse);
  const [chosen, setChosen] = useState<number>();
  const all = completeness.data?.regions[0]?.days ?? [];
  // The last day is still running.
  const missing = all.slice(0, -1).filter(({ reporting, participating }) => participating > 0 && reporting === 0);
  const at = chosen === undefined ? undefined : chosen - (lastDay - DAYS + 1);
  return (
    <section className="card" aria-label="Days">
      <div className="card-head">
        <h2>Sixty days</h2>
        <p>
          {missing.length === 0
            ? 'Every day has been reported'
            : `${missing.length} ${missing.length === 1 ? 'day is' : 'days are'} missing`}
        </p>
      </div>
      <div className="strip" role="group" aria-label="Days, reported or missing">
        {all.map(({ day, reporting, participating }) => {
          const number = readDay(day)!;
          const absent = number === lastDay ? 'open' : 'missing';
          const state = participating === 0 ? 'away' : reporting > 0 ? 'here' : absent;
          const words = { away: 'takes no part', here: 'reported', missing: 'missing', open: 'not yet' }[state];
          return (
            <button
              key={day}
              type="button"
              data-state={state}
              aria-pressed={chosen === number}
              aria-label={`${longDay(number)}: ${words}`}
              title={`${shortDay(number)}: ${words}`}
              onClick={() => setChosen(chosen === number ? undefined : number)}
            />
          );
        })}
      </div>
      <div className="legend" style={{ justifyContent: 'space-between', margin: '6px 0 12px' }}>
        <span>{shortDay(lastDay - DAYS + 1)}</span>
        <span>
          <span className="swatch" style={{ background: 'var(--good)' }} aria-hidden="true" /> reported{' '}
          <span className="swatch" style={{ background: 'var(--bad)', marginLeft: 12 }} aria-hidden="true" /> missing
        </span>
        <span>{shortDay(lastDay)}</span>
      </div>
      {chosen !== undefined && (
        <p style={{ fontSize: 14, margin: '0 0 10px' }}>
          {longDay(chosen)}:{' '}
          <Link
            inherit
            to={addressWith('/series', {
              dataset: dataset.id,
              category: categories[0]?.id,
              region,
              day: dayText(chosen),
            })}
          >
            the files behind this day
          </Link>
        </p>
      )}
      <div className="multiples">
        {categories.map(({ id, title }) => {
          const one = series.data?.series.find((found) => found.category === id);
          const index = at ?? one?.total.findLastIndex((value) => value !== null) ?? -1;
          const value = one?.total[index] ?? null;
          return (
            <div className="multiple" key={id}>
              <header>
                <b>{title}</b>
                <span className="numbers quiet">
                  {value === null ? (one ? WHY[one.status?.[index] ?? 'missing'] : '…') : count(value)}
                </span>
              </header>
              <Sparkline
                values={one?.total ?? []}
                status={one?.status}
                at={at}
                label={`${title}, sixty days`}
                height={36}
              />
            </div>
          );
        })}
      </div>
    </section>
  );
}
