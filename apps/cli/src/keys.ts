import { parseArgs } from 'node:util';
import { type Settings, lockDataFolder, rawFolderOf, rawKeyFolderOf, rawStoreOptionsOf } from '#platform';
import { countKeyUse, openVault, rewrapKeys, rotateKeyFolder } from '#raw-store';
import { BellwetherError } from '#vocabulary';
import type { Command } from './command.js';
import { say } from './say.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';

async function list(settings: Settings): Promise<void> {
  const vault = await openVault(rawStoreOptionsOf(settings));
  const current = vault.keys.current();
  const { uses, plain, damaged } = await countKeyUse(vault);
  const onRing = new Set(vault.keys.names());
  for (const [name, count] of uses) {
    const note = name === current ? '  current' : onRing.has(name) ? '' : '  MISSING';
    process.stdout.write(`${name.padEnd(32)}  opens ${count}${note}\n`);
  }
  if (plain > 0) process.stdout.write(`${plain} from before encryption; rewrap seals them\n`);
  if (damaged > 0) process.stdout.write(`${damaged} damaged; see verify\n`);
}

async function rotate(settings: Settings): Promise<void> {
  if (settings.raw.keys) {
    throw new BellwetherError(
      'REQUEST_INVALID',
      'keys rotate: the keys are given by BELLWETHER_RAW_KEYS; put a new name:key in front there (openssl rand -base64 32)',
    );
  }
  rawStoreOptionsOf(settings); // makes the first key, or refuses, as every process does
  process.stdout.write(
    `${rotateKeyFolder(rawKeyFolderOf(settings))} is the current key; rewrap moves what is stored to it\n`,
  );
}

async function rewrap(settings: Settings): Promise<void> {
  const lock = await lockDataFolder(rawFolderOf(settings));
  try {
    const line = say();
    let done = { seen: 0, changed: 0 };
    for await (done of rewrapKeys(await openVault(rawStoreOptionsOf(settings)))) {
      line.show(`  ${done.seen} seen, ${done.changed} wrapped anew`);
    }
    line.end();
    process.stdout.write(`${done.changed} of ${done.seen} wrapped anew\n`);
  } finally {
    await lock.release();
  }
}

const VERBS: Readonly<Record<string, (settings: Settings) => Promise<void>>> = { list, rotate, rewrap };

/** `keys list | rotate | rewrap`: the keys that wrap the keys of submissions. */
export const keys: Command = async (start) => {
  const { values, positionals: words } = parseArgs({
    args: [...start.argv],
    allowPositionals: true,
    options: OWN_OPTIONS,
  });
  const verb = VERBS[words[0] ?? ''];
  if (!verb || words.length > 1) {
    throw new BellwetherError('REQUEST_INVALID', 'keys: expected list, rotate or rewrap');
  }
  await verb(settingsOf(start, values));
};
