import type { Settings } from './settings/settings.js';

/** What every process opens the engine with: the server that is set, else the embedded one. */
export function engineOptionsOf({ clickhouse }: Pick<Settings, 'clickhouse'>): {
  readonly url: string;
  readonly username: string;
  readonly password: string | undefined;
} {
  const { url, user, password } = clickhouse;
  return { url: url ?? 'http://127.0.0.1:8124', username: user, password: password?.reveal() };
}
