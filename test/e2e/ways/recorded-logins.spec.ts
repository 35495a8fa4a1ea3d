import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Client as FtpClient } from 'basic-ftp';
import SftpClient from 'ssh2-sftp-client';
import { type Audit, openAudit, readAudit, verifyAudit } from '#audit';
import { openSftpServer, recordedLogins, sshHostKey } from '#transport';
import { openRunningFtps, type RunningFtps } from './ftps.fixture.js';
import { PASSWORD } from './homes.fixture.js';
import { openReceiving, type Receiving } from './receiving.fixture.js';

jest.setTimeout(30_000);
const AUDIT_KEY = Buffer.alloc(32, 5);
let folder: string;
let receiving: Receiving;
let audit: Audit;
let ftps: RunningFtps;
let sftp: Awaited<ReturnType<typeof openSftpServer>>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'recorded-logins-'));
  receiving = await openReceiving();
  audit = await openAudit({ folder, key: AUDIT_KEY, onError: () => undefined, flushMs: 1 });
  const logged = recordedLogins({ audit, isKnown: (user) => user === 'clinic', now: Date.now });
  ftps = await openRunningFtps(receiving, { logged });
  sftp = await openSftpServer({
    host: '127.0.0.1',
    port: 0,
    hostKey: await sshHostKey(join(folder, 'keys')),
    logins: ftps.logins,
    homes: ftps.homes,
    log: () => undefined,
    logged,
  });
});
afterEach(async () => {
  await sftp.close();
  await ftps.close();
  receiving.close();
  await audit.close();
  await rm(folder, { recursive: true });
});

async function overSftp(username: string, password: string): Promise<void> {
  const client = new SftpClient('test', { error: () => undefined, end: () => undefined, close: () => undefined });
  await client.connect({ host: '127.0.0.1', port: sftp.port, username, password }).catch(() => undefined);
  await client.end().catch(() => undefined);
}

async function overFtps(user: string, password: string): Promise<void> {
  const client = new FtpClient();
  const secureOptions = { ca: readFileSync(ftps.certificate) };
  const access = { host: '127.0.0.1', port: ftps.port, secure: true, secureOptions, user, password };
  await client.access(access).catch(() => undefined);
  client.close();
}

it('every login over SFTP and FTPS, and every one that was refused, is in the audit trail, and no password', async () => {
  for (const over of [overSftp, overFtps]) {
    await over('clinic', PASSWORD);
    await over('clinic', 'a wrong password');
    await over('s3cret-in-the-wrong-box', PASSWORD);
  }
  await audit.settled();
  const entries = [];
  for await (const { who, does, object, outcome, code } of readAudit(folder))
    if (does.startsWith('login')) entries.push({ who, does, object, outcome, code });
  const expected = ['sftp', 'ftps'].flatMap((door) => [
    { who: 'clinic', does: `login ${door}`, object: 'clinic', outcome: 'done', code: undefined },
    { who: 'nobody', does: `login ${door}`, object: 'clinic', outcome: 'refused', code: 'UNAUTHENTICATED' },
    { who: 'nobody', does: `login ${door}`, object: '', outcome: 'refused', code: 'UNAUTHENTICATED' },
  ]);
  expect(entries).toEqual(expected);
  expect((await verifyAudit(folder, { key: AUDIT_KEY })).problems).toEqual([]);
});
