import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type BreakGlass, createGate, issueKey, openBreakGlass, parseKeyFile } from './index.js';

const [county, plain] = [issueKey(), issueKey()];
const ring = parseKeyFile(
  `principals:
  - id: county
    key: "${county.hash}"
    roles: [analyst]
    datasets: [d]
    regions: ["county:1"]
    breakGlass: { minutes: 60, roles: [epidemiologist], regions: "*" }
  - { id: plain, key: "${plain.hash}", roles: [analyst], datasets: [d], regions: ["county:1"] }
`,
  'keys.yaml',
);
const REASON = 'cluster of cases at the county line';
let folder: string;
let now: number;
const opened: BreakGlass[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'glass-'));
  now = 1_000_000;
});
afterEach(async () => {
  for (const one of opened.splice(0)) one.close();
  await rm(folder, { recursive: true });
});
async function open(): Promise<BreakGlass> {
  const onError = (error: unknown): never => {
    throw error;
  };
  const glass = await openBreakGlass({ path: join(folder, 'access', 'glass.json'), now: () => now, onError });
  opened.push(glass);
  return glass;
}
const owner = ring.byId.get('county')!.principal;

describe('a reach that is widened in an emergency', () => {
  it('goes as far as the entry says, with the reason, and ends by itself', async () => {
    const glass = await open();
    const gate = createGate({ keys: ring, sampleMode: false, widened: glass.widened });
    const ask = { key: county.key, host: 'a', origin: undefined, remoteAddress: '10.0.0.1', forwarded: false };
    expect(gate.authenticate(ask)).toBe(owner);
    await glass.begin(owner, { reason: REASON, minutes: 60 });
    expect(gate.authenticate(ask)).toMatchObject({
      id: 'county',
      roles: ['analyst', 'epidemiologist'],
      scopes: { datasets: ['d'], regions: 'all' },
      broken: { reason: REASON, until: 1_000_000 + 3_600_000 },
    });
    expect(gate.authenticate(ask)).toBe(gate.authenticate(ask));
    now += 3_599_999;
    expect(gate.authenticate(ask)).toMatchObject({ scopes: { regions: 'all' } });
    now += 1;
    expect(gate.authenticate(ask)).toBe(owner);
  });

  it('is ended before its time by who began it, and widens nobody else', async () => {
    const glass = await open();
    const other = ring.byId.get('plain')!.principal;
    await glass.begin(owner, { reason: REASON, minutes: 5 });
    expect(glass.widened(other)).toBe(other);
    await glass.end(owner);
    expect(glass.widened(owner)).toBe(owner);
  });

  it('outlives a restart, and is known to the other processes', async () => {
    const [one, two] = [await open(), await open()];
    await one.begin(owner, { reason: REASON, minutes: 5 });
    expect((await open()).current(owner)?.reason).toBe(REASON);
    while (two.widened(owner) === owner) await new Promise((resume) => setTimeout(resume, 50));
    expect(await readFile(join(folder, 'access', 'glass.json'), 'utf8')).not.toContain(county.key);
  });

  it('is not to be had without the right, a reason, or for longer than the entry says', async () => {
    const glass = await open();
    await expect(glass.begin(ring.byId.get('plain')!.principal, { reason: REASON, minutes: 5 })).rejects.toMatchObject({ code: 'FORBIDDEN' }); // prettier-ignore
    for (const wanted of [
      { reason: 'because', minutes: 5 },
      { reason: ' '.repeat(20), minutes: 5 },
      { reason: 'x'.repeat(201), minutes: 5 },
      { reason: REASON, minutes: 61 },
      { reason: REASON, minutes: 0 },
      { reason: REASON, minutes: 1.5 },
    ])
      await expect(glass.begin(owner, wanted)).rejects.toMatchObject({ code: 'REQUEST_INVALID' });
    expect(glass.current(owner)).toBeUndefined();
  });

  it('ends with the right', async () => {
    const glass = await open();
    await glass.begin(owner, { reason: REASON, minutes: 5 });
    expect(glass.widened({ ...owner, breakGlass: undefined }).scopes).toEqual(owner.scopes);
  });
});
