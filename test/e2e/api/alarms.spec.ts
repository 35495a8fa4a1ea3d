import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ALARM_ID, oneAlarm } from './one-alarm.js';
import { type RunningApi, runApi } from './running-api.js';

interface AlarmJson {
  readonly value: number | null;
  readonly p: number | null;
  readonly regions: readonly string[];
  readonly strongest: { readonly region: string };
  readonly findings: readonly { readonly region: string; readonly value: number | null }[];
}

describe('alarms, by who asks', () => {
  let api: RunningApi;
  let desk: ReturnType<typeof oneAlarm>;
  beforeEach(async () => {
    desk = oneAlarm();
    api = await runApi({ services: { alarms: desk } });
  });
  afterEach(() => api.close());

  const ask = (path: string, key?: string, method = 'GET'): Promise<Response> =>
    api.ask(path, { method, ...(key === undefined ? {} : { headers: { authorization: `Bearer ${key}` } }) });
  const one = async (key?: string): Promise<AlarmJson> =>
    (await (await ask(`/v1/alarms/${ALARM_ID}`, key)).json()) as AlarmJson;

  it('an operator sees all of it', async () => {
    expect(await one()).toMatchObject({ value: 31, regions: ['county:42091', 'state:PA'], strongest: { region: 'state:PA' } }); // prettier-ignore
    expect((await one()).findings.map(({ value }) => value)).toEqual([31, 31]);
  });

  it('an analyst of the county sees the alarm, nothing of the state, and no counts', async () => {
    const seen = await one(api.keys.analyst);
    expect(seen).toMatchObject({ value: null, p: null, regions: ['county:42091'], strongest: { region: 'county:42091' } }); // prettier-ignore
    expect(seen.findings.map(({ region, value }) => [region, value])).toEqual([['county:42091', null]]);
  });

  it('a sender may not see alarms, and somebody without a key is asked for one', async () => {
    expect((await ask('/v1/alarms', api.keys.sender)).status).toBe(403);
    expect((await ask(`/v1/alarms/${ALARM_ID}`, 'no-key')).status).toBe(401);
  });

  it('what does not exist is not told from what is out of reach', async () => {
    expect((await ask(`/v1/alarms/${'00'.repeat(16)}`)).status).toBe(404);
    expect(await (await ask(`/v1/alarms/${'00'.repeat(16)}`)).json()).toMatchObject({ code: 'UNKNOWN_ALARM' });
  });

  it('only those who may triage handle it; who did it is the principal, whatever the request says', async () => {
    const order = `/v1/alarms/${ALARM_ID}/acknowledge?reason=looking`;
    expect((await ask(order, api.keys.analyst, 'POST')).status).toBe(403);
    expect(desk.deeds).toEqual([]);
    expect((await ask(order, undefined, 'POST')).status).toBe(200);
    expect((await ask(`${order}&actor=eve`, undefined, 'POST')).status).toBe(400);
    expect(desk.deeds.map(({ actor, action }) => [actor, action])).toEqual([['sample', 'acknowledge']]);
  });

  it('an order needs a reason; a snooze an end; what the state does not allow is a conflict', async () => {
    const at = `/v1/alarms/${ALARM_ID}`;
    expect((await ask(`${at}/dismiss`, undefined, 'POST')).status).toBe(400);
    expect((await ask(`${at}/snooze?reason=x`, undefined, 'POST')).status).toBe(400);
    expect((await ask(`${at}/assign?reason=x&assignee=bob`, undefined, 'POST')).status).toBe(200);
    expect((await ask(`${at}/close?reason=x`, undefined, 'POST')).status).toBe(200);
    expect((await ask(`${at}/reopen?reason=x`, undefined, 'POST')).status).toBe(409);
  });

  it('are the same in GraphQL, where an order is a mutation', async () => {
    const graphql = async (query: string, key?: string): Promise<unknown> =>
      (
        await api.ask('/graphql', {
          method: 'POST',
          body: JSON.stringify({ query }),
          headers: { 'content-type': 'application/json', ...(key ? { authorization: `Bearer ${key}` } : {}) },
        })
      ).json();
    expect(await graphql('{ alarms { items { id region value strongest { region } } } }')).toEqual({
      data: { alarms: { items: [{ id: ALARM_ID, region: 'county:42091', value: 31, strongest: { region: 'state:PA' } }] } }, // prettier-ignore
    });
    expect(await graphql('{ alarms { items { value strongest { region } } } }', api.keys.analyst)).toEqual({
      data: { alarms: { items: [{ value: null, strongest: { region: 'county:42091' } }] } },
    });
    const order = `mutation { handleAlarm(id: "${ALARM_ID}", action: "assign", reason: "hers", assignee: "ann") { assignee } }`;
    expect(await graphql(order)).toEqual({ data: { handleAlarm: { assignee: 'ann' } } });
    expect(await graphql(order, api.keys.analyst)).toMatchObject({ errors: [{ extensions: { code: 'FORBIDDEN' } }] });
    expect(await graphql(order.replace('"assign"', '"explode"'))).toMatchObject({ errors: [{ extensions: { code: 'REQUEST_INVALID' } }] }); // prettier-ignore
  });

  it('a nowcast is for those who may see small counts as they are', async () => {
    const path = '/v1/nowcast?dataset=clinic&region=county:42091&category=fever&day=2024-03-01';
    expect(await (await ask(path)).json()).toMatchObject({ known: 12, expected: 23.5, low: 18, high: 30 });
    expect((await ask(path, api.keys.analyst)).status).toBe(403);
  });

  it('are not served where nothing detects', async () => {
    const other = await runApi({ services: { alarms: undefined } });
    expect((await other.ask('/v1/alarms')).status).toBe(404);
    await other.close();
  });
});
