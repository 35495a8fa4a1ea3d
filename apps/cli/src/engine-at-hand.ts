import { fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Settings, lockDataFolder } from '#platform';
import { BellwetherError } from '#vocabulary';
import type { EngineAddress } from '#warehouse';

/** The engine of a data folder, for a command. */
export interface EngineAtHand {
  readonly address: EngineAddress;
  /** False: Bellwether runs, or somebody else's server is used; it is not ours alone. */
  readonly isOurs: boolean;
  close(): Promise<void>;
}

const ENGINE = join(import.meta.dirname, '../../engine/src/main.js');

/**
 * The ClickHouse server of the settings; else the engine of the Bellwether that runs on the data folder; else one that is
 * started on it for as long as the command lasts, with the folder locked.
 */
export async function engineAtHand({ dataFolder, clickhouse }: Settings): Promise<EngineAtHand> {
  const { url, user: username, password } = clickhouse;
  if (url !== undefined) {
    const address = { url, username, password: password?.reveal() };
    return { address, isOurs: false, close: () => Promise.resolve() };
  }
  const running = await runningEngine(dataFolder);
  if (running !== undefined) return { address: { url: running }, isOurs: false, close: () => Promise.resolve() };
  const lock = await lockDataFolder(dataFolder);
  const child = fork(ENGINE, ['--data', dataFolder, '--log-level', 'warn'], {
    env: { ...process.env, UV_THREADPOOL_SIZE: '16', BELLWETHER_ENGINE_PORT: '0' },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const [message] = (await Promise.race([once(child, 'message'), ended])) as [{ url?: string } | number | null];
  if (typeof message !== 'object' || message?.url === undefined) {
    await lock.release();
    throw new BellwetherError('ENGINE_FAILED', `the engine does not start on ${dataFolder}`);
  }
  return {
    address: { url: message.url },
    isOurs: true,
    async close() {
      child.kill('SIGTERM');
      await ended;
      await lock.release();
    },
  };
}

/** Address of the engine that runs on the folder, when one answers. */
async function runningEngine(dataFolder: string): Promise<string | undefined> {
  const path = join(dataFolder, 'run', 'engine.json');
  if (!existsSync(path)) return undefined;
  const { url } = JSON.parse(readFileSync(path, 'utf8')) as { url: string };
  const answer = await fetch(new URL('/ping', url)).catch(() => undefined);
  return answer?.ok === true ? url : undefined;
}
