import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** An archive as its sender dropped it. */
export interface LoadFile {
  readonly name: string;
  readonly path: string;
}

export interface Load {
  /** Archives of one kind of encryption, whole; each holds 20 to 300 records. */
  readonly files: readonly LoadFile[];
  readonly senders: ReadonlyMap<
    string,
    { readonly layout: string; readonly archive: string; readonly password: string }
  >;
  readonly folder: string;
}

export type Encryption = 'zipcrypto' | 'aes';

/**
 * Makes archives with the published size profile and keeps those of one encryption. For ZipCrypto the maker may reuse
 * key derivations of the AES archives, which are thrown away.
 */
export function makeLoad(options: {
  folder: string;
  shared: string;
  encryption: Encryption;
  zips: number;
  maxKb: number;
}): Load {
  const { folder, shared, encryption, zips, maxKb } = options;
  const maker = join(resolve(shared), 'tools/submissions/load-profile.mjs');
  if (!existsSync(maker)) throw new Error(`${shared} holds no tools/submissions; name its folder with --shared`);
  const share = encryption === 'aes' ? 0.6 : 0.4;
  const args = ['--out', folder, '--zips', String(Math.ceil(zips / share)), '--max-kb', String(maxKb)];
  const cache = encryption === 'zipcrypto' ? ['--kdf-cache'] : [];
  const { status } = spawnSync(process.execPath, [maker, ...args, ...cache], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status !== 0) throw new Error('the maker of the load failed');
  const lines = readFileSync(join(folder, 'senders.csv'), 'utf8').trim().split('\n').slice(1);
  const senders = new Map(
    lines.map((line) => {
      const [facility = '', layout = '', archive = '', password = ''] = line.split(',');
      return [facility, { layout, archive, password }];
    }),
  );
  const inbox = join(folder, 'inbox/load');
  const files = readdirSync(inbox)
    .flatMap((part) => readdirSync(join(inbox, part)).map((name) => ({ name, path: join(inbox, part, name) })))
    .filter(({ name }) => senders.get(name.slice(0, name.indexOf('_')))?.archive === encryption)
    .sort((a, b) => (a.name.slice(6) < b.name.slice(6) ? -1 : 1));
  return { files, senders, folder };
}

/** The configuration that reads the load: facilities get zips of 100 counties in the order of their names. */
export function configureLoad(load: Load, { folder, source }: { folder: string; source: string }): void {
  cpSync(source, folder, { recursive: true });
  for (const part of ['codes', 'secrets']) mkdirSync(join(folder, part), { recursive: true });
  const places = ['facility,zip'];
  const passwords = ['facility,password'];
  const senders = ['facility,layout'];
  for (const [n, [facility, { layout, password }]] of [...load.senders].entries()) {
    places.push(`${facility},${zipOf(n)}`);
    passwords.push(`${facility},${password}`);
    senders.push(`${facility},${layout}`);
  }
  const write = (name: string, lines: readonly string[]): void =>
    writeFileSync(join(folder, name), `${lines.join('\n')}\n`, { mode: 0o600 });
  write('codes/places.csv', places);
  write('codes/senders.csv', senders);
  write('secrets/passwords.csv', passwords);
  const zips = Array.from({ length: ZIPS }, (_, n) => `${zipOf(n)},${String(42_001 + 2 * (n % COUNTIES))}`);
  write('geography/zips.csv', ['zip,county', ...zips]);
  write('geography/states.csv', ['fips,state', '42,PA']);
}

const ZIPS = 2000;
const COUNTIES = 100;
const zipOf = (n: number): string => String(15_000 + (n % ZIPS));
