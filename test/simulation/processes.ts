import { type Change, openIngestor } from '#intake';
import { clearIncoming } from '#raw-store';
import { diskOf } from './disk-port.js';
import { engineOf } from './engine/port.js';
import { type Installation, RECORD_KEY, ROOT, type Worker, configuration, running, storeOf } from './installation.js';

const HOUR = 3_600_000;

/** As apps/api has it, as far as submissions go. */
export async function startApi(installation: Installation, at: number): Promise<void> {
  const process = running(`api${at + 1}`);
  const api: Installation['apis'][number] = { process, store: undefined };
  installation.apis[at] = api;
  api.store = await storeOf(installation, process);
}

/** Which worker is to have it. */
export const shareOf = ({ workers }: Installation, submission: string): number =>
  Number.parseInt(submission.slice(0, 8), 16) % workers.length;

/** As apps/ingest composes it: raw store, ingestor, and reconciling at the start and now and then. */
export async function startWorker(installation: Installation, at: number): Promise<void> {
  const { schedule, disk, diskMood: mood, plant } = installation;
  const process = running(`w${at + 1}`);
  const worker: Worker = { process, ingestor: undefined };
  installation.workers[at] = worker;
  const plain = engineOf(process, installation.engine);
  const engine = plant?.engine?.(plain) ?? plain;
  const bare = await storeOf(installation, process);
  const store = plant?.store?.(bare) ?? bare;
  await clearIncoming(ROOT, schedule.now - HOUR, diskOf(process, { disk, schedule, mood }));
  const told = (change: Change): Promise<void> => schedule.ask(process, 'tells of a commit', () => hear(installation, change)); // prettier-ignore
  const ingestor = openIngestor({
    engine,
    store,
    configuration,
    passwordOf: () => undefined,
    recordKey: RECORD_KEY,
    changed: plant?.changed?.(told) ?? told,
    now: () => schedule.now,
    wait: (ms, signal) => schedule.wait(process, ms, signal),
    random: () => schedule.random.below(1 << 24) / (1 << 24),
    log: () => undefined,
  });
  worker.ingestor = ingestor;
  const isOurs = (submission: string): boolean =>
    !installation.isPartitioned || shareOf(installation, submission) === at;
  for (;;) {
    try {
      await ingestor.reconcile(isOurs);
      await ingestor.retryAwaiting(isOurs);
    } catch {
      // It is tried again, as in apps/ingest.
    }
    await schedule.wait(process, installation.reconcileMs);
  }
}

/** Caches hear of a commit: from now on nobody may read less than this. */
function hear({ schedule, listenerFails, engine, told, wrong }: Installation, { dataset, rev, touched }: Change): void {
  if (schedule.random.chance(listenerFails)) throw new Error('planned: caches that do not answer');
  const revs = told.get(dataset) ?? new Set();
  told.set(dataset, revs.add(rev));
  for (const { region, days } of touched) {
    for (const day of days) {
      const row = engine.tables.rollup(dataset, { level: region.level, region: region.code, day });
      if ((row?.rev ?? 0) < rev)
        wrong.push(`told of ${dataset} ${rev}, and ${region.level} ${region.code} ${day} is at ${row?.rev ?? 0}`);
    }
  }
}

/** Gives what was received to a worker: perhaps, later, twice, in another order. */
export function enqueue(installation: Installation, submission: string): void {
  const { schedule, tally, isStormy, workers } = installation;
  const { random } = schedule;
  if (isStormy && random.chance(0.08)) {
    tally.messagesLost++;
    return;
  }
  let copies = 1;
  if (isStormy && random.chance(0.12)) {
    tally.messagesDoubled++;
    copies = 2;
  }
  for (; copies > 0; copies--) {
    schedule.plan({
      label: 'the queue delivers',
      delay: random.chance(0.1) ? random.below(6000) : random.below(60),
      act() {
        const at = installation.isPartitioned ? shareOf(installation, submission) : random.below(workers.length);
        // One that dies, or is not there, leaves it to the reconciler.
        workers[at]?.ingestor?.process(submission).catch(() => undefined);
      },
    });
  }
}
