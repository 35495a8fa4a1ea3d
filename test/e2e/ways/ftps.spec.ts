import { randomBytes } from 'node:crypto';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import { Client } from 'basic-ftp';
import { openRunningFtps, type RunningFtps } from './ftps.fixture.js';
import { PASSWORD } from './homes.fixture.js';
import { asReceived, describeWith, type Ended, openReceiving, type Receiving, run } from './receiving.fixture.js';

jest.setTimeout(30_000);
const content = randomBytes(3 * 2 ** 20);
let receiving: Receiving;
let running: RunningFtps;
let local: (name: string) => string;

/** Bytes of the one unfinished file, beside its header; 0: there is none. */
function unfinishedBytes(): number {
  const [name] = readdirSync(local('staging'));
  return name === undefined ? 0 : statSync(join(local('staging'), name)).size;
}
const isUnderWay = (): boolean => unfinishedBytes() > 300_000;

function servedWith(
  programs: readonly string[],
  title: string,
  body: () => void,
  options: Parameters<typeof openRunningFtps>[1] = {},
): void {
  describeWith(['openssl', ...programs], title, () => {
    beforeEach(async () => {
      receiving = await openReceiving();
      local = (name) => join(receiving.folder, name);
      writeFileSync(local('a.csv'), content);
      running = await openRunningFtps(receiving, options);
    });
    afterEach(async () => {
      await running.close();
      receiving.close();
    });
    body();
  });
}

const lftp = (commands: string, killWhen?: () => boolean): Promise<Ended> =>
  run(
    'lftp',
    [
      '-c',
      [
        `set ssl:ca-file ${running.certificate}`,
        'set ftp:ssl-force yes',
        'set net:max-retries 1',
        'set cmd:fail-exit yes',
        `open --env-password -u clinic ftp://127.0.0.1:${running.port}`,
        commands,
      ].join('; '),
    ],
    { env: { LFTP_PASSWORD: PASSWORD, HOME: receiving.folder }, ...(killWhen ? { killWhen } : {}) },
  );

servedWith(['lftp'], 'FTPS with lftp', () => {
  it('sends a file, a whole folder, and shows what is there', async () => {
    const { code, output } = await lftp(
      `put ${local('a.csv')} -o clinics/a.csv; mirror -R --no-perms ${local('config/feeds')} clinics; ls; cls -l clinics`,
    );
    expect({ code, output }).toMatchObject({ code: 0 });
    for (const name of ['receipts', 'a.csv', 'clinics.yaml', 'labs.yaml']) expect(output).toContain(name);
    expect(output).toContain(String(content.length));
    expect((await receiving.received()).map((line) => line.split(' ')[0])).toEqual([
      'clinics/a.csv',
      'clinics/clinics.yaml',
      'clinics/labs.yaml',
    ]);
  });

  it('keeps a file unseen until it has its final name', async () => {
    await lftp(`put ${local('a.csv')} -o clinics/a.csv.part`);
    expect(await receiving.received()).toEqual([]);
    const { code, output } = await lftp('mv clinics/a.csv.part clinics/a.csv; nlist clinics');
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(output.trim()).toBe('a.csv');
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });

  it('continues a transfer that was cut off', async () => {
    await lftp(`set net:limit-rate 500000; put ${local('a.csv')} -o clinics/a.csv`, isUnderWay);
    expect(await receiving.received()).toEqual([]);
    expect(unfinishedBytes()).toBeGreaterThan(300_000);
    const { code, output } = await lftp(`put -c ${local('a.csv')} -o clinics/a.csv`);
    expect({ code, output }).toMatchObject({ code: 0 });
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
    expect(readdirSync(local('staging'))).toEqual([]);
  });

  it('reads receipts, also from their middle on, and nothing else', async () => {
    await lftp(`put ${local('a.csv')} -o clinics/a.csv`);
    mkdirSync(local('got'));
    const { code, output } = await lftp(`mirror receipts ${local('got')}`);
    expect({ code, output }).toMatchObject({ code: 0 });
    const [name] = readdirSync(local('got'));
    const receipt = readFileSync(join(local('got'), name!), 'utf8');
    expect(JSON.parse(receipt)).toMatchObject({ name: 'a.csv', bytes: content.length, state: 'received' });
    writeFileSync(local('half'), receipt.slice(0, 50));
    await lftp(`get -c receipts/${name} -o ${local('half')}`);
    expect(readFileSync(local('half'), 'utf8')).toBe(receipt);
    expect((await lftp(`get clinics/a.csv -o ${local('b.csv')}`)).output).toMatch(/550.*FORBIDDEN/);
  });

  it('is told why a file is not taken', async () => {
    expect((await lftp(`put ${local('a.csv')} -o labs/a.csv`)).output).toMatch(/550.*NOT_FOUND/);
    expect((await lftp('mkdir clinics/new')).output).toMatch(/550.*folders/);
    writeFileSync(local('large'), randomBytes(9 * 2 ** 20));
    expect((await lftp(`put ${local('large')} -o clinics/a.csv`)).output).toMatch(/552.*PAYLOAD_TOO_LARGE/);
    expect(await receiving.received()).toEqual([]);
    expect(readdirSync(local('staging'))).toEqual([]);
  });
});

const curl = (path: string, argv: readonly string[] = [], killWhen?: () => boolean): Promise<Ended> =>
  run(
    'curl',
    [
      ...['-sS', '--ssl-reqd', '--cacert', running.certificate, '--config', '-', ...argv],
      `ftp://127.0.0.1:${running.port}/${path}`,
    ],
    { input: `user = "clinic:${PASSWORD}"\n`, ...(killWhen ? { killWhen } : {}) },
  );

servedWith(['curl'], 'FTPS with curl', () => {
  it('sends a file and lists what is there', async () => {
    const sent = await curl('clinics/a.csv', ['-T', local('a.csv')]);
    expect(sent).toMatchObject({ code: 0 });
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
    expect((await curl('clinics/', ['--list-only'])).output).toBe('a.csv\n');
    const listed = await curl('clinics/', ['--disable-epsv']);
    expect(listed.output).toMatch(new RegExp(`^-rw-r--r-- .* ${content.length} .* a.csv\n$`));
    expect((await curl('clinics/a.csv', ['--head'])).output).toContain(`Content-Length: ${content.length}`);
  });

  it('continues a transfer that was killed, of which nothing is received', async () => {
    await curl('clinics/a.csv', ['-T', local('a.csv'), '--limit-rate', '500k'], isUnderWay);
    const before = unfinishedBytes();
    expect(before).toBeGreaterThan(300_000);
    expect(await receiving.received()).toEqual([]);
    const again = await curl('clinics/a.csv', ['-T', local('a.csv'), '-C', '-', '-w', '%{size_upload}']);
    expect(again).toMatchObject({ code: 0 });
    expect(Number(again.output)).toBeLessThan(content.length - 200_000);
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });

  it('does not take the end of a file that has grown for a file', async () => {
    await curl('clinics/a.csv', ['-T', local('a.csv')]);
    appendFileSync(local('a.csv'), 'more');
    expect((await curl('clinics/a.csv', ['-T', local('a.csv'), '-C', '-'])).code).not.toBe(0);
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });

  it('does not get in with another password, and not without TLS', async () => {
    const wrong = await curl('clinics/', ['--user', 'clinic:wrong']);
    expect(wrong).toMatchObject({ code: 67 }); // CURLE_LOGIN_DENIED
    const plain = await run('curl', ['-sS', '--user', 'clinic:wrong', `ftp://127.0.0.1:${running.port}/`]);
    expect(plain).toMatchObject({ code: 67 });
    expect(running.reports).toEqual(['an FTPS login was refused']);
  });
});

servedWith([], 'FTPS with basic-ftp', () => {
  it('sends, continues, renames, lists and reads', async () => {
    const client = new Client(10_000);
    try {
      await client.access({ host: '127.0.0.1', port: running.port, user: 'clinic', password: PASSWORD, secure: true, secureOptions: { ca: readFileSync(running.certificate) } }); // prettier-ignore
      await client.uploadFrom(Readable.from([content.subarray(0, 1_000_000)]), 'clinics/a.part');
      await client.appendFrom(Readable.from([content.subarray(1_000_000)]), 'clinics/a.part');
      expect(await client.size('clinics/a.part')).toBe(content.length);
      await client.rename('clinics/a.part', 'clinics/a.csv');
      const [entry] = await client.list('clinics');
      expect(entry).toMatchObject({ name: 'a.csv', size: content.length, isFile: true });
      expect(Math.abs(Number(entry?.modifiedAt) - Date.now())).toBeLessThan(60_000);
      const [receipt] = await client.list('receipts');
      let text = '';
      const sink = new Writable({
        write(chunk, _, done) {
          text += String(chunk);
          done();
        },
      });
      await client.downloadTo(sink, `receipts/${receipt?.name}`);
      expect(JSON.parse(text)).toMatchObject({ name: 'a.csv' });
      await client.uploadFrom(Readable.from(['x']), 'clinics/b.part');
      await client.remove('clinics/b.part');
      await expect(client.remove('clinics/a.csv')).rejects.toThrow(/FORBIDDEN/);
    } finally {
      client.close();
    }
    expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
  });
});

servedWith(
  ['curl'],
  'FTPS with TLS from the first byte on',
  () => {
    it('serves the same', async () => {
      const { code, output } = await run(
        'curl',
        [
          ...['-sS', '--cacert', running.certificate, '--config', '-', '-T', local('a.csv')],
          `ftps://127.0.0.1:${running.port}/clinics/a.csv`,
        ],
        { input: `user = "clinic:${PASSWORD}"\n` },
      );
      expect({ code, output }).toMatchObject({ code: 0 });
      expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
    });
  },
  { isImplicit: true },
);
