import { createHmac } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { createClient as createSubscriber } from 'graphql-ws';
import WebSocket from 'ws';
import { dayAt, formatDay } from '#vocabulary';
import { type RunningBellwether, startBellwether, until } from '../running-bellwether.fixture.js';
import { before, CLINICS, CONFIG, report, usual } from './ten-clinics.fixture.js';

jest.setTimeout(180_000);

const SECRET = 'whsec_dGhlIHNlY3JldCBvZiB0aGUgdGVzdHMgb2YgYWxhcm1z';
interface AlarmJson {
  readonly id: string;
  readonly region: string;
  readonly category: string;
  readonly day: string;
  readonly completeness: number;
  readonly state: string;
  readonly standing: boolean;
}

describe('an outbreak, from dropped files to everybody who wants to know', () => {
  const today = dayAt(Date.now(), 'America/New_York');
  const montgomery = CLINICS.filter(({ county }) => county === '42091').map(({ id }) => id);
  // The larger clinics come first: whoever divides what has come by the share of the clinics finds a rise there.
  const [early, late] = [montgomery.slice(3), montgomery.slice(0, 3)];
  const told: { headers: IncomingHttpHeaders; body: string }[] = [];
  const followed: { id: string; state: string; standing: boolean }[] = [];
  let work: string;
  let bellwether: RunningBellwether;
  let receiver: Server;
  let stopFollowing: () => Promise<void>;

  const json = async <T>(path: string, method = 'GET'): Promise<T> =>
    (await fetch(`${bellwether.api}${path}`, { method })).json() as Promise<T>;
  const alarms = async (): Promise<AlarmJson[]> => (await json<{ items: AlarmJson[] }>('/v1/alarms')).items;
  const drop = async (clinic: string, rise = 1, version = 1): Promise<void> =>
    bellwether.drop(
      report(clinic, [today], { fever: (day) => Math.round(rise * usual(clinic, day, 'fever')), version }),
    );
  const reporting = async (): Promise<number> => {
    const day = formatDay(today);
    const answer = await json<{ regions?: { days: { reporting: number }[] }[] }>(
      `/v1/completeness?dataset=visits&region=nation:us&from=${day}&to=${day}`,
    );
    return answer.regions?.[0]?.days[0]?.reporting ?? 0;
  };
  /** Resolves when detection has seen every report that was counted. */
  const allJudged = async (): Promise<void> => {
    interface Flow {
      readonly pending: number;
      readonly detection: readonly {
        readonly rule: string;
        readonly lag_seconds: number | null;
        readonly unjudged: number;
      }[];
    }
    await until(
      async () => {
        const { pending, detection } = await json<Flow>('/v1/flow?minutes=1');
        expect(detection.map(({ rule }) => rule)).toEqual(['visits']);
        return (pending === 0 && detection[0]!.unjudged === 0 && detection[0]!.lag_seconds !== null) || undefined;
      },
      { otherwise: bellwether.output },
    );
  };
  /** How today's fever of the county was, or would have been, judged at an instant. */
  const judgedAt = async (instant: number): Promise<string> => {
    const asOf = new Date(instant).toISOString().replace(/\.\d+/, '');
    const cell = `rule=visits&region=county:42091&category=fever&day=${formatDay(today)}`;
    return (await json<{ judged: string }>(`/v1/alarms/at?${cell}&as_of=${asOf}`)).judged;
  };
  /** The next whole second: what came before and what comes after can be told apart. */
  const nextSecond = async (): Promise<number> => {
    const instant = Math.ceil((Date.now() + 1) / 1000) * 1000;
    await new Promise((resolve) => setTimeout(resolve, instant - Date.now() + 20));
    return instant;
  };
  let half = 0;
  const openings = (): typeof told => told.filter(({ body }) => body.includes('"news":"opened"'));

  beforeAll(async () => {
    work = await mkdtemp(join(tmpdir(), 'alarms-'));
    receiver = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        told.push({ headers: request.headers, body: Buffer.concat(chunks).toString() });
        response.writeHead(204).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const { port } = receiver.address() as AddressInfo;
    const files = {
      ...CONFIG,
      'notifications.yaml': `webhooks:\n  - { id: ops, url: 'http://127.0.0.1:${port}/', secret: { file: secrets/ops }, topics: [alarm] }\n`,
    };
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(work, 'config', path)), { recursive: true });
      await writeFile(join(work, 'config', path), content);
    }
    await mkdir(join(work, 'config/secrets'), { recursive: true });
    await writeFile(join(work, 'config/secrets/ops'), SECRET, { mode: 0o400 });
    bellwether = await startBellwether({ data: join(work, 'data'), config: join(work, 'config') });
    for (const { id } of CLINICS) await bellwether.drop(report(id, before(today)));
    const subscriber = createSubscriber({ url: `${bellwether.api.replace('http', 'ws')}/graphql`, webSocketImpl: WebSocket, lazy: false }); // prettier-ignore
    const query = 'subscription { alarms(dataset: "visits") { id state standing region category completeness } }';
    subscriber.subscribe<{ alarms: (typeof followed)[0] }>(
      { query },
      {
        next: ({ data }) => void (data && followed.push(data.alarms)),
        error: () => undefined,
        complete: () => undefined,
      },
    );
    stopFollowing = async () => subscriber.dispose();
    await until(
      async () =>
        (await json<{ items: { submissions: number }[] }>('/v1/feeds')).items[0]?.submissions === CLINICS.length ||
        undefined,
      { within: 90_000, otherwise: bellwether.output },
    );
  });
  afterAll(async () => {
    await stopFollowing?.();
    const code = await bellwether?.stop();
    receiver?.close();
    await rm(work, { recursive: true, force: true });
    expect(code).toBe(0);
  });

  it('a day of which half has come raises no alarm; a rise among those who have reported does', async () => {
    for (const clinic of early) await drop(clinic);
    await until(async () => (await reporting()) === 3 || undefined, { otherwise: bellwether.output });
    await allJudged();
    expect(await alarms()).toEqual([]);
    half = await nextSecond();
    for (const clinic of late) await drop(clinic, 3);
    const [alarm] = await until(
      async () => {
        const found = await alarms();
        return found.length > 0 ? found : undefined;
      },
      { otherwise: bellwether.output },
    );
    expect(alarm).toMatchObject({ region: 'county:42091', category: 'fever', day: formatDay(today), state: 'open', standing: true }); // prettier-ignore
    expect(alarm!.completeness).toBeGreaterThan(0.5);
  });

  it('is told to a subscriber, and to a webhook, signed', async () => {
    const [alarm] = await alarms();
    await until(() => followed.find(({ id }) => id === alarm!.id), { otherwise: bellwether.output });
    const [notice] = await until(() => (openings().length > 0 ? openings() : undefined), {
      otherwise: bellwether.output,
    });
    const { headers, body } = notice!;
    expect(JSON.parse(body)).toMatchObject({
      id: alarm!.id,
      type: 'alarm',
      key: 'county:42091',
      data: { news: 'opened', region: 'county:42091', category: 'fever', dataset: 'visits', rule: 'visits' },
    });
    const signed = `${String(headers['webhook-id'])}.${String(headers['webhook-timestamp'])}.${body}`;
    const key = Buffer.from(SECRET.slice(6), 'base64');
    expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', key).update(signed).digest('base64')}`);
  });

  it('is the same when its run is repeated from what was known then', async () => {
    const [alarm] = await alarms();
    const replay = await json<{ equal: boolean; differing: string[] }>(`/v1/alarms/${alarm!.id}/replay`);
    expect(replay).toMatchObject({ equal: true, differing: [] });
  });

  it('is marked on pictures for who asks, and so is what the day will come to', async () => {
    const path = `/v1/charts/series.svg?dataset=visits&category=fever&region=county:42091&to=${formatDay(today)}`;
    const words = async (more: string): Promise<string[]> => {
      const svg = await (await fetch(`${bellwether.api}${path}${more}`)).text();
      return [...svg.matchAll(/>([^<>]+)<\/text>/g)].flatMap(([, word]) => word ?? []);
    };
    expect(await words('')).not.toContain('alarm');
    expect(await words('&marks=alarms')).toContain('alarm');
    const all = await words('&marks=alarms,nowcast');
    const isOpen = (await alarms())[0]!.completeness! < 0.9;
    expect([all.includes('alarm'), all.includes('expected of the whole day')]).toEqual([true, isOpen]);
    expect((await fetch(`${bellwether.api}${path}&marks=alarms&as_of=${formatDay(today)}`)).status).toBe(400);
  });

  it('is acknowledged through REST, and those who follow see it', async () => {
    const [{ id } = { id: '' }] = await alarms();
    const order = `/v1/alarms/${id}/acknowledge?reason=looking`;
    expect(await json(order, 'POST')).toMatchObject({ state: 'acknowledged' });
    expect((await fetch(`${bellwether.api}${order}`, { method: 'POST' })).status).toBe(409);
    await until(() => followed.find((one) => one.id === id && one.state === 'acknowledged'), {
      otherwise: bellwether.output,
    });
    const mutation = `mutation { handleAlarm(id: "${id}", action: "snooze", reason: "weekend", until: "${new Date(Date.now() + 3_600_000).toISOString()}") { state } }`;
    const graphql = await fetch(`${bellwether.api}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query: mutation }),
    });
    expect(await graphql.json()).toEqual({ data: { handleAlarm: { state: 'snoozed' } } });
  });

  it('is one alarm, told once, when detection is killed and begins again', async () => {
    const starts = (): number => bellwether.output().split('"ready to detect"').length - 1;
    const [, pid] = /"pid":(\d+)[^\n]*"name":"watch"|"name":"watch"[^\n]*?"pid":(\d+)/.exec(bellwether.output())?.filter((one) => one !== undefined) ?? []; // prettier-ignore
    process.kill(Number(pid), 'SIGKILL');
    await until(() => (starts() > 1 ? true : undefined), { otherwise: bellwether.output });
    for (const clinic of late) await drop(clinic, 4, 2);
    const [{ id } = { id: '' }] = await alarms();
    const value = async (): Promise<number> => (await json<{ value: number }>(`/v1/alarms/${id}`)).value;
    const known = await value();
    await until(async () => (await value()) > known || undefined, { otherwise: bellwether.output });
    expect(await alarms()).toHaveLength(1);
    expect(openings()).toHaveLength(1);
    const replay = await json<{ equal: boolean }>(`/v1/alarms/${id}/replay`);
    expect(replay.equal).toBe(true);
  });

  it('says whether it would have fired when half of the day had come, and whether later data cancelled it', async () => {
    const risen = await nextSecond();
    expect([await judgedAt(half), await judgedAt(risen)]).toEqual(['quiet', 'alarm']);
    for (const clinic of late) await drop(clinic, 1, 3);
    const [{ id } = { id: '' }] = await alarms();
    const standing = async (): Promise<boolean> => (await json<{ standing: boolean }>(`/v1/alarms/${id}`)).standing;
    await until(async () => !(await standing()) || undefined, { otherwise: bellwether.output });
    await allJudged();
    const corrected = await nextSecond();
    expect([await judgedAt(half), await judgedAt(risen), await judgedAt(corrected)]).toEqual([
      'quiet',
      'alarm',
      'quiet',
    ]);
    expect(await alarms()).toHaveLength(1);
  });
});
