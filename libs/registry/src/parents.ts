import { NATION, type Region, UNKNOWN } from '#vocabulary';
import type { Crosswalk } from './model.js';

/** Any day: jurisdictions are those of today. */
const TODAY = 100_000;

/**
 * The region one level above, by the newest crosswalk. Undefined for the nation, for facilities (their zip is not a matter
 * of configuration) and for places of events.
 */
export function parentIn(crosswalk: Crosswalk, { level, code }: Region): Region | undefined {
  if (code === UNKNOWN) return undefined;
  switch (level) {
    case 'zip':
      return { level: 'county', code: crosswalk.countyOf(code, TODAY) };
    case 'county':
      return { level: 'state', code: crosswalk.stateOf(code) };
    case 'state':
      return { level: 'hhs', code: crosswalk.hhsOf(code) };
    case 'hhs':
      return { level: 'nation', code: NATION };
    case 'nation':
    case 'facility':
    case 'event_zip':
      return undefined;
  }
}
