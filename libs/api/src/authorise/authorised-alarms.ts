import type { Policy, Principal } from '#access';
import type { Alarm, AlarmAt, AlarmDesk, AlarmNumbers, AlarmOrder } from '#analytics';
import { BellwetherError, type Region } from '#vocabulary';

/** Questions and orders about alarms as one principal may have them. */
export interface AuthorisedAlarms extends Omit<AlarmDesk, 'act'> {
  act(id: string, order: Omit<AlarmOrder, 'actor'>): Promise<Alarm>;
}

const NOTHING: AlarmNumbers = {
  value: null,
  expected: null,
  upperbound: null,
  p: null,
  recurrence: null,
  completeness: null,
  matched: 0,
};

/**
 * An alarm is seen by who may see the counts of its region and category; of the regions around and within it, those are
 * named that may be seen. Counts are shown to who may see small ones as they are: a count of some facilities, beside that
 * of all, would tell of the rest. An alarm that is out of reach does not exist (UNKNOWN_ALARM).
 */
export function authorisedAlarms({
  alarms,
  policy,
  principal,
}: {
  alarms: AlarmDesk;
  policy: Policy;
  principal: Principal;
}): AuthorisedAlarms {
  interface Place {
    readonly dataset: string;
    readonly region: Region;
    readonly category: string;
  }
  const may = (action: 'series' | 'exact', place: Place): boolean =>
    policy.decide(principal, action, { kind: 'series', ...place }).allowed;

  function demand(action: 'series' | 'triage'): void {
    if (!policy.reach(principal, action))
      throw new BellwetherError('FORBIDDEN', `${principal.id} has no permission for "${action}"`);
  }

  function numbersAt<T extends AlarmNumbers>(numbers: T, place: Place): T {
    if (!may('series', place)) return { ...numbers, ...NOTHING };
    if (may('exact', place)) return numbers;
    // Of small counts a p value is as good as the count: there are few that give it.
    return { ...numbers, value: null, expected: null, upperbound: null, p: null, recurrence: null };
  }

  /** What may be seen of it; undefined: it does not exist. */
  function seen(alarm: Alarm): Alarm | undefined {
    const { dataset, region, category, strongest } = alarm;
    if (!may('series', { dataset, region, category })) return undefined;
    const isSeen = may('series', { dataset, ...strongest });
    return {
      ...numbersAt(alarm, { dataset, ...strongest }),
      strongest: isSeen ? strongest : { region, category, day: alarm.day },
      regions: alarm.regions.filter((one) => may('series', { dataset, region: one, category })),
      categories: alarm.categories.filter((one) => may('series', { dataset, region, category: one })),
    };
  }

  const unknown = (): BellwetherError => new BellwetherError('UNKNOWN_ALARM', 'no alarm within your reach has this id');

  async function demandSeen(id: string): Promise<Alarm> {
    demand('series');
    const alarm = seen((await alarms.one(id)).alarm);
    if (!alarm) throw unknown();
    return alarm;
  }

  return {
    async list(question) {
      demand('series');
      const { items, next } = await alarms.list(question);
      return { items: items.flatMap((alarm) => seen(alarm) ?? []), next };
    },
    async one(id) {
      demand('series');
      const { alarm, actions, findings } = await alarms.one(id);
      const shown = seen(alarm);
      if (!shown) throw unknown();
      const { dataset } = alarm;
      return {
        alarm: shown,
        actions,
        findings: findings
          .filter(({ region, category }) => may('series', { dataset, region, category }))
          .map((finding) => numbersAt(finding, { dataset, region: finding.region, category: finding.category })),
      };
    },
    async act(id, order) {
      demand('triage');
      await demandSeen(id);
      const alarm = seen(await alarms.act(id, { ...order, actor: principal.id }));
      if (!alarm) throw unknown();
      return alarm;
    },
    async replay(id) {
      const { dataset } = await demandSeen(id);
      const replay = await alarms.replay(id);
      const place = { dataset, region: replay.region, category: replay.category };
      if (!may('series', place)) throw new BellwetherError('FORBIDDEN', 'the region of the finding is out of scope');
      const { recorded, repeated } = replay;
      return { ...replay, recorded: numbersAt(recorded, place), repeated: repeated && numbersAt(repeated, place) };
    },
    async alarmAt(question) {
      demand('series');
      return shownAt(await alarms.alarmAt(question));
    },
    async alarmAtOf(id, asOf) {
      await demandSeen(id);
      return shownAt(await alarms.alarmAtOf(id, asOf));
    },
    async nowcast(question) {
      const { dataset, region, category } = question;
      for (const action of ['series', 'exact'] as const) {
        const decision = policy.decide(principal, action, { kind: 'series', dataset, region, category });
        if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
      }
      return alarms.nowcast(question);
    },
    watch(changed) {
      demand('series');
      return alarms.watch((alarm) => {
        const shown = seen(alarm);
        if (shown) changed(shown);
      });
    },
  };

  function shownAt(at: AlarmAt): AlarmAt {
    const { dataset, region, category } = at;
    if (!may('series', { dataset, region, category }))
      throw new BellwetherError('FORBIDDEN', 'the region or category is out of scope');
    return numbersAt(at, { dataset, region, category });
  }
}
