import { useMemo } from 'react';
import { addressWith } from '../address/address.js';
import { useAnswer } from '../ask/use-answer.js';
import { dayText, readDay } from '../look/format.js';
import { COMPLETE_FROM, isIncomplete } from '../look/reading.js';
import { useColours } from '../look/scheme.js';
import { type Line, Lines } from '../marks/lines.js';

interface Timeliness {
  readonly days: readonly {
    readonly day: string;
    readonly participating: number;
    readonly reporting: number;
    readonly hours_to_50: number | null;
    readonly hours_to_80: number | null;
    readonly hours_to_90: number | null;
  }[];
}

const DAYS = 60;
/** What took longer came in bulk, or not at all: it would flatten the days that matter. */
const LONGEST = 96;
const SECONDS = 86_400;

interface TimelinessCardProps {
  readonly dataset: string;
  readonly region: string;
  readonly lastDay: number;
  readonly pulse: number;
  choose(day: number): void;
}

/** Sixty days: what share reported in the end, and how long it took. */
export function TimelinessCard({ dataset, region, lastDay, pulse, choose }: TimelinessCardProps) {
  const colours = useColours();
  const path = addressWith('/v1/completeness/timeliness', {
    ...{ dataset, region, from: dayText(lastDay - DAYS + 1), to: dayText(lastDay) },
  });
  const { data } = useAnswer<Timeliness>(path, pulse);
  const made = useMemo(() => {
    if (!data) return undefined;
    const within = (hours: number | null): number | null => (hours !== null && hours <= LONGEST ? hours : null);
    const waits: Line[] = [
      { label: '90 %', values: data.days.map((one) => within(one.hours_to_90)), colour: colours.lines[1]!, width: 1.8 },
      { label: '80 %', values: data.days.map((one) => within(one.hours_to_80)), colour: colours.lines[0]!, width: 1.8 },
      { label: '50 %', values: data.days.map((one) => within(one.hours_to_50)), colour: colours.lines[2]!, width: 1.8 },
    ];
    const shares: Line[] = [
      {
        label: 'Reported',
        values: data.days.map(({ reporting, participating }) =>
          participating === 0 ? null : (100 * reporting) / participating,
        ),
        colour: colours.lines[0]!,
        width: 1.8,
      },
    ];
    return {
      xs: data.days.map(({ day }) => readDay(day)! * SECONDS),
      waits,
      shares,
      incomplete: data.days.map(({ reporting, participating }) => isIncomplete(reporting, participating)),
      slow: data.days.filter(({ hours_to_80: hours }) => hours !== null && hours > LONGEST).length,
    };
  }, [data, colours]);
  const days = data?.days;
  return (
    <div className="halves" style={{ marginTop: 16 }}>
      <section className="card" aria-label="Share reported">
        <div className="card-head">
          <h2>Share reported, sixty days</h2>
          <p>Hatched: under {100 * COMPLETE_FROM} %</p>
        </div>
        {made && (
          <Lines
            label="Share of the facilities that reported, by day"
            xs={made.xs}
            lines={made.shares}
            incomplete={made.incomplete}
            solid
            most={104}
            height={220}
            unit={(value) => (value > 100 ? '' : `${value}%`)}
            onChoose={(index) => choose(readDay(days![index]!.day)!)}
          />
        )}
      </section>
      <section className="card" aria-label="Time to completeness">
        <div className="card-head">
          <h2>Hours until complete</h2>
          <ul className="legend" style={{ margin: 0, padding: 0, listStyle: 'none' }}>
            {made?.waits.map(({ label, colour }) => (
              <li key={label}>
                <span className="swatch" style={{ background: colour }} aria-hidden="true" />
                {label} of facilities
              </li>
            ))}
          </ul>
        </div>
        {made && (
          <Lines
            label="Hours after midnight until half, 80 % and 90 % of the facilities had reported, by day"
            xs={made.xs}
            lines={made.waits}
            height={220}
            unit={(value) => `${value} h`}
            onChoose={(index) => choose(readDay(days![index]!.day)!)}
          />
        )}
        {made && made.slow > 0 && (
          <p className="note">
            {made.slow} of the {DAYS} days took more than four days, or came later in bulk; they are left out here.
          </p>
        )}
      </section>
    </div>
  );
}
