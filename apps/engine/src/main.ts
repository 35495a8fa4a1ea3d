import { spawn } from 'node:child_process';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { startEngine } from '#embedded-clickhouse';

/** Threads of libuv's pool: each running statement holds one. libuv reads the number once, before any script runs. */
const THREADS = '20';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: process.env['BELLWETHER_ENGINE_DATA'] ?? '.bellwether/engine' },
    host: { type: 'string', default: process.env['BELLWETHER_ENGINE_HOST'] ?? '127.0.0.1' },
    port: { type: 'string', default: process.env['BELLWETHER_ENGINE_PORT'] ?? '8123' },
    database: { type: 'string', multiple: true, default: ['bellwether'] },
  },
});

if (process.env['UV_THREADPOOL_SIZE'] === undefined) {
  const again = [...process.execArgv, ...process.argv.slice(1)];
  const env = { ...process.env, UV_THREADPOOL_SIZE: THREADS };
  const child = spawn(process.execPath, again, { stdio: 'inherit', env });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => child.kill(signal));
  child.once('exit', (code, signal) => process.exit(code ?? (signal === null ? 0 : 1)));
} else {
  const log = pino({ name: 'engine' });
  const password = process.env['BELLWETHER_ENGINE_PASSWORD'];
  const engine = await startEngine({
    dataPath: values.data,
    host: values.host,
    port: Number(values.port),
    databases: values.database,
    log,
    ...(password === undefined || password === '' ? {} : { password }),
  });
  const stop = (): void => void engine.close().then(() => process.exit(0));
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  // A supervisor that started us with a channel learns the address, and takes us along when it dies.
  process.send?.({ url: engine.url });
  if (process.channel !== undefined) process.once('disconnect', stop);
}
