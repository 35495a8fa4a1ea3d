import { giveOrder, receive } from '#intake';
import { BellwetherError, type Receipt } from '#vocabulary';
import { ledgerPage, regionRows } from '#warehouse';
import { type Made, identityOf } from '../crash/load.js';
import { engineOf } from './engine/port.js';
import { type Api, type Installation, configuration } from './installation.js';
import { enqueue } from './processes.js';

const MAX_TRIES = 6;

/** An api process that is up; waits for one. */
async function anyApi({ apis, schedule, outside }: Installation): Promise<Api> {
  for (;;) {
    const up = apis.filter((api) => api?.store !== undefined);
    if (up.length > 0) return schedule.random.of(up)!;
    await schedule.wait(outside, 100);
  }
}

/** What a client gets: the answer, an error, or nothing because the other side died. */
async function answerOf<T>(api: Api, work: Promise<T>): Promise<T | 'died' | BellwetherError> {
  try {
    return await Promise.race([work, api.process.died]);
  } catch (error) {
    if (error instanceof BellwetherError) return error;
    throw error;
  }
}

function acknowledged(installation: Installation, { submission }: Receipt): void {
  installation.receipts.add(submission);
  enqueue(installation, submission);
}

async function send(installation: Installation, made: Made): Promise<void> {
  const { schedule, outside, sent } = installation;
  const { random } = schedule;
  // How it is named and what it holds is known before anything can happen to it.
  const identity = identityOf(made);
  if (!sent.has(identity)) sent.set(identity, made);
  for (let attempt = 1; attempt <= MAX_TRIES; attempt++) {
    const api = await anyApi(installation);
    const means = { store: api.store!, configuration, now: () => schedule.now };
    const { feed, name, content } = made;
    const answer = await answerOf(api, receive(means, { feed, name, content: [content] }));
    if (answer !== 'died' && !(answer instanceof BellwetherError)) return acknowledged(installation, answer);
    // Who was told nothing, or that it failed, sends again, or gives up.
    if (random.chance(0.15)) return;
    await schedule.wait(outside, random.below(500));
  }
}

/** Senders: rounds of files, some at the same time, some twice at the same time. */
export async function sends(installation: Installation): Promise<void> {
  const { schedule, outside, sender, tally } = installation;
  const { random } = schedule;
  while (installation.isStormy) {
    const round = sender.round(random.of(['any', 'any', 'mover', 'damaged', 'units'] as const));
    const files = round.flatMap((made) => (random.chance(0.1) ? [made, made] : [made]));
    tally.submissions += files.length;
    await Promise.all(files.map((made) => send(installation, made)));
    await schedule.wait(outside, random.below(random.chance(0.2) ? 3000 : 400));
  }
}

/** Operators: undo, withdraw, undo an order, also two orders about one submission at the same time. */
export async function gives(installation: Installation): Promise<void> {
  const { schedule, outside, receipts, tally } = installation;
  const { random } = schedule;
  async function give(submission: string): Promise<void> {
    const api = await anyApi(installation);
    const engine = engineOf(api.process, installation.engine);
    const means = { engine, store: api.store!, now: () => schedule.now };
    const order = random.of(['undo', 'undo', 'withdraw'] as const);
    const given = { order, submission, reason: 'planned', by: `operator ${random.below(1000)}` };
    const answer = await answerOf(api, giveOrder(means, given));
    if (answer === 'died' || answer instanceof BellwetherError) return;
    tally.orders++;
    orders.push(answer.submission);
    acknowledged(installation, answer);
  }
  const orders: string[] = [];
  while (installation.isStormy) {
    await schedule.wait(outside, random.below(4000));
    const files = [...receipts];
    if (files.length === 0) continue;
    const about = orders.length > 0 && random.chance(0.5) ? random.of(orders) : random.of(files);
    await Promise.all(Array.from({ length: random.chance(0.2) ? 2 : 1 }, () => give(about)));
  }
}

/** Readers: who sees `loaded` is never shown what was before. */
export async function reads(installation: Installation): Promise<void> {
  const { schedule, outside, receipts, tally, told, sent, wrong } = installation;
  const { random } = schedule;
  async function read(submission: string): Promise<void> {
    const api = await anyApi(installation);
    const engine = engineOf(api.process, installation.engine);
    const page = await answerOf(api, ledgerPage(engine, { submission, limit: 1 }));
    if (page === 'died' || page instanceof BellwetherError) return;
    const [line] = page;
    if (line?.state !== 'loaded') return;
    const made = sent.get(identityOf(line));
    if (!made) return; // an order
    tally.reads++;
    if (!told.get(made.dataset)?.has(line.rev))
      wrong.push(`${line.name} is loaded as of ${line.rev}, and nobody was told`);
    for (const { facility, day } of made.said) {
      const question = { dataset: made.dataset, level: 'facility', regions: [facility], from: day, to: day } as const;
      const rows = await answerOf(api, regionRows(engine, question));
      if (rows === 'died' || rows instanceof BellwetherError) return;
      if ((rows[0]?.rev ?? 0) < line.rev)
        wrong.push(
          `${line.name} is loaded as of ${line.rev}, and ${facility} ${day} is read as of ${rows[0]?.rev ?? 0}`,
        );
    }
  }
  while (installation.isStormy) {
    await schedule.wait(outside, random.below(400));
    const files = [...receipts];
    if (files.length > 0) await read(random.of(files));
  }
}
