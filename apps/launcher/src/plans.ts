import { join } from 'node:path';
import type { ChildPlan, Settings } from '#platform';

/** chdb runs its queries on libuv's pool; four threads, Node's default, would queue them. */
const ENGINE_THREADS = '16';
const READY_WITHIN = 120_000;

/** The processes of one Bellwether, in the order of their start: each stands on those before it. */
export function plansOf({ mode, ingest }: Settings, apps: string): readonly ChildPlan[] {
  const plan = (name: string, app: string, environment: ChildPlan['environment']): ChildPlan => ({
    name,
    script: join(apps, app, 'src', 'main.js'),
    argv: [],
    environment,
    readyWithin: READY_WITHIN,
  });
  const engine = plan('engine', 'engine', (urls) => ({
    UV_THREADPOOL_SIZE: ENGINE_THREADS,
    ...samePort('BELLWETHER_ENGINE_PORT', urls.get('engine')),
  }));
  const workers = Array.from({ length: ingest.processes }, (_, index) =>
    plan(`ingest-${index + 1}`, 'ingest', (urls) => ({ BELLWETHER_INSTANCE: String(index + 1), ...engineAt(urls) })),
  );
  const api = plan('api', 'api', (urls) => ({
    ...engineAt(urls),
    ...samePort('BELLWETHER_API_PORT', urls.get('api')),
  }));
  const watch = plan('watch', 'watch', engineAt);
  return [...(mode === 'embedded' ? [engine] : []), ...workers, api, watch];
}

function engineAt(urls: ReadonlyMap<string, string>): Record<string, string> {
  const url = urls.get('engine');
  return url === undefined ? {} : { CLICKHOUSE_URL: url };
}

/** A child that is started again takes the port it had, for others know its address. */
function samePort(variable: string, url: string | undefined): Record<string, string> {
  return url === undefined ? {} : { [variable]: new URL(url).port };
}
