import type { Notice } from '#notify';
import { formatDay, regionKey } from '#vocabulary';
import type { AlarmRow } from '#warehouse';
import type { AlarmNews } from '../run/dataset-watch.js';
import { nameOf } from './identity.js';

const rounded = (value: number): number | null => (Number.isFinite(value) ? Number(value.toPrecision(6)) : null);

/** What receivers are told of an alarm. The same news of the same alarm has the same id; those of one region are in order. */
export function alarmNotice(alarm: AlarmRow, news: AlarmNews): Notice {
  const { id, rule, dataset, level, region, category, day, first, last, changed, value, expected, p, share } = alarm;
  const key = regionKey({ level, code: region });
  return {
    id: news === 'opened' ? id : nameOf(id, news, changed),
    topic: 'alarm',
    key,
    at: changed,
    data: {
      alarm: id, news, rule, dataset, region: key, category, day: formatDay(day), first: formatDay(first), last: formatDay(last),
      strongest_region: alarm.atRegion, strongest_category: alarm.atCategory, strongest_day: formatDay(alarm.atDay),
      value: rounded(value), expected: rounded(expected), p: rounded(p), recurrence_days: rounded(1 / p), completeness: rounded(share),
    },
  }; // prettier-ignore
}
