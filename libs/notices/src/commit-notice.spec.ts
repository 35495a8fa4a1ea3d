import { describe, expect, it } from '@jest/globals';
import { MESSAGE_LIMIT } from './bus.js';
import { type CommitNotice, commitMessages, readCommit } from './commit-notice.js';

const merged = (notices: readonly (CommitNotice | undefined)[]): string[] =>
  notices
    .flatMap((notice) => notice!.touched.map(({ region, days }) => `${region.level}:${region.code} ${days.join()}`))
    .sort();

describe('a commit told over the bus', () => {
  it('arrives with every region and day', () => {
    const notice: CommitNotice = {
      dataset: 'otc',
      rev: 812,
      touched: [
        { region: { level: 'nation', code: 'us' }, days: [19_000, 19_001] },
        { region: { level: 'facility', code: 'a:b' }, days: [19_000] },
        { region: { level: 'zip', code: 'unknown' }, days: [19_000] },
      ],
    };
    const messages = commitMessages(notice);
    expect(messages).toHaveLength(1);
    expect(readCommit(JSON.parse(JSON.stringify(messages[0])))).toMatchObject({ dataset: 'otc', rev: 812 });
    expect(merged(messages.map(readCommit))).toEqual(merged([notice]));
  });

  it('is split so that no message exceeds the limit of the bus', () => {
    const days = Array.from({ length: 366 }, (_, i) => 19_000 + i);
    const touched = Array.from({ length: 40_000 }, (_, i) => ({
      region: { level: 'facility' as const, code: `facility-with-a-long-name-${i}` },
      days: i % 2 ? days : [19_000 + (i % 300)],
    }));
    const messages = commitMessages({ dataset: 'otc', rev: 1, touched });
    for (const message of messages) expect(JSON.stringify(message).length).toBeLessThan(MESSAGE_LIMIT);
    expect(merged(messages.map(readCommit))).toEqual(merged([{ dataset: 'otc', rev: 1, touched }]));
  });
});
