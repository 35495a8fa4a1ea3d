import { parseArgs } from 'node:util';
import { rawStoreOptionsOf } from '#platform';
import { openRawStore } from '#raw-store';
import { finishSwap, proveEqual, repeatSubmissions, swapDatabases } from '#recovery';
import { BellwetherError } from '#vocabulary';
import { carryAlarms, copyReleases, openDatabases, openEngine } from '#warehouse';
import type { Command } from './command.js';
import { engineAtHand } from './engine-at-hand.js';
import { OWN_OPTIONS, settingsOf } from './own-settings.js';
import { openPace } from './pace.js';
import { readerOf } from './reader.js';

const LIVE = 'bellwether';
/** What arrives while the proof is being made is caught up with, this often. */
const CATCH_UPS = 3;
const say = (text: string): void => void process.stderr.write(`${text}\n`);

/** `rebuild`: everything right of the raw store, made once more in a database beside, proved equal, and put in place. */
export const rebuild: Command = async (start) => {
  const { values } = parseArgs({
    args: [...start.argv],
    options: {
      ...OWN_OPTIONS,
      dataset: { type: 'string', multiple: true },
      into: { type: 'string', default: `${LIVE}_made` },
      answers: { type: 'string', default: '5' },
      fresh: { type: 'boolean', default: false },
      swap: { type: 'boolean', default: false },
      'swap-anyway': { type: 'boolean', default: false },
      'data-is-idle': { type: 'boolean', default: false },
    },
  });
  const { into, dataset: datasets } = values;
  const isSwap = values.swap || values['swap-anyway'];
  if (into === LIVE || (isSwap && datasets !== undefined))
    throw new BellwetherError(
      'REQUEST_INVALID',
      `rebuild: not into ${LIVE} itself; and a part is not put in place of all`,
    );
  const settings = settingsOf(start, values);
  const reader = readerOf(settings);
  const hand = await engineAtHand(settings);
  const names = { made: into, live: LIVE, kept: `${LIVE}_before` };
  try {
    if (isSwap && !hand.isOurs && !values['data-is-idle'])
      throw new BellwetherError(
        'DATA_FOLDER_IN_USE',
        'a swap needs Bellwether stopped (with a server of your own: --data-is-idle)',
      );
    if (await finishSwap(hand.address, names)) return say('a swap that was interrupted is finished');
    if (values.fresh) await dropMade();
    const store = await openRawStore(rawStoreOptionsOf(settings));
    const made = await openEngine({ ...hand.address, database: into, views: `${into}_views` });
    const live = await openEngine(hand.address);
    try {
      say(
        `Rebuilding into ${into}, by the configuration and the passwords of today (version ${reader.today.version.slice(0, 12)})`,
      );
      const log = (_: string, message: string, facts: Record<string, unknown> = {}): void =>
        say(`${message} ${JSON.stringify(facts)}`);
      const began = performance.now();
      const repeat = async (): Promise<number> => {
        const pace = openPace('submissions');
        const result = await repeatSubmissions({ ...reader, store, engine: made, datasets, progress: pace.show, log });
        pace.end();
        for (const submission of result.unreadable) say(`  ${submission} of the raw store cannot be read`);
        return result.read;
      };
      await repeat();
      const seconds = (performance.now() - began) / 1000;
      const prove = () => proveEqual({
        live, made, datasets, store, configuration: reader.today, perLevel: Number(values.answers), seed: 1, asOf: Date.now(),
      }); // prettier-ignore
      let proof = await prove();
      for (let i = 0; i < CATCH_UPS && proof.different.length > 0 && (await repeat()) > 0; i++) proof = await prove();
      process.stdout.write(
        `rebuilt in ${seconds.toFixed(1)} s; ${proof.partsCompared} parts and ${proof.answersCompared} regions compared: `,
      );
      process.stdout.write(proof.different.length === 0 ? 'equal\n' : `${proof.different.length} differ\n`);
      for (const line of proof.different.slice(0, 50)) process.stdout.write(`  ${line}\n`);
      if (proof.different.length > 0 && !values['swap-anyway'])
        throw new BellwetherError('REBUILD_DIFFERS', `${proof.different.length} parts; ${into} is kept beside`);
      if (isSwap) {
        await copyReleases(made, LIVE);
        await carryAlarms(made, LIVE);
      }
    } finally {
      await made.close();
      await live.close();
    }
    if (!isSwap) return say(`${into} is kept beside; with Bellwether stopped, rebuild --swap puts it in place`);
    await swapDatabases(hand.address, names);
    process.stdout.write(`${into} is in use; what was before is kept as ${names.kept}\n`);
  } finally {
    await hand.close();
  }

  async function dropMade(): Promise<void> {
    const databases = openDatabases(hand.address);
    for (const name of [into, `${into}_views`]) await databases.drop(name);
    await databases.close();
  }
};
