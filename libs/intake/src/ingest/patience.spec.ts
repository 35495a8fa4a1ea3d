import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { BellwetherError } from '#vocabulary';
import { backoff, patience, untilWell } from './patience.js';

describe('the wait before another try', () => {
  it('lies between half and all of a time that doubles up to the most', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (attempt, random) => {
          const full = Math.min(5000, 100 * 2 ** (attempt - 1));
          const waited = backoff({ first: 100, most: 5000 }, attempt, random);
          expect(waited).toBeGreaterThanOrEqual(full / 2);
          expect(waited).toBeLessThanOrEqual(full);
        },
      ),
    );
  });

  it('takes its time and its chance from whom it is given to', async () => {
    const waited: number[] = [];
    const chances = [0, 0.5, 0.25];
    const patient = patience({
      wait: async (ms) => void waited.push(ms),
      random: () => chances.shift()!,
      closing: new AbortController().signal,
    });
    for (const attempt of [1, 2, 3]) await patient.pause({ first: 100, most: 10_000 }, attempt);
    expect(waited).toEqual([50, 150, 250]);
  });

  it('ends with NOT_READY when the ingestor closes, whether it has begun or not', async () => {
    const closing = new AbortController();
    const patient = patience({
      wait: (_, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(new Error()))),
      random: Math.random,
      closing: closing.signal,
    });
    const waiting = patient.pause({ first: 1, most: 1 }, 1);
    closing.abort();
    await expect(waiting).rejects.toMatchObject({ code: 'NOT_READY' });
    await expect(patient.pause({ first: 1, most: 1 }, 1)).rejects.toMatchObject({ code: 'NOT_READY' });
  });
});

describe('work that needs the engine', () => {
  const failing = (times: number, error: Error) => {
    let calls = 0;
    const work = async (): Promise<number> => {
      if (++calls <= times) throw error;
      return calls;
    };
    return work;
  };
  const patient = { pause: () => Promise.resolve() };

  it('is repeated for as long as the engine is away', async () => {
    const away = new BellwetherError('ENGINE_FAILED', 'no connection', {}, { cause: new Error('ECONNREFUSED') });
    expect(await untilWell(failing(500, away), { patient, log: () => undefined })).toBe(501);
  });

  it('is tried three times when the engine is not to blame', async () => {
    const bug = new TypeError('a mistake of ours');
    expect(await untilWell(failing(2, bug), { patient, log: () => undefined })).toBe(3);
    await expect(untilWell(failing(3, bug), { patient, log: () => undefined })).rejects.toBe(bug);
  });
});
