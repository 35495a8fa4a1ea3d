import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningApi, runApi } from './running-api.js';

describe('closing a facility', () => {
  let api: RunningApi;
  beforeAll(async () => {
    api = await runApi();
  });
  afterAll(() => api.close());

  const order = async (path: string, key?: string): Promise<{ status: number; body: Record<string, unknown> }> => {
    const headers = key === undefined ? {} : { 'x-api-key': key };
    const response = await api.ask(path, { method: 'POST', headers });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };

  it('is receipted, from the day given or back again', async () => {
    expect(await order('/v1/facilities/F1/close?dataset=clinic&closed_on=2024-01-03&reason=a+letter')).toMatchObject({
      status: 202,
      body: { name: 'close-facility.json', feed: 'clinics' },
    });
    expect(await order('/v1/facilities/F1/reopen?dataset=clinic&reason=a+strike')).toMatchObject({
      status: 202,
      body: { name: 'reopen-facility.json' },
    });
  });

  it('needs a day that there is, a reason, and a facility that has reported', async () => {
    for (const path of [
      '/v1/facilities/F1/close?dataset=clinic&reason=a+letter',
      '/v1/facilities/F1/close?dataset=clinic&closed_on=2024-02-30&reason=a+letter',
      '/v1/facilities/F1/close?dataset=clinic&closed_on=2024-01-03',
      '/v1/facilities/F1/close?dataset=clinic&closed_on=2024-01-03&reason=+',
    ])
      expect(await order(path)).toMatchObject({ status: 400, body: { code: 'REQUEST_INVALID' } });
    expect(await order('/v1/facilities/F9/close?dataset=clinic&closed_on=2024-01-03&reason=x')).toMatchObject({
      status: 404,
      body: { code: 'UNKNOWN_REGION' },
    });
  });

  it('is for operators', async () => {
    for (const key of [api.keys.analyst, api.keys.sender, api.keys.viewer]) {
      const told = await order('/v1/facilities/F1/close?dataset=clinic&closed_on=2024-01-03&reason=x', key);
      expect(told).toMatchObject({ status: 403, body: { code: 'FORBIDDEN' } });
    }
  });
});
