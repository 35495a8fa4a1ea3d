import { SegmentedControl, Select } from '@mantine/core';
import { useCatalogue } from '../shell/catalogue.js';
import type { View } from './view.js';

const BY = [
  { value: 'z', label: 'Against the usual' },
  { value: 'completeness', label: 'Completeness' },
  { value: 'count', label: 'Counts' },
];

/** Dataset, category, flag, and what the colours mean. */
export function OverviewControls({ view }: { view: View }) {
  const { dataset, category, flag, by, set } = view;
  const datasets = useCatalogue();
  return (
    <div className="controls">
      <Select
        label="Dataset"
        w={262}
        allowDeselect={false}
        data={datasets.map(({ id, title }) => ({ value: id, label: title }))}
        value={dataset.id}
        onChange={(id) => set({ dataset: id ?? undefined, category: undefined, flag: undefined, day: undefined })}
      />
      <Select
        label="Category"
        w={210}
        allowDeselect={false}
        data={dataset.categories.map(({ id, title }) => ({ value: id, label: title }))}
        value={category.id}
        onChange={(id) => set({ category: id ?? undefined })}
      />
      <Select
        label="Part"
        w={160}
        allowDeselect={false}
        data={[{ value: '', label: 'Total' }, ...dataset.flags.map(({ id, title }) => ({ value: id, label: title }))]}
        value={flag?.id ?? ''}
        onChange={(id) => set({ flag: id ?? undefined })}
      />
      <div>
        <span className="field-label" id="colour-by">
          Colour by
        </span>
        <SegmentedControl
          aria-labelledby="colour-by"
          data={BY}
          value={by}
          onChange={(value) => set({ by: value === 'z' ? undefined : value })}
        />
      </div>
    </div>
  );
}
