import { Select } from '@mantine/core';
import { useQuery } from '../address/address.js';
import { useLaterPulse, usePulse } from '../ask/live.js';
import { dayText, longDay, readDay } from '../look/format.js';
import { RegionSelect, useRegionOptions } from '../look/region-select.js';
import { useCatalogue, useDataset } from '../shell/catalogue.js';
import { CurveCard } from './curve-card.js';
import { LateCard } from './late-card.js';
import { TimelinessCard } from './timeliness-card.js';

/** How a reporting day fills up, who is late, and how long the last days took. */
export default function CompletenessPage() {
  const dataset = useDataset();
  const datasets = useCatalogue();
  const [query, set] = useQuery();
  const region = query.get('region') ?? 'nation:us';
  const options = useRegionOptions(dataset.id);
  const pulse = usePulse(dataset.id, region);
  const later = useLaterPulse();
  const lastDay = readDay(dataset.last_day);
  if (lastDay === undefined) return <p className="empty">Nothing has been reported in “{dataset.title}” yet.</p>;
  // A reporting day is the day that was; today's is only complete tomorrow.
  const day = readDay(query.get('day')) ?? lastDay - 1;
  const about = { dataset: dataset.id, region, day: dayText(day) };
  return (
    <>
      <div className="title">
        <h1>Completeness, {options.nameOf(region)}</h1>
        <p>
          {dataset.title}, {longDay(day)}
        </p>
      </div>
      <div className="controls">
        <Select
          label="Dataset"
          w={262}
          allowDeselect={false}
          data={datasets.map(({ id, title }) => ({ value: id, label: title }))}
          value={dataset.id}
          onChange={(id) => set({ dataset: id ?? undefined, day: undefined })}
        />
        <RegionSelect options={options} value={region} onChange={(chosen) => set({ region: chosen })} />
        <label>
          <span className="field-label">Reporting day</span>
          <input
            type="date"
            className="date"
            value={dayText(day)}
            max={dayText(lastDay)}
            onChange={({ currentTarget }) => {
              const chosen = readDay(currentTarget.value);
              if (chosen !== undefined && chosen <= lastDay) set({ day: dayText(chosen) });
            }}
          />
        </label>
      </div>
      <div className="split">
        <CurveCard about={about} day={day} timeZone={dataset.time_zone} pulse={pulse} />
        <LateCard about={about} pulse={later} day={day} />
      </div>
      <TimelinessCard
        dataset={dataset.id}
        region={region}
        lastDay={lastDay}
        pulse={later}
        choose={(chosen) => set({ day: dayText(chosen) })}
      />
    </>
  );
}
