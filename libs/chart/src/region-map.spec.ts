import { BellwetherError, type StatusName } from '#vocabulary';
import { describe, expect, it } from '@jest/globals';
import sharp from 'sharp';
import { type MapInput, regionMap } from './region-map.js';
import { renderPng } from './render/png/index.js';
import { renderSvg } from './render/svg/svg.js';
import type { Area, Scene } from './scene/scene.js';
import { MAPS } from './theme/maps.js';

const inputOf = (more: Partial<MapInput> = {}): MapInput => ({
  title: 'Visits by state',
  legendTitle: 'Visits',
  level: 'state',
  values: new Map([
    ['PA', 120],
    ['NJ', 40],
    ['NY', 300],
    ['WY', 0],
  ]),
  width: 640,
  height: 420,
  theme: 'light',
  ...more,
});

const areas = ({ shapes }: Scene): Area[] => shapes.flatMap((shape) => (shape.kind === 'area' ? [shape] : []));
const texts = ({ shapes }: Scene): string[] => shapes.flatMap((shape) => (shape.kind === 'text' ? [shape.text] : []));
const areaOf = (scene: Scene, name: string): Area => areas(scene).find(({ title }) => title?.startsWith(`${name}:`))!;
const colourOf = (scene: Scene, name: string): number => scene.inks[areaOf(scene, name).ink]!;

describe('a map of deviations', () => {
  const deviations = (more: Partial<MapInput> = {}) =>
    regionMap(
      inputOf({
        measure: 'deviation',
        absent: 'nobody',
        values: new Map([
          ['PA', -3.2],
          ['NJ', 0],
          ['NY', 3],
          ['OH', null],
        ]),
        ...more,
      }),
    );

  it('colours what lies below and above by fixed bounds; nothing of it is a count of zero', () => {
    const scene = deviations();
    const { deviation } = MAPS.light;
    const found = ['Pennsylvania', 'New Jersey', 'New York'].map((name) => colourOf(scene, name));
    expect(found).toEqual([deviation[0], deviation[3], deviation[6]]);
    expect(areaOf(scene, 'Pennsylvania').title).toBe('Pennsylvania: −3.2 SD');
    expect(texts(scene)).toEqual(expect.arrayContaining(['−3', '+1', '+3']));
  });

  it('tells a region that reported nothing from one without a facility', () => {
    const scene = deviations();
    expect([colourOf(scene, 'Ohio'), colourOf(scene, 'Texas')]).toEqual([MAPS.light.missing, MAPS.light.nobody]);
    expect(texts(scene)).toEqual(expect.arrayContaining(['no colour: no facility']));
  });
});

describe('a map of shares', () => {
  it('says by colour alone who is incomplete, and calls only all of them 100 %', () => {
    const completeness = new Map([['PA', { reporting: 1, participating: 10 }]]);
    const values = new Map([
      ['PA', 0.1],
      ['NJ', 0.996],
      ['NY', 1],
    ]);
    const scene = regionMap(inputOf({ measure: 'share', values, completeness }));
    expect(areas(scene).some(({ hatch }) => hatch)).toBe(false);
    const { share } = MAPS.light;
    expect([colourOf(scene, 'Pennsylvania'), colourOf(scene, 'New York')]).toEqual([share[0], share[5]]);
    expect(areaOf(scene, 'New Jersey').title).toBe('New Jersey: 99 %');
    expect(areaOf(scene, 'New York').title).toBe('New York: 100 %');
  });
});

describe('a map', () => {
  it('gives zero, missing, suppressed, deleted and a count five colours', () => {
    const values = new Map(inputOf().values).set('OH', null).set('VT', null).set('ND', null);
    const status = new Map<string, StatusName>([
      ['VT', 'deleted'],
      ['ND', 'suppressed'],
    ]);
    const scene = regionMap(inputOf({ values, status }));
    const colours = ['Wyoming', 'Ohio', 'North Dakota', 'Vermont', 'New York'].map((name) => colourOf(scene, name));
    expect(new Set(colours).size).toBe(5);
    expect(colourOf(scene, 'Texas')).toBe(colourOf(scene, 'Ohio'));
    expect(texts(scene)).toEqual(expect.arrayContaining(['not reported', 'suppressed', 'deleted', '0']));
  });

  it('never shows the value of a region that is suppressed, even when it is handed one', () => {
    const values = new Map(inputOf().values).set('NY', 987_654);
    const scene = regionMap(inputOf({ values, status: new Map([['NY', 'suppressed']]) }));
    expect(colourOf(scene, 'New York')).toBe(MAPS.light.suppressed);
    expect(renderSvg(scene)).not.toMatch(/987,?654/);
    expect(scene.description).not.toContain('New York');
  });

  it('hatches regions of which too few facilities reported, and only those', () => {
    const completeness = new Map([
      ['PA', { reporting: 89, participating: 100 }],
      ['NJ', { reporting: 90, participating: 100 }],
      ['NY', { reporting: 0, participating: 0 }],
    ]);
    const hatched = areas(regionMap(inputOf({ completeness }))).filter(({ hatch }) => hatch);
    expect(hatched.map(({ title }) => title)).toEqual(['Pennsylvania: 120 (not complete)']);
  });

  it('says how much lies on no map', () => {
    expect(
      texts(
        regionMap(
          inputOf({
            values: new Map([
              ['unknown', 12],
              ['PR', 30],
              ['PA', 5],
            ]),
          }),
        ),
      ),
    ).toContain('on no map: 42');
  });

  it('names counties with their state', () => {
    const scene = regionMap(inputOf({ level: 'county', values: new Map([['42091', 17]]) }));
    expect(areas(scene).some(({ title }) => title === 'Montgomery, PA: 17')).toBe(true);
  });

  it('draws one state with its counties, as large as fits', () => {
    const scene = regionMap(inputOf({ level: 'county', within: 'PA', values: new Map([['42091', 17]]) }));
    expect(areas(scene)).toHaveLength(67);
    const xs = areas(scene).flatMap(({ rings }) => rings.flatMap((ring) => [...ring].filter((_, i) => i % 2 === 0)));
    expect(Math.max(...xs) - Math.min(...xs)).toBeGreaterThan(400);
    expect(() => regionMap(inputOf({ level: 'county', within: 'ZZ' }))).toThrow(BellwetherError);
  });

  it('stands alone when it is small', () => {
    expect(texts(regionMap(inputOf({ width: 200, height: 130 })))).toEqual([]);
  });

  it('refuses what cannot be drawn', () => {
    expect(() => regionMap(inputOf({ width: 5000 }))).toThrow(BellwetherError);
    const many = new Map(Array.from({ length: 10_001 }, (_, i) => [String(i), 1] as const));
    expect(() => regionMap(inputOf({ values: many }))).toThrow(BellwetherError);
  });

  it('is drawn as PNG as librsvg draws its SVG, but for text', async () => {
    const whole = regionMap(inputOf());
    const scene = { ...whole, shapes: whole.shapes.filter(({ kind }) => kind !== 'text') };
    const raw = (image: Uint8Array | Buffer): Promise<Buffer> =>
      sharp(image).removeAlpha().toColourspace('srgb').raw().toBuffer();
    const [ours, theirs] = await Promise.all([raw(renderPng(scene)), raw(Buffer.from(renderSvg(scene)))]);
    expect(ours.length).toBe(theirs.length);
    const sum = ours.reduce((total, value, i) => total + Math.abs(value - theirs[i]!), 0);
    expect(sum / ours.length).toBeLessThan(1);
  });
});
