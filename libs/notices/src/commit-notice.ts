import { type Day, type Region, parseRegion, regionKey } from '#vocabulary';
import { MESSAGE_LIMIT, type Message } from './bus.js';

/** The topic of what commits changed. */
export const COMMITS = 'commit';
/** The topic of wishes to have submissions read again; which ones is in the raw store. */
export const REPLAYS = 'replay';
/** The topic of alarms that have changed, or of which something was done: their ids. */
export const ALARMS = 'alarm';
/** The topic of submissions that were received: their ids. */
export const RECEIVED = 'received';

/** The topic of releases to those who may not see small counts: the dataset of which something new is out. */
export const RELEASES = 'release';

/** What a commit changed: regions of one dataset with the days of each. */
export interface CommitNotice {
  readonly dataset: string;
  readonly rev: number;
  readonly touched: readonly { readonly region: Region; readonly days: readonly Day[] }[];
}

/** Characters of region keys and days in one message, with room for the rest. */
const PER_MESSAGE = MESSAGE_LIMIT / 2;

/** The messages that tell of a commit. Regions that share their days share a group. */
export function commitMessages({ dataset, rev, touched }: CommitNotice): Message[] {
  const groups = new Map<string, { days: readonly Day[]; regions: string[] }>();
  for (const { region, days } of touched) {
    const name = days.join();
    let group = groups.get(name);
    if (!group) groups.set(name, (group = { days, regions: [] }));
    group.regions.push(regionKey(region));
  }
  const messages: Message[] = [];
  let open: Message[] = [];
  let size = 0;
  const flush = (): void => {
    if (open.length > 0) messages.push({ dataset, rev, groups: open });
    open = [];
    size = 0;
  };
  for (const { days, regions } of groups.values()) {
    const daysSize = days.length * 6;
    for (let at = 0; at < regions.length;) {
      let next = at;
      let chars = daysSize;
      while (next < regions.length && (next === at || chars + regions[next]!.length + 3 < PER_MESSAGE)) {
        chars += regions[next++]!.length + 3;
      }
      if (size + chars > PER_MESSAGE) flush();
      open.push({ days, regions: regions.slice(at, next) });
      size += chars;
      at = next;
    }
  }
  flush();
  return messages;
}

interface Group {
  readonly days: readonly Day[];
  readonly regions: readonly string[];
}

/** The inverse of {@link commitMessages}; undefined for anything else. */
export function readCommit(message: Message): CommitNotice | undefined {
  if (typeof message !== 'object' || message === null || !('groups' in message)) return undefined;
  const { dataset, rev, groups } = message as unknown as { dataset: string; rev: number; groups: readonly Group[] };
  const touched = groups.flatMap(({ days, regions }) =>
    regions.flatMap((key) => {
      const region = parseRegion(key);
      return region ? [{ region, days }] : [];
    }),
  );
  return { dataset, rev, touched };
}
