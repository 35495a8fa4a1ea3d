import { addressWith, followed } from '../address/address.js';
import type { CompletenessAnswer, SeriesAnswer } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, dayText, shortDay } from '../look/format.js';
import { isIncomplete, WHY } from '../look/reading.js';
import { Sparkline } from '../marks/sparkline.js';
import type { View } from './view.js';

const DAYS = 60;
const MOST = 12;

interface SmallMultiplesProps {
  readonly view: View;
  readonly day: number;
  readonly lastDay: number;
  readonly pulse: number;
}

/** The region in view in every category, over sixty days. */
export function SmallMultiples({ view, day, lastDay, pulse }: SmallMultiplesProps) {
  const { dataset, category, flag, within, query } = view;
  const categories = dataset.categories.slice(0, MOST);
  const days = { dataset: dataset.id, region: within, from: dayText(lastDay - DAYS + 1), to: dayText(lastDay) };
  const category_ = categories.map(({ id }) => id).join(',');
  const series = useAnswer<SeriesAnswer>(
    addressWith('/v1/series', { ...days, category: category_, flag: flag?.id }),
    pulse,
  );
  const completeness = useAnswer<CompletenessAnswer>(addressWith('/v1/completeness', days), pulse);
  const incomplete = completeness.data?.regions[0]?.days.map(({ reporting, participating }) =>
    isIncomplete(reporting, participating),
  );
  const at = day - (lastDay - DAYS + 1);
  return (
    <section aria-label="Every category" style={{ marginTop: 16 }}>
      <div className="card-head" style={{ margin: '22px 2px 10px' }}>
        <h2>Every category, sixty days</h2>
        <p>Hatched: under 90 % of the facilities. A gap has no number; it is not a zero.</p>
      </div>
      <div className={series.waiting ? 'multiples fading' : 'multiples'}>
        {categories.map(({ id, title }) => {
          const one = series.data?.series.find((found) => found.category === id);
          const value = one?.total[at] ?? null;
          return (
            <a
              key={id}
              className="multiple"
              href={addressWith('/', { category: id }, query)}
              onClick={followed}
              data-chosen={id === category.id || undefined}
              aria-current={id === category.id ? 'true' : undefined}
            >
              <header>
                <b>{title}</b>
                <span className="numbers quiet">
                  {one ? (value === null ? WHY[one.status?.[at] ?? 'missing'] : count(value)) : '…'}
                </span>
              </header>
              <Sparkline
                values={one?.total ?? []}
                status={one?.status}
                at={at}
                {...(incomplete ? { incomplete } : {})}
                label={`${title}, ${shortDay(lastDay - DAYS + 1)} to ${shortDay(lastDay)}`}
              />
            </a>
          );
        })}
      </div>
    </section>
  );
}
