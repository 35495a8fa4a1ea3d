import { type Settings, readSettings } from '#platform';
import type { Command } from './command.js';

/** `--data` and `--config`, which every command takes. */
export const OWN_OPTIONS = { data: { type: 'string' }, config: { type: 'string' } } as const;

/** The settings, with the folders that a command was given. */
export function settingsOf(
  { env, readFile }: Parameters<Command>[0],
  values: { readonly data?: string | undefined; readonly config?: string | undefined },
): Settings {
  const argv = (['data', 'config'] as const).flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`--${name}`, value];
  });
  return readSettings({ env, argv, readFile });
}
