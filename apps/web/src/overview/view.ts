import { useQuery } from '../address/address.js';
import type { ColourBy } from '../map/legend.js';
import { readDay } from '../look/format.js';
import { useDataset } from '../shell/catalogue.js';

/** Level of the parts of a region in view. */
const PARTS = { nation: 'state', state: 'county', county: 'zip' } as const;
const COLOURINGS: readonly ColourBy[] = ['z', 'completeness', 'count'];

/** What the address says the overview shows. */
export function useView() {
  const dataset = useDataset();
  const [query, set] = useQuery();
  const region = query.get('region') ?? 'nation:us';
  const level = region.slice(0, region.indexOf(':'));
  const within = level === 'state' || level === 'county' ? region : 'nation:us';
  const kind = within.startsWith('nation') ? 'nation' : within.startsWith('state') ? 'state' : 'county';
  const category = dataset.categories.find(({ id }) => id === query.get('category')) ?? dataset.categories[0]!;
  const flag = dataset.flags.find(({ id }) => id === query.get('flag'));
  const by = COLOURINGS.find((one) => one === query.get('by')) ?? 'z';
  const day = readDay(query.get('day'));
  return { dataset, category, flag, by, day, within, kind, parts: PARTS[kind], query, set } as const;
}
export type View = ReturnType<typeof useView>;
