import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { startEngine } from '#embedded-clickhouse';
import { openIngestor, receive } from '#intake';
import { openKeyFolder, openRawStore, openReplayMarks } from '#raw-store';
import { loadConfiguration } from '#registry';
import { ledgerPage, openEngine, rowFaults } from '#warehouse';
import { seeded } from '../crash/random.js';
import { FAMILIES } from './families/index.js';
import type { HostileInput } from './input.js';

const PER_FAMILY = 30;

/** Some inputs of each family: small ones, and those that need no password, for the feeds of the test have none. */
function drawn(): HostileInput[] {
  const random = seeded(20_261_121);
  return Object.entries(FAMILIES).flatMap(([id, { inputs }]) => {
    const chosen: HostileInput[] = [];
    if (id === 'text-bombs') return chosen;
    for (const input of inputs(1)) {
      const isSmall = typeof input.content !== 'function' && input.content.length < 200_000 && input.content.length > 0;
      if (!isSmall || /zipcrypto|aes/.test(input.what)) continue;
      if (chosen.length < PER_FAMILY) chosen.push(input);
      else if (random.chance(0.02)) chosen[random.below(PER_FAMILY)] = input;
    }
    return chosen;
  });
}

/** What the ledger must say of an input. */
function stateOf({ expected }: HostileInput): { states: string[]; codes: readonly string[] } {
  if (!('refused' in expected)) return { states: ['loaded'], codes: [''] };
  const codes = typeof expected.refused === 'string' ? [expected.refused] : expected.refused;
  return { states: ['quarantined'], codes };
}

describe('hostile input through the whole intake, from receipt to ledger', () => {
  it('ends in the expected state with its code and faults, and what is good beside it loads', async () => {
    const work = await mkdtemp(join(tmpdir(), 'hostile-'));
    const configuration = loadConfiguration(join(import.meta.dirname, 'config'));
    const server = await startEngine({ dataPath: join(work, 'engine') });
    const engine = await openEngine({ url: server.url });
    const store = await openRawStore({
      folder: join(work, 'raw'),
      keys: openKeyFolder({ folder: join(work, 'keys'), raw: join(work, 'raw') }),
      maxBytes: 1 << 20,
    });
    const now = (): number => Date.UTC(2026, 10, 21);
    const ingestor = openIngestor({
      engine, store, now,
      replays: await openReplayMarks(join(work, 'raw')),
      configuration: () => configuration,
      passwordOf: () => undefined,
      recordKey: Buffer.alloc(32, 7),
      changed: () => Promise.resolve(),
      log: () => undefined,
    }); // prettier-ignore
    const send = async (feed: string, name: string, content: Uint8Array): Promise<string> => {
      const { submission } = await receive(
        { store, configuration: () => configuration, now },
        { feed, name, content: [content] },
      );
      return submission;
    };

    const inputs = drawn();
    const sent: { submission: string; input: HostileInput | undefined }[] = [];
    for (const [index, input] of inputs.entries()) {
      const content = input.content as Uint8Array;
      // Names apart: the same bytes twice under a name are one submission.
      sent.push({ input, submission: await send(input.feed, `${index}-${input.name}`, content) });
      const good = Buffer.from(`facility,day,category,value\nGOOD${index},2024-03-01,a,1\n`);
      sent.push({ input: undefined, submission: await send('strict', `good-${index}.csv`, good) });
    }
    await Promise.all(sent.map(({ submission }) => ingestor.process(submission)));

    const wrong: unknown[] = [];
    const entries = new Map((await ledgerPage(engine, { limit: 10_000 })).map((entry) => [entry.submission, entry]));
    for (const { submission, input } of sent) {
      const { state = 'unknown', code = 'none' } = entries.get(submission) ?? {};
      const { states, codes } = input ? stateOf(input) : { states: ['loaded'], codes: [''] };
      if (!states.includes(state) || !codes.includes(code))
        wrong.push([input?.what ?? 'good', state, code, states, codes]);
      if (!input || !('faults' in input.expected)) continue;
      const faults = (await rowFaults(engine, submission)).map(({ record, line, field, code: of }) => [
        record,
        line,
        field,
        of,
      ]);
      if (JSON.stringify(faults) !== JSON.stringify(input.expected.faults))
        wrong.push([input.what, faults, input.expected.faults]);
    }
    await ingestor.close();
    await engine.close();
    await server.close();
    await rm(work, { recursive: true, force: true });
    expect(inputs.length).toBeGreaterThan(200);
    expect(wrong).toEqual([]);
  }, 120_000);
});
