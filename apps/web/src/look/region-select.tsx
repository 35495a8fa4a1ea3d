import { MultiSelect, Select } from '@mantine/core';
import { useMemo, useState } from 'react';
import { addressWith } from '../address/address.js';
import { fetchJson } from '../ask/fetch-answer.js';
import type { List, RegionShape } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';

interface Option {
  readonly value: string;
  readonly label: string;
}
interface Group {
  readonly group: string;
  readonly items: readonly Option[];
}
const NATION: Option = { value: 'nation:us', label: 'United States' };
const PAGE = '1000';
const MOST_PAGES = 5;

interface FacilityShape {
  readonly facility: string;
  readonly zip: string;
  readonly state: string;
}

/** Facilities are many: they are loaded when somebody opens the list. */
const facilitiesOf = new Map<string, Promise<readonly Option[]>>();
function facilities(dataset: string): Promise<readonly Option[]> {
  let found = facilitiesOf.get(dataset);
  if (!found) {
    const load = async (): Promise<Option[]> => {
      const options: Option[] = [];
      let cursor: string | null | undefined;
      for (let page = 0; page < MOST_PAGES && cursor !== null; page++) {
        const path = addressWith('/v1/facilities', { dataset, limit: PAGE, cursor });
        const { items, next }: List<FacilityShape> = await fetchJson<List<FacilityShape>>(path);
        for (const { facility, zip, state } of items)
          options.push({ value: `facility:${facility}`, label: `${facility} (${zip}, ${state})` });
        cursor = next ?? null;
      }
      return options;
    };
    facilitiesOf.set(dataset, (found = load()));
    found.catch(() => facilitiesOf.delete(dataset));
  }
  return found;
}

/** Regions of a dataset to choose from, coarse to fine; and what a region is called. */
export function useRegionOptions(dataset: string): {
  groups: readonly Group[];
  nameOf(region: string): string;
  open(): void;
} {
  const ask = (level: string): string => addressWith('/v1/regions', { dataset, level, limit: PAGE });
  const states = useAnswer<List<RegionShape>>(ask('state')).data;
  const counties = useAnswer<List<RegionShape>>(ask('county')).data;
  const [all, setAll] = useState<readonly Option[]>([]);
  return useMemo(() => {
    const options = (list: List<RegionShape> | undefined): Option[] =>
      (list?.items ?? []).map(({ region, name }) => ({ value: region, label: name }));
    const groups = [
      { group: 'Nation', items: [NATION] },
      { group: 'States', items: options(states) },
      { group: 'Counties', items: options(counties) },
      { group: 'Facilities', items: all },
    ];
    const names = new Map(groups.flatMap(({ items }) => items.map(({ value, label }) => [value, label] as const)));
    return {
      groups,
      nameOf: (region) => names.get(region) ?? region.slice(region.indexOf(':') + 1),
      open: () => void facilities(dataset).then(setAll, () => undefined),
    };
  }, [dataset, states, counties, all]);
}

type Options = ReturnType<typeof useRegionOptions>;

/** What is chosen must be in the list, or the field would look empty. */
function withChosen({ groups, nameOf }: Options, chosen: readonly string[]) {
  const known = new Set(groups.flatMap(({ items }) => items.map(({ value }) => value)));
  const others = chosen.filter((one) => !known.has(one)).map((value) => ({ value, label: nameOf(value) }));
  const list = others.length > 0 ? [{ group: 'Chosen', items: others }, ...groups] : groups;
  return list.map(({ group, items }) => ({ group, items: [...items] }));
}

interface OneProps {
  readonly label?: string;
  readonly options: Options;
  /** Empty: none is chosen yet. */
  readonly value: string;
  onChange(region: string): void;
}

export function RegionSelect({ label = 'Region', options, value, onChange }: OneProps) {
  return (
    <Select
      label={label}
      placeholder="Type to search"
      w={260}
      searchable
      allowDeselect={false}
      limit={60}
      nothingFoundMessage="No such region"
      data={withChosen(options, value === '' ? [] : [value])}
      value={value === '' ? null : value}
      onChange={(chosen) => chosen !== null && onChange(chosen)}
      onDropdownOpen={options.open}
    />
  );
}

interface ManyProps {
  readonly options: Options;
  readonly value: readonly string[];
  readonly most: number;
  onChange(regions: readonly string[]): void;
}

export function RegionMultiSelect({ options, value, most, onChange }: ManyProps) {
  return (
    <MultiSelect
      label="Regions"
      style={{ flex: '1 1 260px', maxWidth: 460 }}
      searchable
      limit={60}
      maxValues={most}
      nothingFoundMessage="No such region"
      data={withChosen(options, value)}
      value={[...value]}
      onChange={(chosen) => chosen.length > 0 && onChange(chosen)}
      onDropdownOpen={options.open}
      hidePickedOptions
    />
  );
}
