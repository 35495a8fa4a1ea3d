import { copyFileSync, existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { readSettings } from '#platform';
import { loadConfiguration } from '#registry';
import { generateSample } from '#sample';
import { dayAt } from '#vocabulary';
import type { Command } from './command.js';
import { filesOfManifest, takeIn } from './load.js';

const ZONE = 'America/New_York';

/** Makes the national sample beside the data, once, and loads what of it is not loaded yet. */
export const sample: Command = async ({ argv, env, readFile }) => {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      data: { type: 'string' },
      config: { type: 'string' },
      facilities: { type: 'string', default: '2000' },
      days: { type: 'string' },
      seed: { type: 'string', default: '1' },
    },
  });
  const own = (['data', 'config'] as const).flatMap((name) =>
    values[name] === undefined ? [] : [`--${name}`, values[name]],
  );
  const settings = readSettings({ env, argv: own, readFile });
  const folder = settings.dataFolder;
  const made = join(folder, 'sample');
  const manifest = join(made, 'manifest.csv');
  const say = (text: string): void => void process.stderr.write(`${text}\n`);
  if (!existsSync(manifest)) {
    const began = performance.now();
    const { crosswalk } = loadConfiguration(settings.configFolder);
    let shown = 0;
    const result = await generateSample({
      folder: made,
      today: dayAt(Date.now(), ZONE),
      until: Date.now(),
      seed: Number(values.seed),
      facilities: Number(values.facilities),
      ...(values.days === undefined ? {} : { days: Number(values.days) }),
      geography: crosswalk.zips(),
      progress(done, total, what) {
        const now = performance.now();
        if (now - shown < 2000 && done < total) return;
        shown = now;
        say(`  making submissions: ${Math.round((100 * done) / total)} % (${what})`);
      },
    });
    const seconds = ((performance.now() - began) / 1000).toFixed(0);
    say(
      `  made ${result.files} submissions of ${result.rows} rows, ${(result.bytes / 1e6).toFixed(0)} MB, in ${seconds} s`,
    );
  }
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  rmSync(join(secrets, 'passwords.csv'), { force: true });
  copyFileSync(join(made, 'secrets', 'passwords.csv'), join(secrets, 'passwords.csv'));
  const { received, known } = await takeIn(await filesOfManifest(manifest), settings);
  say(`  ${received} loaded${known > 0 ? `, ${known} were loaded before` : ''}`);
};
