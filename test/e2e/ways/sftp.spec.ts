import { randomBytes } from 'node:crypto';
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import SftpClient from 'ssh2-sftp-client';
import { openSftpServer, sshHostKey } from '#transport';
import { openRunningHomes, PASSWORD, type RunningHomes } from './homes.fixture.js';
import { asReceived, describeWith, type Ended, openReceiving, type Receiving, run } from './receiving.fixture.js';

jest.setTimeout(30_000);
const content = randomBytes(3 * 2 ** 20);
let receiving: Receiving;
let running: RunningHomes;
let server: Awaited<ReturnType<typeof openSftpServer>>;
let local: (name: string) => string;
const sshKeys: string[] = [];

async function start(): Promise<void> {
  running = await openRunningHomes(receiving, { maxBytes: 8 * 2 ** 20, sshKeys });
  server = await openSftpServer({
    host: '127.0.0.1',
    port: 0,
    hostKey: await sshHostKey(join(receiving.folder, 'keys')),
    logins: running.logins,
    homes: running.homes,
    log: (level, message, facts) => level === 'error' && process.stderr.write(`${message} ${JSON.stringify(facts)}\n`),
  });
}

beforeEach(async () => {
  sshKeys.length = 0;
  receiving = await openReceiving();
  local = (name) => join(receiving.folder, name);
  writeFileSync(local('a.csv'), content);
  await start();
});
afterEach(async () => {
  await server.close();
  receiving.close();
});

/** Logs in with ssh2-sftp-client. */
async function connect(username = 'clinic', password = PASSWORD): Promise<SftpClient> {
  const client = new SftpClient('test', { error: () => undefined, end: () => undefined, close: () => undefined });
  await client.connect({ host: '127.0.0.1', port: server.port, username, password });
  return client;
}
async function within<T>(work: (client: SftpClient) => Promise<T>, user?: string): Promise<T> {
  const client = await connect(user);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
const names = (entries: readonly { name: string }[]): string[] => entries.map(({ name }) => name).sort();

describe('the home of a sender over SFTP', () => {
  it('has a folder for each feed it may send to, and one of receipts', async () => {
    expect(names(await within((client) => client.list('/')))).toEqual(['clinics', 'receipts']);
    expect(names(await within((client) => client.list('/'), 'lab'))).toEqual(['labs', 'receipts']);
    expect(names(await within((client) => client.list('/'), 'reader'))).toEqual(['receipts']);
  });

  it('receives a file, also one that is sent by parallel writes, before the client hears that it was closed', async () => {
    await within(async (client) => {
      await client.put(content, '/clinics/a.csv');
      expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
      await client.fastPut(local('a.csv'), '/clinics/b.csv', { concurrency: 32, chunkSize: 20_000 });
      expect((await client.stat('/clinics/b.csv')).size).toBe(content.length);
    });
    // The same bytes under another name state nothing else here, so they are the same submission.
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });

  it('keeps a file unseen until it has its final name', async () => {
    await within(async (client) => {
      await client.put(content, '/clinics/a.csv.part');
      expect(await receiving.received()).toEqual([]);
      expect(names(await client.list('/clinics'))).toEqual(['a.csv.part']);
      await client.rename('/clinics/a.csv.part', '/clinics/a.csv');
      expect(names(await client.list('/clinics'))).toEqual(['a.csv']);
    });
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });

  it.each([
    ['a folder of somebody else', '/labs/a.csv'],
    ['the root', '/a.csv'],
    ['the receipts', '/receipts/a.json'],
    ['a path upwards', '/clinics/../../../../etc/cron.d/a'],
    ['a path upwards to another sender', '/clinics/../labs/a.csv'],
    ['a folder that there is not', '/clinics/new/a.csv'],
    ['a name with a backslash', '/clinics/..\\a.csv'],
  ])('takes nothing into %s', async (_, path) => {
    await within(async (client) => {
      await expect(client.put(content, path)).rejects.toThrow(/FORBIDDEN|NOT_FOUND|REQUEST_INVALID|[Nn]o such/);
    });
    expect(await receiving.received()).toEqual([]);
    expect(readdirSync(join(receiving.folder, 'staging'))).toEqual([]);
  });

  it('shows nothing of another sender, not even what it has not finished', async () => {
    await within((client) => client.put(content, '/clinics/a.part'));
    await within(async (client) => {
      for (const path of ['/clinics', '/clinics/a.part', '/receipts/../clinics'])
        expect(await client.exists(path)).toBe(false);
      await expect(client.rename('/clinics/a.part', '/labs/a.csv')).rejects.toThrow();
      await expect(client.delete('/clinics/a.part')).rejects.toThrow();
    }, 'lab');
    expect(await within((client) => client.exists('/clinics/a.part'))).toBe('-');
  });

  it('gives back nothing that was sent, and lets nobody remove what was received', async () => {
    await within(async (client) => {
      await client.put(content, '/clinics/a.csv');
      await expect(client.get('/clinics/a.csv')).rejects.toThrow(/FORBIDDEN/);
      await expect(client.delete('/clinics/a.csv')).rejects.toThrow(/FORBIDDEN/);
      await client.put(content, '/clinics/b.part');
      await client.delete('/clinics/b.part');
      expect(names(await client.list('/clinics'))).toEqual(['a.csv']);
    });
  });

  it('has a receipt for each file, with what became of it', async () => {
    await within((client) => client.put(content, '/clinics/a.csv'));
    const read = (client: SftpClient) =>
      client
        .list('/receipts')
        .then(async ([first]) => JSON.parse(String(await client.get(`/receipts/${first?.name}`))));
    const receipt = (await within(read)) as Record<string, unknown>;
    expect(receipt).toMatchObject({
      feed: 'clinics',
      name: 'a.csv',
      bytes: content.length,
      state: 'received',
      code: null,
    });
    running.ledger.push({
      submission: String(receipt['submission']), feed: 'clinics', name: 'a.csv', sha256: String(receipt['sha256']), bytes: content.length,
      receivedAt: Date.now(), stateAt: Date.now(), state: 'quarantined', code: 'FILE_MALFORMED', detail: 'line 7', rowsAccepted: 0, rowsRefused: 0,
    }); // prettier-ignore
    expect(await within(read)).toMatchObject({ state: 'quarantined', code: 'FILE_MALFORMED', detail: 'line 7' });
  });

  it('refuses a file that is too large with what is wrong, and keeps nothing of it', async () => {
    await within((client) =>
      expect(client.put(randomBytes(9 * 2 ** 20), '/clinics/a.csv')).rejects.toThrow(/PAYLOAD_TOO_LARGE/),
    );
    expect(await receiving.received()).toEqual([]);
  });

  it('refuses wrong passwords, unknown users and no password at all', async () => {
    await expect(connect('clinic', 'wrong')).rejects.toThrow(/authentication/i);
    await expect(connect('nobody', PASSWORD)).rejects.toThrow(/authentication/i);
    await expect(connect('clinic', '')).rejects.toThrow();
  });

  it('has the same host key after a restart, readable by its owner only', async () => {
    const path = join(receiving.folder, 'keys/ssh-host.key');
    const key = readFileSync(path);
    await server.close();
    await start();
    expect(await sshHostKey(join(receiving.folder, 'keys'))).toEqual(key);
    expect(statSync(path).mode & 0o777).toBe(0o400);
  });
});

describeWith(['sftp', 'ssh-keygen'], 'SFTP with the client of OpenSSH', () => {
  let identity: string;
  beforeEach(async () => {
    identity = local('id');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', identity]);
    chmodSync(identity, 0o600);
    sshKeys.push(readFileSync(`${identity}.pub`, 'utf8').trim());
    await server.close();
    await start();
  });
  const openssh = (
    batch: string,
    { key = identity, killWhen, limit }: { key?: string; killWhen?: () => Promise<boolean>; limit?: number } = {},
  ): Promise<Ended> =>
    run(
      'sftp',
      [
        ...['-P', String(server.port), '-i', key, '-b', '-', ...(limit === undefined ? [] : ['-l', String(limit)])],
        ...['StrictHostKeyChecking=no', 'UserKnownHostsFile=/dev/null', 'IdentitiesOnly=yes', 'BatchMode=yes'].flatMap(
          (option) => ['-o', option],
        ),
        'clinic@127.0.0.1',
      ],
      { input: batch, ...(killWhen ? { killWhen } : {}) },
    );

  it('logs in with a key, sends, lists, renames into place, and reads the receipt', async () => {
    const { code, output } = await openssh(
      `put -p ${local('a.csv')} /clinics/a.csv.part\nrename /clinics/a.csv.part /clinics/a.csv\nls -l /clinics\ncd receipts\nget *.json ${local('receipt.json')}\n`,
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toContain('a.csv');
    expect(JSON.parse(readFileSync(local('receipt.json'), 'utf8'))).toMatchObject({
      name: 'a.csv',
      bytes: content.length,
    });
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });

  it('continues a transfer that was cut off, also after a restart of the server', async () => {
    const staged = async (): Promise<boolean> => {
      const [name] = readdirSync(local('staging'));
      return name !== undefined && statSync(join(local('staging'), name)).size > 300_000;
    };
    await openssh(`put ${local('a.csv')} /clinics/a.csv\n`, { limit: 8_000, killWhen: staged });
    expect(await receiving.received()).toEqual([]);
    await server.close();
    await start();
    const { code, output } = await openssh(`ls -l /clinics\nreput ${local('a.csv')} /clinics/a.csv\n`);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output).toMatch(/ {2,}\d{6,7} .*a\.csv/);
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
    expect(readdirSync(local('staging'))).toEqual([]);
  });

  it('is told why a file is not taken', async () => {
    const { code, output } = await openssh(`put ${local('a.csv')} /labs/a.csv\n`);
    expect(code).not.toBe(0);
    expect(output).toMatch(/No such file|not found/i);
    expect(await receiving.received()).toEqual([]);
  });

  it('does not get in with another key', async () => {
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', local('other')]);
    const { code, output } = await openssh('ls\n', { key: local('other') });
    expect(code).not.toBe(0);
    expect(output).toMatch(/Permission denied/);
  });
});

describeWith(['lftp', 'ssh'], 'SFTP with lftp', () => {
  const lftp = (commands: string, killWhen?: () => Promise<boolean>): Promise<Ended> =>
    run(
      'lftp',
      [
        '-c',
        [
          'set sftp:connect-program "ssh -a -x -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null"',
          'set net:max-retries 1',
          'set cmd:fail-exit yes',
          `open --env-password -u clinic sftp://127.0.0.1:${server.port}`,
          commands,
        ].join('; '),
      ],
      { env: { LFTP_PASSWORD: PASSWORD, HOME: receiving.folder }, ...(killWhen ? { killWhen } : {}) },
    );

  it('sends a file with a password, and a whole folder', async () => {
    const { code, output } = await lftp(
      `put ${local('a.csv')} -o clinics/a.csv; mirror -R --no-perms ${local('config/feeds')} clinics`,
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    expect((await receiving.received()).map((line) => line.split(' ')[0])).toEqual([
      'clinics/a.csv',
      'clinics/clinics.yaml',
      'clinics/labs.yaml',
    ]);
  });

  it('continues a transfer that was cut off', async () => {
    const staged = async (): Promise<boolean> => {
      const [name] = readdirSync(local('staging'));
      return name !== undefined && statSync(join(local('staging'), name)).size > 300_000;
    };
    await lftp(`set net:limit-rate 500000; put ${local('a.csv')} -o clinics/a.csv`, staged);
    expect(await receiving.received()).toEqual([]);
    const { code, output } = await lftp(`put -c ${local('a.csv')} -o clinics/a.csv`);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });
});
