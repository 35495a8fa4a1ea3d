import { readFileSync } from 'node:fs';
import { createClient } from '@clickhouse/client';
import { BlobReader, TextWriter, ZipReader } from '@zip.js/zip.js';
import { parse } from 'csv-parse/sync';
import { XMLParser } from 'fast-xml-parser';
import unzipper from 'unzipper';
import { cpuSeconds, startEngineProcess } from './product.js';
import type { Encryption, Load } from './load.js';

interface Row {
  readonly record_id: string;
  readonly facility: string;
  readonly category: string;
  readonly flag: string;
  readonly day: string;
  readonly units: number;
}

/** Members of an archive as texts: unzipper where it can (ZipCrypto), zip.js for AES. */
async function membersOf(
  bytes: Buffer,
  encryption: Encryption,
  password: string,
): Promise<{ name: string; text: string }[]> {
  if (encryption === 'zipcrypto') {
    const { files } = await unzipper.Open.buffer(bytes);
    const members: { name: string; text: string }[] = [];
    for (const file of files) members.push({ name: file.path, text: (await file.buffer(password)).toString() });
    return members;
  }
  const reader = new ZipReader(new BlobReader(new Blob([Uint8Array.from(bytes)])), { password, useWebWorkers: false });
  const members: { name: string; text: string }[] = [];
  for (const entry of await reader.getEntries()) {
    if (!entry.directory) members.push({ name: entry.filename, text: await entry.getData(new TextWriter()) });
  }
  await reader.close();
  return members;
}

function rowsOf({ name, text }: { name: string; text: string }, xml: XMLParser): Row[] {
  const found = name.endsWith('.xml')
    ? [(xml.parse(text) as { record: Record<string, string> }).record]
    : (parse(text, { columns: true, delimiter: name.endsWith('.csv') ? ',' : '|' }) as Record<string, string>[]);
  return found.map((row) => ({
    record_id: row['record_id'] ?? '', facility: row['facility'] ?? '', category: row['category'] ?? '',
    flag: row['flag'] ?? '', day: row['day'] ?? '', units: Number(row['units']),
  })); // prettier-ignore
}

/**
 * What one would write first: popular packages, an insert of rows per archive, and a materialized view that adds up.
 * It keeps no receipt, no versions, no revision, no completeness.
 */
export async function naiveIngest(
  load: Load,
  { encryption, work }: { encryption: Encryption; work: string },
): Promise<{ files: number; cpu: number; units: number }> {
  const { url, child } = await startEngineProcess(work);
  const client = createClient({ url, database: 'bellwether' });
  try {
    await client.command({ query: 'CREATE TABLE visits (record_id String, facility String, category LowCardinality(String), flag LowCardinality(String), day Date, units UInt32) ENGINE = MergeTree ORDER BY (day, category)' }); // prettier-ignore
    await client.command({ query: 'CREATE MATERIALIZED VIEW daily ENGINE = SummingMergeTree ORDER BY (day, category, flag) AS SELECT day, category, flag, sum(units) AS units FROM visits GROUP BY day, category, flag' }); // prettier-ignore
    const xml = new XMLParser({ parseTagValue: false });
    const before = { worker: process.cpuUsage(), engine: cpuSeconds(child.pid!) };
    let files = 0;
    let units = 0;
    for (const { name, path } of load.files) {
      const password = load.senders.get(name.slice(0, name.indexOf('_')))?.password ?? '';
      const rows = (await membersOf(readFileSync(path), encryption, password)).flatMap((member) => rowsOf(member, xml));
      await client.insert({ table: 'visits', values: rows, format: 'JSONEachRow' });
      files += rows.length;
      for (const row of rows) units += row.units;
    }
    const used = process.cpuUsage(before.worker);
    return { files, units, cpu: (used.user + used.system) / 1e6 + cpuSeconds(child.pid!) - before.engine };
  } finally {
    await client.close();
    child.kill();
  }
}
