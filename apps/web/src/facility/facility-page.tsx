import { Select } from '@mantine/core';
import { addressWith, useQuery } from '../address/address.js';
import { usePulse } from '../ask/live.js';
import type { Dataset } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { RegionSelect, useRegionOptions } from '../look/region-select.js';
import { useCatalogue, useDataset } from '../shell/catalogue.js';
import { readDay } from '../look/format.js';
import { BedBoards } from './beds-card.js';
import { FlagsCard } from './flags-card.js';
import { FacilityDays } from './facility-days.js';
import { FileList } from './file-list.js';
import { SubmissionDetail } from './submission-detail.js';
import { UploadCard } from './upload-card.js';

interface Told {
  readonly contributions: readonly { readonly feed: string }[];
}
interface Known {
  readonly items: readonly { readonly facility: string; readonly last_active: string }[];
}

/** The feed by which a facility sent its last report. */
function useFeedOf(dataset: Dataset, facility: string | undefined): string | undefined {
  const region = facility && `facility:${facility}`;
  const known = useAnswer<Known>(region && addressWith('/v1/facilities', { dataset: dataset.id, region }));
  const last = known.data?.items[0]?.last_active;
  const about = { dataset: dataset.id, region, category: dataset.categories[0]?.id, day: last };
  const told = useAnswer<Told>(region && last ? addressWith('/v1/provenance', about) : undefined);
  return told.data?.contributions[0]?.feed;
}

/** For the staff of a facility: what arrived, what became of it, what is missing, and sending files. */
export default function FacilityPage() {
  const dataset = useDataset();
  const datasets = useCatalogue();
  const [query, set] = useQuery();
  const facility = query.get('facility') ?? undefined;
  const submission = query.get('submission') ?? undefined;
  const options = useRegionOptions(dataset.id);
  const onlyFacilities = { ...options, groups: options.groups.filter(({ group }) => group === 'Facilities') };
  const pulse = usePulse(dataset.id, facility === undefined ? 'nation:us' : `facility:${facility}`);
  const lastDay = readDay(dataset.last_day);
  const ownFeed = useFeedOf(dataset, facility);
  return (
    <>
      <div className="title">
        <h1>{facility ?? 'My facility'}</h1>
        <p>What arrived, what became of it, and what is missing</p>
      </div>
      <div className="controls">
        <Select
          label="Dataset"
          w={262}
          allowDeselect={false}
          data={datasets.map(({ id, title }) => ({ value: id, label: title }))}
          value={dataset.id}
          onChange={(id) => set({ dataset: id ?? undefined, facility: undefined, submission: undefined })}
        />
        <RegionSelect
          label="Facility"
          options={onlyFacilities}
          value={facility === undefined ? '' : `facility:${facility}`}
          onChange={(region) => set({ facility: region.slice(region.indexOf(':') + 1), submission: undefined })}
        />
      </div>
      {submission !== undefined && (
        <SubmissionDetail
          id={submission}
          timeZone={dataset.time_zone}
          pulse={pulse}
          close={() => set({ submission: undefined })}
        />
      )}
      <div className="split">
        <div className="stack">
          {facility !== undefined && lastDay !== undefined && (
            <FacilityDays dataset={dataset} facility={facility} lastDay={lastDay} pulse={pulse} />
          )}
          <BedBoards dataset={dataset} facility={facility} pulse={pulse} />
          {facility !== undefined && lastDay !== undefined && (
            <FlagsCard dataset={dataset} facility={facility} lastDay={lastDay} pulse={pulse} />
          )}
          <FileList dataset={dataset} ownFeed={ownFeed} pulse={pulse} choose={(id) => set({ submission: id })} />
        </div>
        <UploadCard dataset={dataset.id} ownFeed={ownFeed} sent={(id) => set({ submission: id })} />
      </div>
    </>
  );
}
