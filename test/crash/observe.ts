import { createDecipheriv, createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { brotliDecompressSync } from 'node:zlib';
import type { Figures, Sums } from './model.js';

/** What stands in the raw store about one submission. */
export interface StoredObject {
  readonly submission: string;
  readonly feed: string;
  readonly name: string;
  readonly sha256: string;
  readonly receivedAt: number;
}

export interface LedgerLine {
  readonly state: string;
  readonly read: number;
  readonly accepted: number;
}

/** Everything that is on disk at one moment while nothing writes. */
export interface Observed {
  readonly objects: ReadonlyMap<string, StoredObject>;
  readonly pending: ReadonlySet<string>;
  readonly ledger: ReadonlyMap<string, LedgerLine>;
  readonly faults: ReadonlyMap<string, number>;
  /** dataset → `level|region|day` → the newest row. */
  readonly rollups: ReadonlyMap<string, ReadonlyMap<string, Sums>>;
  readonly revs: ReadonlyMap<string, number>;
  /** Different slots (versions included). */
  readonly slots: number;
}

export const DATASETS = ['visits', 'calls', 'cases'] as const;

export interface Warehouse {
  ask<Row>(query: string): Promise<Row[]>;
}

/** The engine by its HTTP interface, without the product's client. */
export function warehouseAt(url: string): Warehouse {
  return {
    async ask<Row>(query: string): Promise<Row[]> {
      const settings = 'default_format=JSONCompactEachRow&output_format_json_quote_64bit_integers=0';
      const answer = await fetch(`${url}/?database=bellwether&${settings}`, { method: 'POST', body: query });
      const text = await answer.text();
      if (!answer.ok) throw new Error(text.slice(0, 500));
      return text.split('\n').flatMap((line) => (line ? [JSON.parse(line) as Row] : []));
    },
  };
}

/** Reads objects as their format is drawn, and hashes their content. Objects never change, so each is read once. */
export class ObjectReader {
  readonly #known = new Map<string, StoredObject>();

  constructor(private readonly raw: string) {}

  read(): ReadonlyMap<string, StoredObject> {
    const found = new Map<string, StoredObject>();
    for (const shard of readdirSync(join(this.raw, 'objects'))) {
      for (const name of readdirSync(join(this.raw, 'objects', shard))) {
        let object = this.#known.get(name);
        if (!object) this.#known.set(name, (object = this.#open(join(this.raw, 'objects', shard, name), name)));
        found.set(name, object);
      }
    }
    return found;
  }

  /** Two sectors with the wrapped key, sealed facts, sealed frames: docs/adr and libs/raw-store draw the form. */
  #open(path: string, name: string): StoredObject {
    const bytes = readFileSync(path);
    const keyFile = join(this.raw, '../keys', `${bytes.toString('latin1', 8, 40).replaceAll('\0', '')}.key`);
    const unwrapping = createDecipheriv('id-aes256-wrap', readFileSync(keyFile), Buffer.alloc(8, 0xa6));
    const key = Buffer.concat([unwrapping.update(bytes.subarray(40, 80)), unwrapping.final()]);
    const open = (at: number, nonce: Buffer, bound = Buffer.alloc(0)): Buffer => {
      const end = at + 4 + bytes.readUInt32LE(at);
      const opening = createDecipheriv('aes-256-gcm', key, nonce).setAAD(bound);
      opening.setAuthTag(bytes.subarray(end - 16, end));
      return Buffer.concat([opening.update(bytes.subarray(at + 4, end - 16)), opening.final()]);
    };
    const facts = JSON.parse(open(1024, Buffer.from('010000000000000000000001', 'hex'), Buffer.from(name)).toString());
    const hash = createHash('sha256');
    let at = 1028 + bytes.readUInt32LE(1024);
    for (let index = 0; at < bytes.length; index++) {
      const next = at + 4 + bytes.readUInt32LE(at);
      const nonce = Buffer.alloc(12);
      nonce.writeUInt32BE(index, 7);
      nonce[11] = next === bytes.length ? 1 : 0;
      const frame = open(at, nonce);
      hash.update(frame[0] === 1 ? brotliDecompressSync(frame.subarray(1)) : frame.subarray(1));
      at = next;
    }
    const stored = { ...(facts as StoredObject), submission: name };
    if (hash.digest('hex') !== stored.sha256) throw new Error(`an object of the raw store is torn: ${name}`);
    return stored;
  }
}

type RollupRow = [string, string, string, number, number, number, string[], string[], ...number[][]];

async function readRollups(warehouse: Warehouse): Promise<Pick<Observed, 'rollups' | 'revs'>> {
  const rows = await warehouse.ask<RollupRow>(
    `SELECT dataset, level, region, toUInt16(day), rev, reporting, category, flag, value, reported, suppressed, missing
     FROM rollups ORDER BY rev DESC LIMIT 1 BY dataset, level, region, day`,
  );
  const rollups = new Map<string, Map<string, Sums>>(DATASETS.map((dataset) => [dataset, new Map()]));
  const revs = new Map<string, number>();
  for (const row of rows) {
    const [dataset, level, region, day, rev, reporting, categories, flags, values, reported, hidden, absent] = row;
    const cells = new Map<string, Figures>();
    for (const [i, category] of categories.entries()) {
      const key = `${category}|${flags[i]!}`;
      if (cells.has(key)) throw new Error(`a rollup states ${key} twice`);
      cells.set(key, [values![i]!, reported![i]!, hidden![i]!, absent![i]!]);
    }
    rollups.get(dataset)!.set(`${level}|${region}|${day}`, { reporting, cells });
    revs.set(dataset, Math.max(rev, revs.get(dataset) ?? 0));
  }
  return { rollups, revs };
}

export async function observe({
  warehouse,
  objects,
  raw,
}: {
  warehouse: Warehouse;
  objects: ObjectReader;
  raw: string;
}): Promise<Observed> {
  // The ledger first: what it acknowledges must be in everything that is read after it.
  const ledger = await warehouse.ask<[string, string, number, number]>(
    `SELECT submission, state, rows_read, rows_accepted FROM ledger ORDER BY at DESC LIMIT 1 BY submission`,
  );
  const faults = await warehouse.ask<[string, number]>(
    'SELECT submission, uniqExact(seq) FROM row_faults GROUP BY submission',
  );
  const slots = await warehouse.ask<[number]>(
    'SELECT uniqExact((dataset, day, facility, unit, ver, tie, gen)) FROM slots',
  );
  const stored = objects.read();
  // A mark without its object is a receipt that was never given.
  const pending = readdirSync(join(raw, 'pending')).filter((submission) => stored.has(submission));
  return {
    ledger: new Map(ledger.map(([submission, state, read, accepted]) => [submission, { state, read, accepted }])),
    faults: new Map(faults),
    slots: slots[0]?.[0] ?? 0,
    ...(await readRollups(warehouse)),
    objects: stored,
    pending: new Set(pending),
  };
}
