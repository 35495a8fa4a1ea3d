import { addressWith } from '../address/address.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, moment } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { useColours } from '../look/scheme.js';

interface Flow {
  readonly now: string;
  readonly minutes: readonly {
    readonly at: string;
    readonly received: number;
    readonly loaded: number;
    readonly refused: number;
    readonly rows: number;
  }[];
  readonly pending: number;
  readonly oldest_pending_at: string | null;
  readonly detection: readonly { readonly lag_seconds: number | null }[];
}

const MINUTES = 60;
const [WIDTH, HEIGHT] = [720, 150];

/** Submissions a minute over the last hour, and the queue. */
export function FlowCard({ pulse, timeZone }: { pulse: string; timeZone: string }) {
  const { data, problem } = useAnswer<Flow>(addressWith('/v1/flow', { minutes: String(MINUTES) }), pulse);
  const colours = useColours();
  const end = data ? Math.floor(Date.parse(data.now) / 60_000) : 0;
  const byMinute = new Map(data?.minutes.map((minute) => [end - Date.parse(minute.at) / 60_000, minute]));
  const bars = Array.from({ length: MINUTES }, (_, i) => byMinute.get(MINUTES - 1 - i));
  const most = Math.max(4, ...bars.map((bar) => (bar ? Math.max(bar.received, bar.loaded + bar.refused) : 0)));
  const sum = (pick: 'received' | 'loaded' | 'refused' | 'rows'): number =>
    bars.reduce((all, bar) => all + (bar?.[pick] ?? 0), 0);
  const lags = (data?.detection ?? []).flatMap(({ lag_seconds }) => lag_seconds ?? []);
  const step = WIDTH / MINUTES;
  const y = (n: number): number => (n / most) * (HEIGHT - 16);
  const age = data?.oldest_pending_at
    ? Math.max(0, Math.round((Date.parse(data.now) - Date.parse(data.oldest_pending_at)) / 1000))
    : 0;
  return (
    <section className="card" aria-label="Flow">
      <div className="card-head">
        <h2>Files a minute, last hour</h2>
        <p className="numbers">{data ? `to ${moment(data.now, timeZone)}` : ''}</p>
      </div>
      {problem && <ProblemNote problem={problem} />}
      {data && (
        <>
          <svg
            viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
            width="100%"
            role="img"
            aria-label={`${sum('received')} files received, ${sum('loaded')} counted and ${sum('refused')} refused in the last hour`}
          >
            {[0, 0.5, 1].map((share) => (
              <g key={share}>
                <path d={`M0 ${HEIGHT - y(share * most)}H${WIDTH}`} stroke={colours.grid} />
                {share > 0 && (
                  <text x="2" y={HEIGHT - y(share * most) - 4} fill={colours.quiet} fontSize="11">
                    {count(Math.round(share * most))}
                  </text>
                )}
              </g>
            ))}
            {bars.map(
              (bar, i) =>
                bar && (
                  <g key={bar.at}>
                    <rect
                      x={i * step + 1}
                      y={HEIGHT - y(bar.loaded)}
                      width={step - 2}
                      height={y(bar.loaded)}
                      fill={colours.lines[0]}
                      rx="1"
                    />
                    <rect
                      x={i * step + 1}
                      y={HEIGHT - y(bar.loaded + bar.refused)}
                      width={step - 2}
                      height={y(bar.refused)}
                      fill={colours.lines[1]}
                    />
                    <path
                      d={`M${i * step + 1} ${HEIGHT - y(bar.received)}h${step - 2}`}
                      stroke={colours.text}
                      strokeWidth="2"
                    />
                  </g>
                ),
            )}
          </svg>
          <div className="legend" style={{ marginTop: 8 }}>
            <span>
              <i className="swatch" style={{ background: colours.lines[0] }} /> counted
            </span>
            <span>
              <i className="swatch" style={{ background: colours.lines[1] }} /> refused
            </span>
            <span>
              <svg width="14" height="10" aria-hidden="true">
                <path d="M0 5h14" stroke={colours.text} strokeWidth="2" />
              </svg>{' '}
              received
            </span>
          </div>
          <dl className="tiles">
            <div>
              <dt>Received</dt>
              <dd>{count(sum('received'))}</dd>
            </div>
            <div>
              <dt>Counted</dt>
              <dd>{count(sum('loaded'))}</dd>
            </div>
            <div>
              <dt>Rows counted</dt>
              <dd>{count(sum('rows'))}</dd>
            </div>
            <div>
              <dt>Waiting now</dt>
              <dd data-testid="pending">
                {count(data.pending)}
                {data.pending > 0 && <small> oldest {age} s</small>}
              </dd>
            </div>
            {lags.length > 0 && (
              <div>
                <dt>Judged after</dt>
                <dd>{Math.max(...lags).toFixed(1)} s</dd>
              </div>
            )}
          </dl>
        </>
      )}
    </section>
  );
}
