import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { FINISHED_AFTER_MS, type Sighting, sightingOf, verdictOf } from './compare.js';
import { openJournal } from './journal.js';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'journal-'));
  path = join(folder, 'a.journal');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const name = fc.constantFrom('a.csv', 'b.csv', 'ü \n"x.csv', 'c/d.csv');
const version = fc.record({
  size: fc.option(fc.nat(3), { nil: undefined }),
  stamp: fc.constantFrom('', '1', '"e"', 'long '.repeat(50)),
});

describe('the journal of a source', () => {
  it('knows after being opened again what it was told, as a plain map does', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(name, version, fc.boolean()), { maxLength: 30 }), async (steps) => {
        const at = join(mkdtempSync(join(folder, 'run-')), 'journal');
        const twin = new Map<string, unknown>();
        let journal = await openJournal(at);
        for (const [of, given, isReopened] of steps) {
          await journal.add(of, given);
          twin.set(of, given);
          if (isReopened) {
            await journal.close();
            journal = await openJournal(at);
          }
          for (const known of ['a.csv', 'b.csv', 'ü \n"x.csv', 'c/d.csv'])
            expect(journal.taken(known)).toEqual(twin.get(known));
        }
        expect(journal.damaged).toBe(0);
        await journal.close();
      }),
      { numRuns: 40, seed: 20261121 },
    );
  });

  it('forgets only the last file when it was cut off at any byte, and goes on after that', async () => {
    const journal = await openJournal(path);
    await journal.add('a.csv', { size: 1, stamp: '1' });
    await journal.add('b.csv', { size: 2, stamp: '2' });
    await journal.close();
    const whole = readFileSync(path);
    const second = whole.indexOf('\n') + 1;
    for (let length = second; length < whole.length - 1; length++) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      const again = await openJournal(path);
      expect(again.taken('a.csv')).toEqual({ size: 1, stamp: '1' });
      expect(again.taken('b.csv')).toBeUndefined();
      expect(again.damaged).toBe(length === second ? 0 : 1);
      await again.add('c.csv', { size: 3, stamp: '3' });
      await again.close();
      const last = await openJournal(path);
      expect([last.taken('a.csv')?.size, last.taken('c.csv')?.size, last.damaged]).toEqual([1, 3, 0]);
      await last.close();
    }
  });

  it('never takes a changed byte for a file that was taken', async () => {
    const journal = await openJournal(path);
    await journal.add('a.csv', { size: 10, stamp: '1' });
    await journal.close();
    const whole = readFileSync(path);
    for (let at = 0; at < whole.length - 1; at++) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1;
      writeFileSync(path, bytes);
      const again = await openJournal(path);
      const taken = again.taken('a.csv');
      if (taken) expect(taken).toEqual({ size: 10, stamp: '1' });
      await again.close();
    }
  });

  it('reads over what is no line, in the middle too', async () => {
    const journal = await openJournal(path);
    await journal.add('a.csv', { size: 1, stamp: '1' });
    await journal.close();
    const first = readFileSync(path, 'utf8');
    writeFileSync(path, `not a line\n\0\0\0\0\n${first}`);
    appendFileSync(path, first.replace('a.csv', 'b.csv'));
    const again = await openJournal(path);
    expect([again.taken('a.csv')?.size, again.taken('b.csv'), again.damaged]).toEqual([1, undefined, 3]);
    await again.close();
  });

  it('is written anew when most of it is past', async () => {
    const journal = await openJournal(path);
    for (let stamp = 0; stamp < 1_200; stamp++) await journal.add('a.csv', { size: 1, stamp: String(stamp) });
    await journal.keep(new Set(['a.csv']));
    await journal.add('b.csv', { size: 2, stamp: '' });
    expect(readFileSync(path, 'utf8').trim().split('\n')).toHaveLength(2);
    await journal.close();
    const again = await openJournal(path);
    expect([again.taken('a.csv')?.stamp, again.taken('b.csv')?.stamp]).toEqual(['1199', '']);
    await again.close();
  });
});

describe('comparing listings', () => {
  /** Plays a sender that writes, and a reader that lists; the twin knows the whole history of every file. */
  it('takes the last state of every file, and no state that was still being written', () => {
    const SETTLE = 60;
    const step = fc.oneof(
      fc.record({ kind: fc.constant('write' as const), of: name, bytes: fc.integer({ min: 1, max: 9 }) }),
      fc.record({ kind: fc.constant('list' as const), after: fc.integer({ min: 1, max: 100 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), fc.boolean(), (steps, hasTimes) => {
        let now = FINISHED_AFTER_MS * 10;
        const files = new Map<string, { size: number; content: string; at: number }>();
        const taken = new Map<string, { size: number | undefined; stamp: string }>();
        const contents = new Map<string, string>();
        let seen = new Map<string, Sighting>();
        const list = (): void => {
          const next = new Map<string, Sighting>();
          for (const [of, { size, content, at }] of files) {
            const entry = { path: of, name: of, size, stamp: String(at), changedAt: hasTimes ? at : undefined };
            const verdict = verdictOf(entry, { taken: taken.get(of), seen: seen.get(of), now, settleMs: SETTLE });
            next.set(of, sightingOf(entry, seen.get(of), now));
            if (verdict !== 'take') continue;
            // Slowly and obviously: it has not been written to for as long as a file has to rest.
            expect(now - at).toBeGreaterThanOrEqual(SETTLE);
            expect(contents.get(of)).not.toBe(content);
            taken.set(of, { size, stamp: entry.stamp });
            contents.set(of, content);
          }
          seen = next;
        };
        for (const given of steps) {
          now++;
          if (given.kind === 'list') {
            now += given.after;
            list();
          } else {
            files.set(given.of, { size: given.bytes, content: `${given.of} ${now}`, at: now });
          }
        }
        now += 1;
        list();
        now += SETTLE;
        list();
        expect([...contents].sort()).toEqual([...files].map(([of, { content }]) => [of, content]).sort());
      }),
      { numRuns: 500, seed: 20261121 },
    );
  });
});
