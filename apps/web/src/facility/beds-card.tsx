import { addressWith } from '../address/address.js';
import { Link } from '../address/link.js';
import type { Dataset } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, longDay, percent, readDay } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { WHY } from '../look/reading.js';
import type { StatusName } from '#vocabulary';

interface Beds {
  readonly capacity: number | null;
  readonly used: number | null;
  readonly available: number | null;
  readonly occupancy: number | null;
}
interface Board extends Beds {
  readonly day: string;
  readonly hospitals: number;
  readonly stating: number;
  readonly items: readonly (Beds & {
    readonly facility: string;
    readonly capacity_status: StatusName;
    readonly used_status: StatusName;
  })[];
}

/** Pairs of categories that make a board, with what they are called. */
const PAIRS = [
  { capacity: 'staffed', used: 'occupied', title: 'Beds' },
  { capacity: 'icu-staffed', used: 'icu-occupied', title: 'Intensive care beds' },
] as const;
const SHOWN = '20';
const FULL = 0.95;

/** The boards that a dataset has: those of which it counts both the beds there are and the beds taken. */
export function BedBoards({
  dataset,
  facility,
  pulse,
}: {
  dataset: Dataset;
  facility: string | undefined;
  pulse: number;
}) {
  const has = (id: string): boolean => dataset.categories.some((one) => one.id === id);
  const pairs = dataset.kind === 'gauge' ? PAIRS.filter(({ capacity, used }) => has(capacity) && has(used)) : [];
  return pairs.map((pair) => (
    <BedBoard key={pair.capacity} dataset={dataset} facility={facility} pulse={pulse} pair={pair} />
  ));
}

interface BedBoardProps {
  readonly dataset: Dataset;
  readonly facility: string | undefined;
  readonly pulse: number;
  readonly pair: (typeof PAIRS)[number];
}

function BedBoard({ dataset, facility, pulse, pair: { capacity, used, title } }: BedBoardProps) {
  const region = facility === undefined ? undefined : `facility:${facility}`;
  const about = { dataset: dataset.id, region, day: dataset.last_day ?? undefined, capacity, used, limit: SHOWN };
  const { data, problem } = useAnswer<Board>(addressWith('/v1/boards/beds', about), pulse);
  const day = readDay(data?.day);
  return (
    <section className="card" aria-label={title}>
      <div className="card-head">
        <div>
          <h2>{title}</h2>
          <p>{day === undefined ? '…' : longDay(day)}</p>
        </div>
        {data && facility === undefined && (
          <p className="numbers">
            {count(data.stating)} of {count(data.hospitals)} hospitals state both
          </p>
        )}
      </div>
      {problem && <ProblemNote problem={problem} />}
      {data && (
        <>
          <p style={{ margin: '0 0 8px' }}>
            {data.available === null ? (
              <span className="big quiet" style={{ fontSize: 22 }}>
                Not known
              </span>
            ) : (
              <>
                <span className="big">{count(data.available)}</span>{' '}
                <span className="quiet">
                  free of {count(data.capacity!)}, {count(data.used!)} taken
                  {data.occupancy === null ? '' : ` (${percent(data.occupancy)})`}
                </span>
              </>
            )}
          </p>
          <div
            className="scroll"
            style={{ maxHeight: 320 }}
            tabIndex={0}
            role="region"
            aria-label={`${title} by hospital`}
          >
            <table className="rows">
              <thead>
                <tr>
                  <th scope="col">Hospital</th>
                  <th scope="col" className="n">
                    Beds
                  </th>
                  <th scope="col" className="n">
                    Taken
                  </th>
                  <th scope="col" className="n">
                    Free
                  </th>
                  <th scope="col">Occupancy</th>
                </tr>
              </thead>
              <tbody>
                {data.items.map((one) => (
                  <tr key={one.facility}>
                    <td>
                      <Link to={addressWith('/facility', { dataset: dataset.id, facility: one.facility })} inherit>
                        {one.facility}
                      </Link>
                    </td>
                    <td className="n">{one.capacity === null ? WHY[one.capacity_status] : count(one.capacity)}</td>
                    <td className="n">{one.used === null ? WHY[one.used_status] : count(one.used)}</td>
                    <td className="n">{one.available === null ? '–' : count(one.available)}</td>
                    <td>{one.occupancy === null ? '–' : <Occupancy share={one.occupancy} />}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
    </section>
  );
}

function Occupancy({ share }: { share: number }) {
  return (
    <span style={{ display: 'flex', alignItems: 'center', gap: 8 }}>
      <span
        className="meter"
        data-level={share >= FULL ? 'low' : 'good'}
        style={{ width: 70, flex: 'none' }}
        aria-hidden="true"
      >
        <i style={{ width: `${Math.min(100, 100 * share)}%` }} />
      </span>
      <span className="numbers">{percent(share)}</span>
    </span>
  );
}
