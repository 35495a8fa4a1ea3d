import { BellwetherError, type StatusName } from '#vocabulary';
import { bordersOf, extentOf, joinRing, placeArcs, regionsOf, type Shaped } from './atlas/topology.js';
import { type Atlas, type MapLevel, stateLetters, usAtlas, VIEWPORT } from './atlas/us-atlas.js';
import { checkSize, DEFAULT_COMPLETE_BELOW } from './input.js';
import { headingMark } from './mark/heading.js';
import { type KeyEntry, keyMark, keyRowHeight, keyRows } from './mark/key.js';
import { classLegendHeight, classLegendMark } from './mark/map-legend.js';
import { type InkWell, inkWell } from './mark/plot.js';
import { type MapClasses, mapClasses, type MapMeasure } from './map-measure.js';
import { classOf } from './scale/classes.js';
import { formatCount } from './scale/linear.js';
import type { Area, Scene, Shape } from './scene/scene.js';
import { type Fonts, interFonts } from './text/fonts.js';
import { printable } from './text/measure.js';
import { type MapColours, MAPS } from './theme/maps.js';
import { type ThemeName, THEMES } from './theme/theme.js';

/** Regions by code: two letters for a state, five FIPS digits for a county. */
export interface MapInput {
  readonly title: string;
  readonly subtitle?: string;
  readonly legendTitle: string;
  readonly level: MapLevel;
  /** Letters of a state: only its counties are drawn, as large as fits. With level `county`. */
  readonly within?: string;
  /** What the values are, and so their colours; `count` unless named. */
  readonly measure?: MapMeasure;
  /** A value per region; `null`, or no entry, where there is none. */
  readonly values: ReadonlyMap<string, number | null>;
  /** What a region without an entry is: not reported, or one where nobody could report; `missing` unless named. */
  readonly absent?: 'missing' | 'nobody';
  /** Why a region has no value; missing unless named. */
  readonly status?: ReadonlyMap<string, StatusName>;
  readonly completeness?: ReadonlyMap<string, { readonly reporting: number; readonly participating: number }>;
  /** 0 to 1, 0.9 by default. */
  readonly completeBelow?: number;
  readonly theme: ThemeName;
  /** Pixels, as for line charts. Below 320 × 240 the map stands alone, without text. */
  readonly width: number;
  readonly height: number;
}

const MAX_REGIONS = 10_000;
const PLAIN_BELOW = { width: 320, height: 240 };

/**
 * A map of states or counties, coloured by what is measured. Zero counts, missing, suppressed and deleted have colours
 * of their own; regions of which too few facilities reported are hatched; what lies on no map is named below it.
 * Throws REQUEST_INVALID for what cannot be drawn.
 */
export function regionMap(
  input: MapInput,
  { fonts = interFonts(), atlas = usAtlas(input.level) }: { fonts?: Fonts; atlas?: Atlas } = {},
): Scene {
  checkSize(input);
  if (input.values.size > MAX_REGIONS)
    throw new BellwetherError('REQUEST_INVALID', `a map of more than ${MAX_REGIONS} regions`);
  const wells = inkWell(THEMES[input.theme]);
  const plain = input.width < PLAIN_BELOW.width || input.height < PLAIN_BELOW.height;
  const regions = regionsOf(atlas, input.level === 'state' ? 'states' : 'counties').filter(
    ({ id }) => input.within === undefined || stateLetters(id) === input.within,
  );
  if (regions.length === 0) throw new BellwetherError('REQUEST_INVALID', 'the map lies within no state of that code');
  const painted = paintRegions(input, regions);
  const shapes = plain
    ? geography(wells, { input, atlas, painted }, { left: 4, top: 4, right: input.width - 4, bottom: input.height - 4 })
    : fullMap(wells, { input, atlas, painted }, fonts);
  return {
    width: input.width,
    height: input.height,
    title: printable(input.title),
    description: describe(input, painted),
    inks: wells.inks,
    shapes,
  };
}

/** A region with what is said of it. */
interface Painted {
  readonly region: Shaped;
  readonly code: string;
  readonly value: number | undefined;
  readonly status: StatusName | 'nobody';
  readonly complete: boolean;
}

interface Paint {
  readonly regions: readonly Painted[];
  readonly classes: MapClasses;
  /** On no map: `unknown`, territories, codes younger than the map. A sum of counts, else a number of regions. */
  readonly elsewhere: number;
}

function paintRegions(input: MapInput, shaped: readonly Shaped[]): Paint {
  const { values, status, completeness, completeBelow = DEFAULT_COMPLETE_BELOW, measure = 'count' } = input;
  const regions = shaped.map((region): Painted => {
    const code = input.level === 'state' ? stateLetters(region.id) : region.id;
    const value = values.get(code);
    const counted = typeof value === 'number' && (value >= 0 || measure === 'deviation') ? value : undefined;
    const reason = status?.get(code);
    const facilities = completeness?.get(code);
    return {
      region,
      code,
      value: reason === undefined || reason === 'reported' ? counted : undefined,
      status:
        reason ?? (value === undefined ? (input.absent ?? 'missing') : counted === undefined ? 'missing' : 'reported'),
      complete: !facilities || !(facilities.reporting < completeBelow * facilities.participating),
    };
  });
  const known = new Set(regions.map(({ code }) => code));
  let elsewhere = 0;
  for (const [code, value] of values) if (!known.has(code)) elsewhere += measure === 'count' ? (value ?? 0) : 1;
  const shown = regions.flatMap(({ value }) => value ?? []);
  return { regions, elsewhere, classes: mapClasses(measure, shown, MAPS[input.theme]) };
}

function colourOf({ value, status }: Painted, colours: MapColours, { breaks, zero, ...classes }: MapClasses): number {
  if (status === 'nobody') return colours.nobody;
  if (value === undefined)
    return status === 'suppressed' ? colours.suppressed : status === 'deleted' ? colours.deleted : colours.missing;
  return value === 0 && zero !== undefined ? zero : classes.colours[classOf(value, breaks)]!;
}

interface Drawing {
  readonly input: MapInput;
  readonly atlas: Atlas;
  readonly painted: Paint;
}

interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

function geography(wells: InkWell, { input, atlas, painted }: Drawing, { left, top, right, bottom }: Bounds): Shape[] {
  const regions = painted.regions.map(({ region }) => region);
  const extent =
    input.within === undefined ? { x0: 0, y0: 0, x1: VIEWPORT.width, y1: VIEWPORT.height } : extentOf(regions, atlas);
  const [width, height] = [extent.x1 - extent.x0, extent.y1 - extent.y0];
  const scale = Math.max(0.01, Math.min((right - left) / width, (bottom - top) / height));
  const shift = [
    (left + right - width * scale) / 2 - extent.x0 * scale,
    (top + bottom - height * scale) / 2 - extent.y0 * scale,
  ] as const;
  const placed = placeArcs(atlas, { scale, shift, apart: 0.5 });
  const colours = MAPS[input.theme];
  const pitch = Math.max(4, Math.round(6 * Math.min(scale, 1)));
  const areas = painted.regions.flatMap((one): Area[] => {
    if (one.region.rings.length === 0) return [];
    const { classes } = painted;
    const isZero = one.value === 0 && classes.zero !== undefined;
    const dark = one.value !== undefined && !isZero && classes.isStrong(classOf(one.value, classes.breaks));
    const hatch =
      one.complete || !classes.hatches
        ? {}
        : { hatch: { ink: wells.of(dark ? colours.hatchOnStrong : colours.hatchOnWeak), pitch } };
    const rings = one.region.rings.map((ring) => joinRing(ring, placed));
    return [
      {
        kind: 'area',
        rings,
        ink: wells.of(colourOf(one, colours, classes)),
        ...hatch,
        title: tooltip(input, one, classes),
      },
    ];
  });
  const inside = input.within;
  const shownStates = regionsOf(atlas, 'states').filter(
    ({ id }) => inside === undefined || stateLetters(id) === inside,
  );
  const states = bordersOf(shownStates, placed);
  // A state alone is drawn with the weights of the whole country.
  const weight = Math.min(scale, 1.6);
  const fine = Math.max(0.3, 0.55 * weight);
  const hasNobody = input.absent === 'nobody';
  const border: Shape = {
    kind: 'path',
    points: states.points,
    width: Math.max(0.6, 1.1 * weight),
    ink: wells.of(hasNobody ? colours.outline : colours.border),
  };
  if (input.level === 'state') return [...areas, border];
  const counties = bordersOf(regions, placed, states.arcs);
  return [
    ...areas,
    {
      kind: 'path',
      points: counties.points,
      width: fine,
      ink: wells.of(hasNobody ? colours.outline : wells.theme.background),
    },
    border,
  ];
}

function tooltip(input: MapInput, { region, code, value, status, complete }: Painted, classes: MapClasses): string {
  const name = input.level === 'county' ? `${region.name}, ${stateLetters(code)}` : region.name;
  const said =
    value === undefined
      ? status === 'missing'
        ? 'not reported'
        : status === 'reported'
          ? 'no number'
          : status === 'nobody'
            ? 'no facility'
            : status
      : classes.format(value);
  return `${name}: ${said}${complete ? '' : ' (not complete)'}`;
}

function fullMap(wells: InkWell, drawing: Drawing, fonts: Fonts): Shape[] {
  const { input, painted } = drawing;
  const colours = MAPS[input.theme];
  const scale = Math.min(2.5, Math.max(1, Math.min(input.width / 960, input.height / 600)));
  const pad = Math.round(14 * scale);
  const room = input.width - 2 * pad;
  const text = { font: fonts.regular, size: 11.5 * scale, scale };
  const heading = headingMark(
    wells,
    { title: input.title, subtitle: input.subtitle, unit: '' },
    { fonts, left: pad, top: pad, room, scale },
  );
  const keys = keyRows(keyOf(input, painted, colours), text, room).slice(0, 3);
  const keyTop = input.height - pad * 0.7 - keys.length * keyRowHeight(text);
  const legendTop = keyTop - classLegendHeight(text);
  const zero = painted.regions.some(({ value }) => value === 0) ? painted.classes.zero : undefined;
  const { colours: fills, labels } = painted.classes;
  const legend = { title: printable(input.legendTitle), zero, colours: fills, labels };
  const bounds = {
    left: pad,
    right: input.width - pad,
    top: heading.bottom,
    bottom: legendTop - Math.round(4 * scale),
  };
  return [
    ...geography(wells, drawing, bounds),
    ...heading.shapes,
    ...classLegendMark(wells, legend, { left: pad, top: legendTop, room, text }),
    ...keyMark(wells, keys, { left: pad, top: keyTop, text }),
  ];
}

function keyOf(
  { completeBelow = DEFAULT_COMPLETE_BELOW, measure = 'count' }: MapInput,
  { regions, elsewhere, classes }: Paint,
  colours: MapColours,
): KeyEntry[] {
  const occurs = (status: Painted['status']): boolean =>
    regions.some((one) => one.value === undefined && one.status === status);
  const entries: KeyEntry[] = [];
  if (occurs('missing') || occurs('reported'))
    entries.push({ sign: 'patch', text: measure === 'count' ? 'not reported' : 'no number', colour: colours.missing });
  if (occurs('nobody')) entries.push({ sign: 'none', text: 'no colour: no facility' });
  if (occurs('suppressed')) entries.push({ sign: 'patch', text: 'suppressed', colour: colours.suppressed });
  if (occurs('deleted')) entries.push({ sign: 'patch', text: 'deleted', colour: colours.deleted });
  if (classes.hatches && regions.some(({ complete }) => !complete)) {
    entries.push({ sign: 'hatch', text: `under ${Math.round(completeBelow * 1000) / 10} % of facilities reported` });
  }
  const what = measure === 'count' ? '' : elsewhere === 1 ? ' region' : ' regions';
  if (elsewhere > 0) entries.push({ sign: 'none', text: `on no map: ${formatCount(elsewhere)}${what}` });
  return entries;
}

function describe(input: MapInput, { regions, classes }: Paint): string {
  const known = regions.filter(({ value }) => value !== undefined);
  const highest = known.toSorted((a, b) => (b.value ?? 0) - (a.value ?? 0)).slice(0, 3);
  const names = highest.map((one) => tooltip(input, one, classes)).join('; ');
  const what = `${printable(input.legendTitle)} by ${input.level}: ${known.length} of ${regions.length} with a value`;
  return names === '' ? `${what}.` : `${what}. Highest: ${names}.`;
}
