import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import {
  clear,
  ftpServer,
  programAt,
  s3Server,
  type SendersServer,
  sshServer,
  vsftpServer,
} from './servers.fixture.js';
import { asTaken, openTaking, type Taking } from './taking.fixture.js';

jest.setTimeout(60_000);

const kinds: readonly (readonly [
  title: string,
  programs: readonly string[],
  start: (base: string) => Promise<SendersServer>,
])[] = [
  ['SFTP: OpenSSH', ['sshd', 'ssh-keygen'], sshServer],
  ['FTP: ftp-srv', [], (base) => ftpServer(base, 'plain')],
  ['FTPS: vsftpd', ['openssl', 'vsftpd'], vsftpServer],
  ['FTPS from the first byte: ftp-srv', ['openssl'], (base) => ftpServer(base, 'implicit')],
  ['S3: s3rver', [], s3Server],
];

describe.each(kinds)('%s', (title, programs, start) => {
  const missing = programs.filter((name) => programAt(name) === undefined);
  if (missing.length > 0) {
    if (process.env['CI']) throw new Error(`${missing.join(', ')} must be installed: ${title}`);
    process.stderr.write(`NOT TESTED, for ${missing.join(', ')} is not installed: ${title}\n`);
    it.todo(`needs ${missing.join(', ')}`);
    return;
  }
  let base: string;
  let server: SendersServer;
  let taking: Taking;
  beforeEach(async () => {
    base = mkdtempSync(join(tmpdir(), 'pull-'));
    server = await start(base);
    await server.start();
    taking = await openTaking({ base, ...server });
  });
  afterEach(async () => {
    await taking.close();
    await server.stop();
    clear(base);
  });

  it('takes every file once, byte for byte', async () => {
    const large = Buffer.alloc(3 * 2 ** 20 + 17, 'a count of visits, ');
    await server.write('a.csv', large);
    await server.write('b with space.csv', 'b');
    await server.write('empty.csv', '');
    expect(await taking.settled()).toMatchObject({ listed: 3, taken: 3, waiting: 0, failing: 0 });
    expect(await taking.settled()).toMatchObject({ listed: 3, taken: 0, waiting: 0 });
    const expected = [asTaken('a.csv', large), asTaken('b with space.csv', 'b'), asTaken('empty.csv', '')];
    expect(await taking.received()).toEqual(expected);
  });

  it('takes what is new, replaced or renamed, and leaves what is known', async () => {
    await server.write('a.csv', 'first');
    await server.write('b.csv', 'stays');
    await taking.settled();
    await server.write('a.csv', 'second one');
    await server.write('c.csv', 'new');
    await server.rename('b.csv', 'd.csv');
    expect(await taking.settled()).toMatchObject({ listed: 3, taken: 3 });
    expect(taking.receipts.slice(2).sort()).toEqual(
      ['a.csv', 'c.csv', 'd.csv again'].map((path) => pathOf(server, path)),
    );
    expect(await taking.received()).toEqual(
      [
        asTaken('a.csv', 'first'),
        asTaken('a.csv', 'second one'),
        asTaken('b.csv', 'stays'),
        asTaken('c.csv', 'new'),
      ].sort(),
    );
  });

  it('waits for a file that still grows', async () => {
    await server.write('a.csv', 'one');
    expect(await taking.round()).toMatchObject({ taken: 0, waiting: 1 });
    await server.write('a.csv', 'one, two');
    expect(await taking.settled()).toMatchObject({ taken: 1, waiting: 0 });
    expect(await taking.received()).toEqual([asTaken('a.csv', 'one, two')]);
  });

  it('goes on when the server comes back', async () => {
    await server.write('a.csv', 'a');
    await taking.settled();
    await server.write('b.csv', 'b');
    await server.stop();
    await expect(taking.round()).rejects.toThrow(/^ENDPOINT_FAILED/);
    await server.start();
    expect(await taking.settled()).toMatchObject({ taken: 1 });
    expect(taking.receipts.map((path) => path.replace('out/', ''))).toEqual(['a.csv', 'b.csv']);
  });

  it('is not asked where the allow-list does not name it', async () => {
    const refused = await openTaking({ base: mkdtempSync(join(base, 'other-')), ...server, allow: ['10.0.0.0/8'] });
    await expect(refused.round()).rejects.toThrow(/^EGRESS_REFUSED/);
    await refused.close();
  });

  it('is not trusted with a secret that is wrong, and the secret is not told', async () => {
    const secrets = Object.fromEntries(
      Object.entries(server.secrets).map(([name, value]) => [name, `${value.slice(0, 5)} is wrong`]),
    );
    const wrong = await openTaking({ base: mkdtempSync(join(base, 'other-')), ...server, secrets });
    const error: unknown = await wrong.round().catch((caught: unknown) => caught);
    expect(String(error)).toMatch(/^BellwetherError: (?:ENDPOINT_FAILED|CONFIG_INVALID)/);
    expect(String(error)).not.toContain('is wrong');
    await wrong.close();
  });
});

const pathOf = ({ source }: SendersServer, path: string): string => (source.kind === 's3' ? `out/${path}` : path);
