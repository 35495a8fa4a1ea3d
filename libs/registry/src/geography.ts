import { NATION, UNKNOWN } from '#vocabulary';
import type { Geography } from './model.js';

/** Knows no place: everything is `unknown`. */
export const noGeography = (): Geography => ({
  countyOf: () => UNKNOWN,
  stateOf: () => UNKNOWN,
  hhsOf: () => UNKNOWN,
  nameOf: (level, code) => (level === 'nation' && code === NATION ? 'United States' : undefined),
  zips: () => [],
  countiesOf: () => [],
  zipsOf: () => [],
  statesOf: () => [],
  versions: [],
});
