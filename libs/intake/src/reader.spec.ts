import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { TextReader, Uint8ArrayWriter, ZipWriter, configure } from '@zip.js/zip.js';
import { type RawStore, openKeys, openRawStore } from '#raw-store';
import { loadConfiguration } from '#registry';
import { openReader } from './reader.js';
import type { ReadingAnswer } from './reading-threads.js';
import { receive } from './receive/index.js';

configure({ useWebWorkers: false });

const DATASET = `title: Visits
unit: visits
categories: { fever: Fever }
flags: { N: Not admitted }
unflagged: N
`;
const FEED = `title: Clinics
dataset: visits
name: '{facility}_{period}_v{version}.{ext}'
password: { table: secrets/passwords.csv, key: facility, value: password }
record:
  facility: clinic
  day: day
  category: syndrome
  flag: { constant: N }
  value: count
`;
const FILE = 'clinic,day,syndrome,count\nC1,2024-03-01,fever,3\n';

let home: string;
let store: RawStore;
let version: string;
let read: (submission: string) => Promise<ReadingAnswer>;

const setPassword = (clinic: string, password: string): Promise<void> =>
  writeFile(join(home, 'config/secrets/passwords.csv'), `facility,password\n${clinic},${password}\n`, { mode: 0o600 });

async function archive(password: string): Promise<Uint8Array> {
  const writer = new ZipWriter(new Uint8ArrayWriter(), { password, encryptionStrength: 3 });
  await writer.add('visits.csv', new TextReader(FILE));
  return writer.close();
}

async function send(content: string | Uint8Array, facts: { name?: string; feed?: string; kind?: 'order' } = {}) {
  const { name = 'C1_2024-03-01_v1.zip', feed = 'clinics', kind } = facts;
  const given = { feed, name, stated: { facility: 'C1' }, receivedAt: Date.UTC(2024, 2, 2), ...(kind && { kind }) };
  return (await store.put(given, [Buffer.from(content)])).submission;
}

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'reader-'));
  for (const folder of ['datasets', 'feeds', 'secrets']) await mkdir(join(home, 'config', folder), { recursive: true });
  await writeFile(join(home, 'config/datasets/visits.yaml'), DATASET);
  await writeFile(join(home, 'config/feeds/clinics.yaml'), FEED);
  await setPassword('C1', 'correct horse');
  const keys = { folder: join(home, 'keys'), raw: join(home, 'raw') };
  store = await openRawStore({ folder: keys.raw, keys: openKeys(keys), maxBytes: 1 << 20 });
  const folder = join(home, 'config');
  ({ version } = loadConfiguration(folder));
  const vault = { folder: keys.raw, keys };
  const reader = openReader({ vault, secrets: [home, folder], recordKey: Buffer.from('a key for the specification') });
  read = (submission) => reader({ submission, folder, version });
});
afterEach(() => rm(home, { recursive: true, force: true }));

describe('a thread that reads', () => {
  it('finds the submission, its password and its mapping by itself, and hands back counts', async () => {
    const content = await archive('correct horse');
    const configuration = loadConfiguration(join(home, 'config'));
    const means = { store, configuration: () => configuration, now: () => Date.UTC(2024, 2, 2) };
    const receipt = await receive(means, { feed: 'clinics', name: 'C1_2024-03-01_v1.zip', content: [content] });
    const answer = await read(receipt.submission);
    expect(answer).toMatchObject({
      kind: 'read',
      stored: { submission: receipt.submission, name: 'C1_2024-03-01_v1.zip', feed: 'clinics' },
      reading: { rowsAccepted: 1, rowsRefused: 0, statements: [{ facility: 'C1', values: [3] }] },
    });
  });

  it('reads by the configuration and the passwords of now', async () => {
    await setPassword('C1', 'wrong');
    const submission = await send(await archive('correct horse'));
    expect(await read(submission)).toMatchObject({
      kind: 'refused',
      code: 'ARCHIVE_WRONG_PASSWORD',
      password: 'wrong',
    });
    await setPassword('C1', 'correct horse');
    expect(await read(submission)).toMatchObject({ kind: 'read' });
  });

  it('refuses with the code and the place that the file earns', async () => {
    const submission = await send('no,such,header\n1,2,3\n');
    expect(await read(submission)).toMatchObject({
      kind: 'refused',
      code: 'FILE_COLUMN_MISSING',
      stored: { submission },
    });
  });

  it('leaves to who asked what is no plain file, not here, damaged, or of another configuration', async () => {
    const unsure = { kind: 'unsure' };
    expect(await read(await send('{}', { kind: 'order' }))).toEqual(unsure);
    expect(await read(await send(FILE, { feed: 'nobody' }))).toEqual(unsure);
    expect(await read('0'.repeat(64))).toEqual(unsure);
    const submission = await send(FILE, { name: 'C1_2024-03-01_v1.csv' });
    expect(await read(submission)).toMatchObject({ kind: 'read' });
    const path = join(home, 'raw/objects', submission.slice(0, 2), submission);
    const bytes = await readFile(path);
    bytes[bytes.length - 1]! ^= 1;
    await writeFile(path, bytes);
    expect(await read(submission)).toEqual(unsure);
    version = 'another';
    expect(await read(await send(`${FILE}\n`, { name: 'C1_2024-03-01_v1.csv' }))).toEqual(unsure);
  });
});
