import { cp, mkdtemp, readdir, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { type AuditEntry, openAudit, readAudit, verifyAudit } from './index.js';

const key = Buffer.alloc(32, 5);
const entry = (change: Partial<AuditEntry> = {}): AuditEntry => ({
  at: Date.parse('2026-11-21T12:00:00.123Z'),
  who: 'montgomery-county',
  does: 'series rest',
  object: 'ed-visits respiratory county:42091',
  outcome: 'done',
  rows: 730,
  request: '3b0c',
  ...change,
});
const onError = (error: unknown): never => {
  throw error;
};
const open = (folder: string, segmentBytes = 1e6) => openAudit({ folder, key, onError, flushMs: 5, segmentBytes });

let root: string;
let count = 0;
const fresh = (): string => join(root, String(count++));
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'audit-'));
});
afterAll(() => rm(root, { recursive: true }));

/** Batches of so many entries, over several openings. */
async function write(folder: string, openings: readonly (readonly number[])[], segmentBytes?: number): Promise<number> {
  let n = 0;
  for (const batches of openings) {
    const audit = await open(folder, segmentBytes);
    for (const size of batches) {
      for (let i = 0; i < size; i++) audit.record(entry({ request: `r${++n}` }));
      await audit.settled();
    }
    await audit.close();
  }
  return n;
}

async function entriesOf(folder: string): Promise<AuditEntry[]> {
  const read: AuditEntry[] = [];
  for await (const one of readAudit(folder)) read.push(one);
  return read;
}

describe('a trail', () => {
  it('reads back as it was written, numbered, through segments and openings', async () => {
    const folder = fresh();
    const total = await write(folder, [[3, 1, 20], [7], [1, 1]], 500);
    const read = await entriesOf(folder);
    expect(read.map(({ request }) => request)).toEqual(Array.from({ length: total }, (_, i) => `r${i + 1}`));
    expect(read[0]).toEqual({ n: 1, ...entry({ request: 'r1' }) });
    expect(await verifyAudit(folder, { key })).toMatchObject({ entries: total, problems: [] });
    expect((await readdir(folder)).filter((file) => file.endsWith('.jsonl')).length).toBeGreaterThan(3);
  });

  it('holds any text in one line', async () => {
    const folder = fresh();
    const audit = await open(folder);
    const reasons = ['"', '\\', '\n{"seal":1}\n', '\u2028é\ud800', ''];
    for (const reason of reasons) audit.record(entry({ reason, code: 'FORBIDDEN', rows: undefined }));
    await audit.close();
    expect((await entriesOf(folder)).map(({ reason }) => reason)).toEqual(reasons);
    expect((await verifyAudit(folder, { key })).problems).toEqual([]);
  });

  it('is told from one with another key, from none, and from an earlier copy by a head kept elsewhere', async () => {
    const folder = fresh();
    await write(folder, [[5]]);
    const { head } = await verifyAudit(folder, { key });
    await cp(folder, `${folder}-copy`, { recursive: true });
    await write(folder, [[5]]);
    const later = (await verifyAudit(folder, { key })).head;
    expect((await verifyAudit(folder, { key, expected: head })).problems).toEqual([]);
    expect((await verifyAudit(`${folder}-copy`, { key, expected: head })).problems).toEqual([]);
    expect((await verifyAudit(`${folder}-copy`, { key })).problems).toEqual([]);
    expect((await verifyAudit(`${folder}-copy`, { key, expected: later })).problems).not.toEqual([]);
    expect((await verifyAudit(folder, { key: Buffer.alloc(32, 6) })).problems).not.toEqual([]);
    expect((await verifyAudit(fresh(), { key })).problems).not.toEqual([]);
  });

  it('refuses what it cannot keep, rather than forgetting it', async () => {
    const folder = fresh();
    const errors: unknown[] = [];
    const audit = await openAudit({ folder, key, onError: (error) => errors.push(error), flushMs: 60_000 });
    for (let i = 0; i < 100_000; i++) audit.record(entry());
    expect(audit.isBehind).toBe(true);
    for (let i = 0; i < 100_000; i++) audit.record(entry());
    expect(() => audit.record(entry())).toThrow(/STORAGE_FAILED/);
    await audit.settled();
    audit.record(entry());
    await audit.close();
    expect((await verifyAudit(folder, { key })).entries).toBe(200_001);
  });

  it('goes on when a disk that failed comes back', async () => {
    const folder = fresh();
    const audit = await openAudit({ folder, key, onError: () => undefined, flushMs: 5 });
    audit.record(entry({ request: 'before' }));
    await audit.settled();
    await rename(folder, `${folder}-gone`);
    await rm(`${folder}-gone/head.json`);
    await cp(`${folder}-gone`, folder, { recursive: true });
    await rm(folder, { recursive: true });
    audit.record(entry({ request: 'during' }));
    await expect(audit.settled()).rejects.toThrow();
    await rename(`${folder}-gone`, folder);
    audit.record(entry({ request: 'after' }));
    await audit.settled();
    await audit.close();
    expect((await entriesOf(folder)).map(({ request }) => request)).toEqual(['before', 'during', 'after']);
    expect((await verifyAudit(folder, { key })).problems).toEqual([]);
  });
});

describe('after a crash', () => {
  let folder: string;
  let before: { file: string; size: number };
  beforeEach(async () => {
    folder = fresh();
    await write(folder, [[4, 4]]);
    const file = join(folder, '00000001.jsonl');
    before = { file, size: (await stat(file)).size };
  });

  it('keeps every batch that was whole, cuts what was not, and says so', async () => {
    const head = await readFile(join(folder, 'head.json'));
    const audit = await openAudit({ folder, key, onError, flushMs: 5, segmentBytes: 1e6 });
    for (let i = 9; i <= 12; i++) audit.record(entry({ request: `r${i}` }));
    await audit.settled();
    const whole = (await stat(join(folder, '00000002.jsonl'))).size;
    for (let i = 13; i <= 16; i++) audit.record(entry({ request: `r${i}` }));
    await audit.close();
    const last = join(folder, '00000002.jsonl');
    const full = (await stat(last)).size;
    for (const size of [0, 1, 40, whole - 1, whole, whole + 1, full - 1, full]) {
      const copy = fresh();
      await cp(folder, copy, { recursive: true });
      await writeFile(join(copy, 'head.json'), head); // as it was before these two batches
      await truncate(join(copy, '00000002.jsonl'), size);
      await (await open(copy)).close();
      const kept = size === full ? 16 : size >= whole ? 12 : 8;
      const requests = (await entriesOf(copy)).map(({ request }) => request);
      expect(requests.slice(0, kept).at(-1)).toBe(`r${kept}`);
      const isTorn = ![0, whole, full].includes(size);
      expect((await entriesOf(copy)).slice(kept).map(({ does }) => does)).toEqual(isTorn ? ['audit trail cut'] : []);
      expect((await verifyAudit(copy, { key })).problems).toEqual([]);
    }
  });

  it('does not take an edit for one', async () => {
    await truncate(before.file, before.size - 30);
    await (await open(folder)).close();
    expect((await verifyAudit(folder, { key })).problems).not.toEqual([]);
    await write(folder, [[2]]);
    expect((await verifyAudit(folder, { key })).problems).not.toEqual([]);
    expect((await entriesOf(folder)).some(({ does }) => does === 'audit trail damaged')).toBe(true);
  });

  it('begins again when it came before the first head', async () => {
    await rm(join(folder, 'head.json'));
    await (await open(folder)).close();
    await write(folder, [[1]]);
    expect((await verifyAudit(folder, { key })).problems).toEqual([]);
  });
});

it('shows any edit, deletion, truncation, addition or other order of its bytes, lines, batches and files', async () => {
  const folder = fresh();
  await write(folder, [
    [3, 1, 6],
    [2, 9],
    [1, 4, 1],
  ]);
  const names = (await readdir(folder)).sort();
  const files = new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const)),
  );
  expect(names.length).toBeGreaterThan(3);

  type Files = Map<string, Buffer>;
  const linesOf = (bytes: Buffer): string[] => bytes.toString('latin1').split(/(?<=\n)/);
  const joined = (lines: readonly string[]): Buffer => Buffer.from(lines.join(''), 'latin1');
  const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  const pick = (length: number, share: number): number => Math.floor(share * length);
  const splice = (lines: string[], from: number, count: number, ...put: string[]): string[] => {
    const copy = [...lines];
    copy.splice(from, count, ...put);
    return copy;
  };
  /** Each changes one file (or the set of them) in one way; shares say where. */
  const EDITS: Readonly<Record<string, (now: Files, name: string, a: number, b: number) => void>> = {
    'flips a bit': (now, name, a, b) => {
      const bytes = Buffer.from(now.get(name)!);
      bytes[pick(bytes.length, a)]! ^= 1 << pick(8, b);
      now.set(name, bytes);
    },
    'cuts the end off': (now, name, a) =>
      void now.set(name, now.get(name)!.subarray(0, pick(now.get(name)!.length, a))),
    'deletes bytes': (now, name, a, b) => {
      const bytes = now.get(name)!;
      const from = pick(bytes.length, a);
      now.set(name, Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + 1 + pick(40, b))]));
    },
    'puts bytes in': (now, name, a, b) => {
      const bytes = now.get(name)!;
      const from = pick(bytes.length + 1, a);
      now.set(name, Buffer.concat([bytes.subarray(0, from), Buffer.from([pick(256, b)]), bytes.subarray(from)]));
    },
    'deletes a line': (now, name, a) => {
      const lines = linesOf(now.get(name)!);
      now.set(name, joined(splice(lines, pick(lines.length, a), 1)));
    },
    'doubles a line': (now, name, a) => {
      const lines = linesOf(now.get(name)!);
      const from = pick(lines.length, a);
      now.set(name, joined(splice(lines, from, 0, lines[from]!)));
    },
    'swaps lines': (now, name, a, b) => {
      const lines = linesOf(now.get(name)!);
      const [i, j] = [pick(lines.length, a), pick(lines.length, b)];
      [lines[i], lines[j]] = [lines[j]!, lines[i]!];
      now.set(name, joined(lines));
    },
    'swaps batches': (now, name, a, b) => {
      const batches = now.get(name)!.toString('latin1').split(/(?<="seal".*\n)/); // prettier-ignore
      const [i, j] = [pick(batches.length, a), pick(batches.length, b)];
      [batches[i], batches[j]] = [batches[j]!, batches[i]!];
      now.set(name, joined(batches));
    },
    'removes a file': (now, name) => void now.delete(name),
    'swaps files': (now, name, a) => {
      const other = names[pick(names.length, a)]!;
      const [one, two] = [now.get(name)!, now.get(other)!];
      now.set(name, two).set(other, one);
    },
    'copies a file over another': (now, name, a) => void now.set(names[pick(names.length, a)]!, now.get(name)!),
    'adds a file': (now, name, a) => void now.set(`0000${1000 + pick(9, a)}.jsonl`, now.get(name)!),
  };
  const same = (now: Files): boolean =>
    now.size === files.size && [...files].every(([name, bytes]) => now.get(name)?.equals(bytes) === true);
  const copy = fresh();
  let edits = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(EDITS)),
      fc.constantFrom(...names),
      at,
      at,
      async (edit, name, a, b) => {
        const now: Files = new Map(files);
        EDITS[edit]!(now, name, a, b);
        fc.pre(!same(now));
        edits++;
        await rm(copy, { recursive: true, force: true });
        await cp(folder, copy, { recursive: true });
        for (const file of names) if (!now.has(file)) await rm(join(copy, file));
        for (const [file, bytes] of now) if (files.get(file) !== bytes) await writeFile(join(copy, file), bytes);
        const { problems } = await verifyAudit(copy, { key, patience: 0 });
        expect(problems).not.toEqual([]);
      },
    ),
    { numRuns: 600 },
  );
  expect(edits).toBeGreaterThan(400);
});
