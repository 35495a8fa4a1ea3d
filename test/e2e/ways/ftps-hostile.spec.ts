import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import fc from 'fast-check';
import {
  makeCertificate,
  openLoggedIn,
  openRunningFtps,
  openSpeaker,
  type RunningFtps,
  type Speaker,
} from './ftps.fixture.js';
import { PASSWORD } from './homes.fixture.js';
import { asReceived, describeWith, openReceiving, type Receiving } from './receiving.fixture.js';

jest.setTimeout(30_000);
let receiving: Receiving;
let running: RunningFtps;
const speakers: Speaker[] = [];

async function start(options: Parameters<typeof openRunningFtps>[1] = {}): Promise<void> {
  running = await openRunningFtps(receiving, options);
}
async function arrive(): Promise<Speaker> {
  const speaker = await openSpeaker(running);
  speakers.push(speaker);
  return speaker;
}
async function logIn(user?: string): Promise<Speaker> {
  const speaker = await openLoggedIn(running, user);
  speakers.push(speaker);
  return speaker;
}
/** Port that EPSV names. */
const portOf = async (speaker: Speaker): Promise<number> =>
  Number(/\(\|\|\|(\d+)\|\)$/.exec(await speaker.say('EPSV'))?.[1]);
const staged = (): string[] => readdirSync(join(receiving.folder, 'staging'));
/** Everything, and the end of TLS. */
async function upload(speaker: Speaker, command: string, content: string | Buffer): Promise<string> {
  const data = await speaker.dataSocket(command);
  data.end(content);
  return speaker.hear();
}

describeWith(['openssl'], 'the FTPS server and those who do not keep to the rules', () => {
  beforeEach(async () => {
    receiving = await openReceiving();
    await start();
  });
  afterEach(async () => {
    for (const speaker of speakers.splice(0)) speaker.close();
    await running.close();
    receiving.close();
  });

  describe('before TLS', () => {
    it('hears no word of a login, and of nothing else', async () => {
      const speaker = await arrive();
      for (const line of ['USER clinic', `PASS ${PASSWORD}`, 'LIST', 'EPSV', 'PORT 127,0,0,1,1,1', 'PROT P', 'PBSZ 0'])
        expect(await speaker.say(line)).toMatch(/^530 TLS is required/);
      expect(await speaker.say('AUTH SSL')).toMatch(/^504 /);
      expect(await speaker.say('SITE EXEC ls')).toMatch(/^502 /);
      expect(await speaker.say('SYST')).toMatch(/^215 UNIX/);
      expect(running.reports).toEqual([]);
    });

    it('drops commands that were put behind AUTH TLS', async () => {
      const speaker = await arrive();
      speaker.send(`AUTH TLS\r\nUSER clinic\r\nPASS ${PASSWORD}\r\nPBSZ 0\r\n`);
      expect(await speaker.hear()).toMatch(/^234 /);
      await speaker.startTls();
      expect(await speaker.say('PWD')).toMatch(/^530 Log in first/);
      expect(await speaker.say(`PASS ${PASSWORD}`)).toMatch(/^503 Say USER first/);
      expect(await speaker.say('PROT P')).toMatch(/^503 Say PBSZ/);
    });

    it('ends a connection on which words in clear follow AUTH TLS', async () => {
      const speaker = await arrive();
      expect(await speaker.say('AUTH TLS')).toMatch(/^234 /);
      speaker.send(`USER clinic\r\nPASS ${PASSWORD}\r\n`);
      await speaker.ended();
      await expect(speaker.hear()).rejects.toThrow('ended after ""');
    });

    it('takes no TLS older than 1.2', async () => {
      const speaker = await arrive();
      await speaker.say('AUTH TLS');
      const old = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' } as const;
      await expect(speaker.startTls(old)).rejects.toThrow(/alert|version|protocol|disconnected/i);
    });
  });

  describe('a login', () => {
    it('fails five times on a connection, which is then ended', async () => {
      const speaker = await arrive();
      await speaker.say('AUTH TLS');
      await speaker.startTls();
      for (let attempt = 1; attempt <= 5; attempt++) {
        expect(await speaker.say('USER nobody')).toMatch(/^331 /);
        expect(await speaker.say('PASS wrong')).toMatch(attempt < 5 ? /^530 / : /^421 /);
      }
      await speaker.ended();
      expect(running.reports).toEqual(Array(5).fill('an FTPS login was refused'));
    });

    it('needs its user right before it, and is not changed', async () => {
      const speaker = await logIn();
      expect(await speaker.say('USER lab')).toMatch(/^530 /);
      expect(await speaker.say(`PASS ${PASSWORD}`)).toMatch(/^503 /);
      expect(await speaker.say('AUTH TLS')).toMatch(/^503 /);
      expect(await speaker.say('CCC')).toMatch(/^534 /);
    });
  });

  describe('a data connection', () => {
    it('is under TLS, or does not come about', async () => {
      const speaker = await logIn();
      expect(await speaker.say('PROT C')).toMatch(/^534 /);
      const data = connect(await portOf(speaker), '127.0.0.1');
      expect(await speaker.say('STOR /clinics/a.csv')).toMatch(/^150 /);
      data.on('error', () => undefined);
      data.end('facility,day,category,count\n');
      expect(await speaker.hear()).toMatch(/^425 /);
      expect(staged()).toEqual([]);
      expect(await receiving.received()).toEqual([]);

      const unprotected = await arrive();
      await unprotected.say('AUTH TLS');
      await unprotected.startTls();
      for (const line of ['USER clinic', `PASS ${PASSWORD}`]) await unprotected.say(line);
      await unprotected.say('EPSV');
      for (const line of ['STOR /clinics/a.csv', 'LIST', 'RETR /receipts/a'])
        expect(await unprotected.say(line)).toMatch(/^521 /);
    });

    it('is never opened by the server', async () => {
      let connections = 0;
      const target = createServer(() => connections++).listen(0, '127.0.0.1');
      await once(target, 'listening');
      const { port } = target.address() as AddressInfo;
      const speaker = await logIn();
      expect(await speaker.say(`PORT 127,0,0,1,${port >> 8},${port & 255}`)).toMatch(/^502 /);
      expect(await speaker.say(`EPRT |1|127.0.0.1|${port}|`)).toMatch(/^502 /);
      expect(await speaker.say('LIST')).toMatch(/^425 /);
      expect(connections).toBe(0);
      target.close();
    });

    it('is taken from the address of the commands only, and once', async () => {
      const speaker = await logIn();
      const port = await portOf(speaker);
      const stranger = connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' });
      stranger.on('error', () => undefined);
      await once(stranger, 'close');
      const own = connect(port, '127.0.0.1');
      await once(own, 'connect');
      const second = connect(port, '127.0.0.1');
      await once(second, 'close').catch(() => undefined);
      own.destroy();
      expect(await upload(speaker, 'STOR /clinics/a.csv', 'content')).toMatch(/^226 Received/);
      expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', 'content')]);
    });

    it('that ends without the end of TLS has brought part of a file, which can be continued', async () => {
      const content = randomBytes(500_000);
      const speaker = await logIn();
      const data = await speaker.dataSocket('STOR /clinics/a.csv');
      data.on('error', () => undefined);
      await new Promise((written) => data.write(content.subarray(0, 300_000), written));
      data.resume();
      data.hangUp();
      expect(await speaker.hear()).toMatch(/^426 The transfer was cut off/);
      expect(await receiving.received()).toEqual([]);
      const [, size] = (await speaker.say('SIZE /clinics/a.csv')).split(' ').map(Number);
      expect(size).toBeGreaterThan(0);
      expect(await speaker.say('REST 7')).toMatch(/^350 /);
      await expect(speaker.dataSocket('STOR /clinics/a.csv')).rejects.toThrow(`550 REQUEST_INVALID: ${size} bytes are`);
      expect(await speaker.say(`REST ${size}`)).toMatch(/^350 /);
      expect(await upload(speaker, 'STOR /clinics/a.csv', content.subarray(size))).toMatch(/^226 Received/);
      expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', content)]);
      expect(staged()).toEqual([]);
    });

    it('may take up the TLS session of the commands', async () => {
      const speaker = await arrive();
      await speaker.say('AUTH TLS');
      const control = await speaker.startTls();
      let session: Buffer | undefined;
      control.on('session', (ticket: Buffer) => (session = ticket));
      for (const line of ['USER clinic', `PASS ${PASSWORD}`, 'PBSZ 0', 'PROT P']) await speaker.say(line);
      expect(session).toBeDefined();
      const data = await speaker.dataSocket('LIST', { session });
      expect(data.isSessionReused()).toBe(true);
      data.resume();
      expect(await speaker.hear()).toMatch(/^226 /);
    });

    it('is ended by ABOR, after which the session goes on', async () => {
      const speaker = await logIn();
      const data = await speaker.dataSocket('STOR /clinics/a.csv');
      data.on('error', () => undefined);
      data.write('some of it');
      speaker.send(Buffer.concat([Buffer.from([255, 244, 255, 242]), Buffer.from('ABOR\r\n')]));
      expect(await speaker.hear()).toMatch(/^426 Aborted/);
      expect(await speaker.hear()).toMatch(/^226 /);
      expect(await receiving.received()).toEqual([]);
      expect(await upload(speaker, 'STOR /clinics/a.csv', 'all of it')).toMatch(/^226 Received/);
    });

    it('leaves what came when the server stops', async () => {
      const speaker = await logIn();
      const data = await speaker.dataSocket('STOR /clinics/a.csv');
      data.on('error', () => undefined);
      data.write('some of it ');
      while ((await (await logIn()).say('SIZE /clinics/a.csv')) !== '213 11');
      await running.close();
      expect(await receiving.received()).toEqual([]);
      await start();
      expect(await upload(await logIn(), 'APPE /clinics/a.csv', 'and the rest')).toMatch(/^226 Received/);
      expect(await receiving.received()).toEqual([asReceived('clinics/a.csv', 'some of it and the rest')]);
    });
  });

  describe('a path', () => {
    it('takes nothing into what is not the folder of an own feed, or under a name that is none', async () => {
      const speaker = await logIn();
      for (const path of [
        ...['/labs/a.csv', '/a.csv', '/receipts/a.json', '../../../../etc/cron.d/a', '/clinics/../labs/a.csv'],
        ...['/clinics/new/a.csv', '/clinics/..\\a.csv', '/clinics/a\u0000.csv', '', '..', '~root/a.csv', '-a'],
        ...[`/clinics/${'a'.repeat(256)}`, `/${'clinics/../'.repeat(200)}clinics/a.csv`],
      ])
        for (const verb of ['STOR', 'APPE'])
          await expect(speaker.dataSocket(`${verb} ${path}`)).rejects.toThrow(/^550 /);
      expect(staged()).toEqual([]);
    });

    it('leads nowhere above the root, and to nothing of another sender', async () => {
      await upload(await logIn(), 'STOR /clinics/a.part', 'content');
      const speaker = await logIn('lab');
      expect(await speaker.say('CWD ../../..')).toMatch(/^250 Now in "\/"/);
      for (const line of ['CWD /clinics', 'SIZE /clinics/a.part', 'MDTM /labs/../clinics/a.part', 'DELE /clinics/a.part', 'RNFR /clinics/a.part', 'STAT /clinics', 'MLST /clinics'])
        expect(await speaker.say(line)).toMatch(/^550 NOT_FOUND/); // prettier-ignore
      await upload(speaker, 'STOR /labs/b.part', 'content');
      expect(await speaker.say('RNFR /labs/b.part')).toMatch(/^350 /);
      expect(await speaker.say('RNTO /clinics/b.csv')).toMatch(/^550 NOT_FOUND/);
      expect(await receiving.received()).toEqual([]);
    });
  });

  describe('a session', () => {
    it('hears the line after one that is too long, and answers lines that come all at once in their order', async () => {
      const speaker = await logIn();
      expect(await speaker.say(`STOR ${'x'.repeat(100_000)}`)).toMatch(/^500 /);
      speaker.send('SYST\r\nNOOP\r\n'.repeat(500));
      for (let i = 0; i < 500; i++) {
        expect(await speaker.hear()).toMatch(/^215 /);
        expect(await speaker.hear()).toMatch(/^200 /);
      }
    });

    it('answers each line once, whatever it says', async () => {
      const speaker = await logIn();
      const verb = fc.constantFrom(
        ...['CWD', 'CDUP', 'PWD', 'SIZE', 'MDTM', 'MLST', 'STAT', 'DELE', 'RNFR', 'RNTO', 'MKD', 'RMD', 'OPTS', 'FEAT'],
        ...['TYPE', 'MODE', 'STRU', 'REST', 'STOR', 'APPE', 'RETR', 'LIST', 'NLST', 'MLSD', 'PORT', 'EPRT', 'PROT'],
        ...['PBSZ', 'AUTH', 'ALLO', 'HELP', 'SITE', 'ABOR', 'XYZ', ''],
      );
      const argument = fc.oneof(
        fc.constantFrom(
          '',
          '/',
          '..',
          '/clinics',
          '/receipts',
          '/clinics/a.part',
          'I',
          '0',
          '-1',
          'UTF8 ON',
          'MLST size;',
        ),
        fc.string({ maxLength: 60 }),
        fc.string({ unit: 'binary', maxLength: 60 }),
      );
      const line = fc.tuple(verb, argument).map((parts) => parts.join(' ').replaceAll(/[\r\n]/g, ''));
      await fc.assert(
        fc.asyncProperty(fc.array(line, { maxLength: 20 }), async (lines) => {
          speaker.send(Buffer.from([...lines, 'QUOTE'].map((text) => `${text}\r\n`).join('')));
          for (const _ of lines) expect(await speaker.hear()).toMatch(/^[2-5]\d\d[ -]/);
          expect(await speaker.hear()).toMatch(/^500 /);
        }),
        { numRuns: 40 },
      );
      expect(running.reports).toEqual([]);
      expect(await speaker.say('NOOP')).toMatch(/^200 /);
    });

    it('keeps REST and RNFR for the next command only', async () => {
      const speaker = await logIn();
      await upload(speaker, 'STOR /clinics/a.part', 'content');
      expect(await speaker.say('RNTO /clinics/a.csv')).toMatch(/^503 /);
      expect(await speaker.say('RNFR /clinics/a.part')).toMatch(/^350 /);
      expect(await speaker.say('PWD')).toMatch(/^257 "\/"/);
      expect(await speaker.say('RNTO /clinics/a.csv')).toMatch(/^503 /);
      expect(await speaker.say('REST 3')).toMatch(/^350 /);
      expect(await speaker.say('PWD')).toMatch(/^257 /);
      expect(await upload(speaker, 'STOR /clinics/a.part', 'anew')).toMatch(/^226 Kept/);
      expect(await speaker.say('SIZE /clinics/a.part')).toBe('213 4');
      for (const rest of ['REST', 'REST -1', 'REST 1e3', 'REST 99999999999999999999'])
        expect(await speaker.say(rest)).toMatch(/^501 /);
    });

    it('says what it can do', async () => {
      const speaker = await logIn();
      await upload(speaker, 'STOR /clinics/a "b".part', 'content');
      expect((await speaker.say('FEAT')).split('\r\n').slice(1, -1)).toEqual(
        expect.arrayContaining([' AUTH TLS', ' PBSZ', ' PROT', ' UTF8', ' EPSV', ' SIZE', ' MDTM', ' REST STREAM']),
      );
      expect(await speaker.say('CWD clinics')).toBe('250 Now in "/clinics"');
      expect(await speaker.say('SIZE a "b".part')).toBe('213 7');
      expect(await speaker.say('MDTM a "b".part')).toMatch(/^213 \d{14}$/);
      expect(await speaker.say('OPTS MLST Size;Type;')).toBe('200 MLST OPTS type;size;');
      expect((await speaker.say('MLST a "b".part')).split('\r\n')[1]).toBe(' type=file;size=7; /clinics/a "b".part');
      expect(await speaker.say('STAT')).toMatch(/^211-/);
      expect(await speaker.say('STAT /')).toMatch(/^212-[^]*clinics\r\n[^]*receipts\r\n212 /);
      expect(await speaker.say('EPSV 2')).toMatch(/^522 .*\(1\)/);
      expect(await speaker.say('PASV')).toMatch(/^227 .*\(127,0,0,1,\d+,\d+\)$/);
      expect(await speaker.say('EPSV ALL')).toMatch(/^200 /);
      expect(await speaker.say('PASV')).toMatch(/^503 /);
      expect(await speaker.say('TYPE A')).toMatch(/^200 /);
      expect(await speaker.say('TYPE E')).toMatch(/^504 /);
      expect(await speaker.say('MKD /clinics/2026')).toMatch(/^550 The folders here/);
      expect(await speaker.say('QUIT')).toMatch(/^221 /);
      await speaker.ended();
    });
  });

  it('names the public address in PASV, and says when none of its ports is free', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    const { port } = blocker.address() as AddressInfo;
    await running.close();
    await start({ publicAddress: '192.0.2.7', passivePorts: { first: port, last: port } });
    const speaker = await logIn();
    expect(await speaker.say('PASV')).toMatch(/^425 No port is free/);
    expect(await speaker.say('EPSV')).toMatch(/^425 No port is free/);
    blocker.close();
    await once(blocker, 'close');
    expect(await speaker.say('PASV')).toBe(`227 Entering Passive Mode (192,0,2,7,${port >> 8},${port & 255})`);
  });

  it('serves a renewed certificate to those who come, and the one before while the new one does not fit', async () => {
    const served = async (certificate: string): Promise<string | undefined> => {
      const speaker = await openSpeaker({ port: running.port, certificate });
      await speaker.say('AUTH TLS');
      const secured = await speaker.startTls({ rejectUnauthorized: false });
      const name = secured.getPeerCertificate().subject.CN?.toString();
      secured.destroy(); // a server has so many sessions and no more
      await once(secured, 'close');
      return name;
    };
    const renewed = await makeCertificate(receiving.folder, 'renewed');
    const { certificate } = running;
    const replace = (from: string, to: string): void => {
      copyFileSync(from, to);
      utimesSync(to, new Date(), new Date(Date.now() + 5_000));
    };
    expect(await served(certificate)).toBe('tls');
    replace(renewed.certificate, certificate);
    // The files are looked at once a second at most.
    while (!running.reports.some((report) => report.includes('renewed certificate cannot be used')))
      expect(await served(certificate)).toBe('tls');
    replace(renewed.key, certificate.replace(/crt$/, 'key'));
    let name = await served(certificate);
    while (name === 'tls') name = await served(certificate);
    expect(name).toBe('renewed');
  });

  it('does not start with a key that is not that of the certificate, and does not print it', async () => {
    const other = await makeCertificate(receiving.folder, 'other');
    const key = readFileSync(other.key, 'utf8');
    const into = join(receiving.folder, 'broken');
    writeFileSync(into, 'no certificate');
    await expect(openRunningFtps(receiving, { files: { certificate: into, key: other.key } })).rejects.toThrow(
      /CONFIG_INVALID: certificate .*broken/,
    );
    await expect(openRunningFtps(receiving, { files: { certificate: other.key, key: into } })).rejects.not.toThrow(
      key.split('\n')[1],
    );
  });
});
