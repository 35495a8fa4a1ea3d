import { spawn, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';

/** A user who is not root: PostgreSQL refuses to be run by root. */
const NOBODY = 65_534;

/** The folder of PostgreSQL's programs, as Debian lays them; undefined where there are none. */
function programs(): string | undefined {
  const home = '/usr/lib/postgresql';
  const version = existsSync(home) ? readdirSync(home).sort((a, b) => Number(b) - Number(a))[0] : undefined;
  return version === undefined ? undefined : join(home, version, 'bin');
}

/** Bytes of the plain rollup as a table of PostgreSQL with its key, from lines of CSV; undefined where it is not installed. */
export async function bytesInPostgres(csv: string): Promise<number | undefined> {
  const bin = programs();
  if (bin === undefined) return undefined;
  const folder = mkdtempSync(join(tmpdir(), 'bench-pg-'));
  const user = process.getuid?.() === 0 ? { uid: NOBODY, gid: NOBODY } : {};
  if (user.uid !== undefined) chownSync(folder, NOBODY, NOBODY);
  const data = join(folder, 'data');
  const made = spawnSync(join(bin, 'initdb'), ['-D', data, '-U', 'bench', '-A', 'trust', '--no-sync'], {
    ...user,
    encoding: 'utf8',
  });
  if (made.status !== 0) throw new Error(made.stderr);
  const server = spawn(join(bin, 'postgres'), ['-D', data, '-k', folder, '-c', 'listen_addresses=', '-F'], {
    ...user,
    stdio: 'ignore',
  });
  const psql = (sql: string, input?: string) =>
    spawnSync(join(bin, 'psql'), ['-h', folder, '-U', 'bench', '-d', 'postgres', '-At', '-v', 'ON_ERROR_STOP=1', '-c', sql], {
      ...user, encoding: 'utf8', ...(input === undefined ? {} : { input }), maxBuffer: 1 << 20,
    }); // prettier-ignore
  try {
    for (let tries = 0; psql('SELECT 1').status !== 0; tries++) {
      if (tries > 100) throw new Error('PostgreSQL does not start');
      await pause(100);
    }
    psql(
      `CREATE TABLE plain_rollup (region text, category text, day date, total int, unflagged int, PRIMARY KEY (region, category, day))`,
    );
    const copied = psql('COPY plain_rollup FROM STDIN (FORMAT csv)', csv);
    if (copied.status !== 0) throw new Error(copied.stderr);
    psql('VACUUM FULL plain_rollup');
    return Number(psql(`SELECT pg_total_relation_size('plain_rollup')`).stdout.trim());
  } finally {
    server.kill('SIGINT');
    await new Promise((resolve) => server.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  }
}
