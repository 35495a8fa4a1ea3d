/** Levels of aggregation, coarse to fine. Each facility lies in exactly one region of every level. */
export const LEVELS = ['nation', 'hhs', 'state', 'county', 'zip', 'facility'] as const;

/**
 * `event_zip` is not a level of the hierarchy: it counts a record where it happened and not where its facility is,
 * for the feeds that report a place per record.
 */
export const PLACE_LEVELS = [...LEVELS, 'event_zip'] as const;

export type Level = (typeof PLACE_LEVELS)[number];

/**
 * Codes: nation `us`; hhs `1`…`10`; state two capital letters; county five-digit FIPS; zip five digits; facility as
 * its sender writes it. At every level the code `unknown` is a region: what cannot be placed is counted there, so
 * that children always add up to their parent.
 */
export interface Region {
  readonly level: Level;
  readonly code: string;
}

export const UNKNOWN = 'unknown';
export const NATION = 'us';

/** `county:42091`, the form in every URL, key and message. */
export const regionKey = ({ level, code }: Region): string => `${level}:${code}`;

/** Reads `level:code`; undefined unless the level is known and the code is 1 to 128 printable characters. */
export function parseRegion(text: string): Region | undefined {
  const colon = text.indexOf(':');
  const level = PLACE_LEVELS.find((name) => name === text.slice(0, colon));
  const code = text.slice(colon + 1);
  return level && /^[\x21-\x7e]{1,128}$/.test(code) ? { level, code } : undefined;
}
