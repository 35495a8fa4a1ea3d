import { createContext, type ReactNode, useContext, useMemo } from 'react';
import { useQuery } from '../address/address.js';
import { useLaterPulse } from '../ask/live.js';
import type { Dataset, List } from '../ask/shapes.js';
import { type Answered, useAnswer } from '../ask/use-answer.js';

const Catalogue = createContext<readonly Dataset[]>([]);

/** Loads the datasets, without which no page can ask anything, and again when data come: there may be a new day. */
export function useDatasets(): Answered<List<Dataset>> {
  const found = useAnswer<List<Dataset>>('/v1/datasets', useLaterPulse());
  const text = JSON.stringify(found.data);
  // As long as nothing has changed it is the same object, so that nothing is made anew from it.
  const data = useMemo(() => found.data, [text]);
  return { ...found, data };
}

export function CatalogueProvider({ datasets, children }: { datasets: readonly Dataset[]; children: ReactNode }) {
  return <Catalogue value={datasets}>{children}</Catalogue>;
}

export const useCatalogue = (): readonly Dataset[] => useContext(Catalogue);

/** The dataset of the address, else the first that has data. There is one: the shell shows no page before. */
export function useDataset(): Dataset {
  const datasets = useCatalogue();
  const [query] = useQuery();
  const asked = datasets.find(({ id }) => id === query.get('dataset'));
  return asked ?? datasets.find(({ last_day }) => last_day !== null) ?? datasets[0]!;
}
