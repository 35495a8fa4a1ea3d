import { geoAlbersUsa, geoPath } from 'd3-geo';
import { useEffect, useState } from 'react';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import countiesUrl from 'us-atlas/counties-albers-10m.json?url';
import statesUrl from 'us-atlas/states-albers-10m.json?url';
import { stateLetters } from '#chart';

/** The frame that us-atlas is projected into: d3's geoAlbersUsa, Alaska and Hawaii below the south-west. */
const FRAME = { x: 0, y: 0, width: 975, height: 610 };
const project = geoAlbersUsa().scale(1300).translate([487.5, 305]);

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A region as a path, in the frame of the atlas. */
export interface Outline {
  /** State letters, or county FIPS. */
  readonly code: string;
  readonly name: string;
  readonly d: string;
}

export interface Drawing {
  readonly box: Box;
  readonly outlines: readonly Outline[];
  /** Borders of states, over everything. */
  readonly borders: string;
}

type Atlas = Topology<{
  states: GeometryCollection<{ name: string }>;
  counties?: GeometryCollection<{ name: string }>;
}>;

const loading = new Map<string, Promise<Atlas>>();
function load(url: string): Promise<Atlas> {
  let atlas = loading.get(url);
  if (!atlas) {
    atlas = fetch(url).then((response) => response.json() as Promise<Atlas>);
    atlas.catch(() => loading.delete(url));
    loading.set(url, atlas);
  }
  return atlas;
}
// The first thing that anybody sees: on its way before the first question.
void load(statesUrl);

const path = geoPath().digits(1);
const padded = ([[x0, y0], [x1, y1]]: [[number, number], [number, number]]): Box => {
  const pad = Math.max(x1 - x0, y1 - y0) * 0.04;
  return { x: x0 - pad, y: y0 - pad, width: x1 - x0 + 2 * pad, height: y1 - y0 + 2 * pad };
};

function nation(atlas: Atlas): Drawing {
  const states = feature(atlas, atlas.objects.states).features;
  return {
    box: FRAME,
    outlines: states.map((state) => ({
      code: stateLetters(String(state.id)),
      name: state.properties.name,
      d: path(state) ?? '',
    })),
    borders: path(mesh(atlas, atlas.objects.states, (a, b) => a !== b)) ?? '',
  };
}

/** The counties of a state; with `county`, seen from nearer. */
function state(atlas: Atlas, letters: string, county?: string): Drawing {
  const counties = feature(atlas, atlas.objects.counties!).features.filter(
    ({ id }) => stateLetters(String(id)) === letters,
  );
  const whole = feature(atlas, atlas.objects.states).features.find(({ id }) => stateLetters(String(id)) === letters);
  const near = county === undefined ? whole : (counties.find(({ id }) => id === county) ?? whole);
  return {
    box: near ? padded(path.bounds(near)) : FRAME,
    outlines: counties.map((one) => ({ code: String(one.id), name: one.properties.name, d: path(one) ?? '' })),
    borders: whole ? (path(whole) ?? '') : '',
  };
}

/** What to draw for a region in view; undefined while the atlas is on its way. */
export function useDrawing(view: { state?: string | undefined; county?: string | undefined }): Drawing | undefined {
  const { state: letters, county } = view;
  const [drawn, setDrawn] = useState<{ key: string; drawing: Drawing }>();
  const key = `${letters}/${county}`;
  useEffect(() => {
    let left = false;
    const url = letters === undefined ? statesUrl : countiesUrl;
    load(url)
      .then((atlas) => {
        if (left) return;
        setDrawn({ key, drawing: letters === undefined ? nation(atlas) : state(atlas, letters, county) });
      })
      .catch(() => undefined);
    return () => {
      left = true;
    };
  }, [key, letters, county]);
  return drawn?.key === key ? drawn.drawing : undefined;
}

/** Where a place is in the frame; null outside of the fifty states. */
export const placeInFrame = ({ lat, lon }: { lat: number; lon: number }): [number, number] | null =>
  project([lon, lat]);
