import { Group, MultiSelect, Select, Switch } from '@mantine/core';
import { memo } from 'react';
import { RegionMultiSelect, type useRegionOptions } from '../look/region-select.js';
import { useCatalogue } from '../shell/catalogue.js';
import { MOST_LINES, type SeriesView } from './view.js';

type Chosen = Pick<SeriesView, 'dataset' | 'categories' | 'regions' | 'show' | 'mean' | 'years' | 'set'>;
type ControlsProps = Chosen & { readonly options: ReturnType<typeof useRegionOptions> };

/** What is drawn, and how. Left alone while only the span, the day or the numbers change. */
export const SeriesControls = memo(function SeriesControls(props: ControlsProps) {
  const { dataset, categories, regions, show, mean, years, set, options } = props;
  const datasets = useCatalogue();
  const unflagged = dataset.flags.find(({ id }) => id === dataset.unflagged);
  return (
    <div className="controls">
      <Select
        label="Dataset"
        w={262}
        allowDeselect={false}
        data={datasets.map(({ id, title }) => ({ value: id, label: title }))}
        value={dataset.id}
        onChange={(id) => set({ dataset: id ?? undefined, category: undefined, day: undefined, line: undefined })}
      />
      <MultiSelect
        label="Categories"
        style={{ flex: '1 1 300px', maxWidth: 460 }}
        data={dataset.categories.map(({ id, title }) => ({ value: id, label: title }))}
        value={[...categories]}
        maxValues={Math.max(1, Math.floor(MOST_LINES / regions.length))}
        onChange={(chosen) => chosen.length > 0 && set({ category: chosen.join(',') })}
        hidePickedOptions
      />
      <RegionMultiSelect
        options={options}
        value={regions}
        most={Math.max(1, Math.floor(MOST_LINES / categories.length))}
        onChange={(chosen) => set({ region: chosen.join(',') })}
      />
      {unflagged && (
        <Select
          label="Lines"
          w={170}
          allowDeselect={false}
          data={[
            { value: 'total', label: 'Total' },
            { value: 'unflagged', label: `Only ${unflagged.title.toLowerCase()}` },
            { value: 'both', label: 'Both' },
          ]}
          value={show}
          onChange={(value) => set({ show: value === 'total' ? undefined : (value ?? undefined) })}
        />
      )}
      <Group gap="md" h={36}>
        <Switch
          label="7-day mean"
          checked={mean}
          onChange={(event) => set({ mean: event.currentTarget.checked ? '7' : undefined })}
        />
        <Switch
          label="Year over year"
          checked={years}
          onChange={(event) => set({ compare: event.currentTarget.checked ? 'years' : undefined, day: undefined })}
        />
      </Group>
    </div>
  );
});
