import { parseArgs } from 'node:util';
import { REPLAYS, openBus, openRedisBus } from '#notices';
import { readSettings } from '#platform';
import { BellwetherError } from '#vocabulary';
import type { Command } from './command.js';

/** `replay`: asks the workers to read refused submissions again. */
export const replay: Command = async ({ argv, env, readFile }) => {
  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { data: { type: 'string' }, config: { type: 'string' } },
  });
  const unknown = positionals.find((id) => !/^[0-9a-f]{64}$/.test(id));
  if (positionals.length === 0 || unknown !== undefined) {
    throw new BellwetherError('REQUEST_INVALID', 'replay: expected submissions, 64 hex digits each (see status)');
  }
  const own = (['data', 'config'] as const).flatMap((name) =>
    values[name] === undefined ? [] : [`--${name}`, values[name]],
  );
  const { dataFolder, redis } = readSettings({ env, argv: own, readFile });
  const bus = redis
    ? await openRedisBus({ url: redis.url.reveal() })
    : await openBus({ folder: dataFolder, name: 'replay' });
  try {
    for (const submission of positionals) {
      const workers = await bus.publish(REPLAYS, submission);
      if (workers === 0)
        throw new BellwetherError('NOT_READY', `no worker took ${submission}: none runs, or it was not refused`);
      process.stdout.write(`${submission} is read again\n`);
    }
  } finally {
    await bus.close();
  }
};
