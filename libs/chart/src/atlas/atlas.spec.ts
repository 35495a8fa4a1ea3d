import { describe, expect, it } from '@jest/globals';
import { bordersOf, joinRing, placeArcs, regionsOf } from './topology.js';
import { stateLetters, usAtlas, VIEWPORT } from './us-atlas.js';

const atlas = usAtlas('county');
const whole = placeArcs(atlas, { scale: 1, shift: [0, 0], apart: 0 });

/** Twice the signed area. */
function area(ring: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < ring.length; i += 2) {
    const j = (i + 2) % ring.length;
    sum += ring[i]! * ring[j + 1]! - ring[j]! * ring[i + 1]!;
  }
  return sum;
}

const areaOf = (rings: readonly (readonly number[])[], placed = whole): number =>
  rings.reduce((sum, ring) => sum + area(joinRing(ring, placed)), 0);

describe('the atlas', () => {
  const counties = regionsOf(atlas, 'counties');
  const states = regionsOf(atlas, 'states');

  it('has fifty states and the capital, each with its letters, and more than three thousand counties', () => {
    expect(new Set(states.map(({ id }) => stateLetters(id)))).toHaveProperty('size', 51);
    expect(states.every(({ id }) => /^[A-Z]{2}$/.test(stateLetters(id)))).toBe(true);
    expect(stateLetters('42091')).toBe('PA');
    expect(counties.length).toBeGreaterThan(3100);
    expect(counties.find(({ id }) => id === '42091')?.name).toBe('Montgomery');
  });

  it('has counties whose areas add up to their states', () => {
    for (const state of states) {
      const parts = counties.filter(({ id }) => id.startsWith(state.id));
      const sum = parts.reduce((total, { rings }) => total + areaOf(rings), 0);
      expect(sum / areaOf(state.rings)).toBeCloseTo(1, 6);
    }
  });

  it('keeps regions closed and nearly as large when points are left out', () => {
    const coarse = placeArcs(atlas, { scale: 1, shift: [0, 0], apart: 0.5 });
    const points = (arcs: readonly Float32Array[]): number => arcs.reduce((sum, arc) => sum + arc.length, 0);
    expect(points(coarse)).toBeLessThan(points(whole));
    for (const state of states) expect(areaOf(state.rings, coarse) / areaOf(state.rings)).toBeCloseTo(1, 1);
    coarse.forEach((arc, i) => {
      expect([...arc.subarray(0, 2), ...arc.subarray(-2)]).toEqual([
        ...whole[i]!.subarray(0, 2),
        ...whole[i]!.subarray(-2),
      ]);
    });
  });

  it('lies within the viewport it was projected for, but for the last islands of Alaska', () => {
    for (const { rings, name } of states.filter((state) => state.name !== 'Alaska')) {
      for (const ring of rings) {
        const joined = joinRing(ring, whole);
        const inside = joined.every((at, i) => at >= 0 && at <= (i % 2 === 0 ? VIEWPORT.width : VIEWPORT.height));
        expect([name, inside]).toEqual([name, true]);
      }
    }
  });

  it('draws every border once: those of counties without those of states leave only what lies inside states', () => {
    const outer = bordersOf(states, whole);
    const inner = bordersOf(counties, whole, outer.arcs);
    const all = bordersOf(counties, whole);
    expect(inner.points.length + outer.points.length).toBe(all.points.length);
  });
});
