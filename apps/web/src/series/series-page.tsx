import { Button, Group, Loader, MultiSelect, SegmentedControl, Select, Slider, Switch } from '@mantine/core';
import { useMemo, useState } from 'react';
import { addressWith } from '../address/address.js';
import { usePulse } from '../ask/live.js';
import type { CompletenessAnswer, SeriesAnswer } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { count, dayText, dayWithYear, longDay, shortDay } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { RegionMultiSelect, useRegionOptions } from '../look/region-select.js';
import { useColours } from '../look/scheme.js';
import { Lines, type Sign } from '../marks/lines.js';
import { useCatalogue } from '../shell/catalogue.js';
import { CopyMenu } from './copy-menu.js';
import { LineTable } from './line-table.js';
import { pictureOf } from './picture.js';
import { STORED_RECORDS } from './records.js';
import { isAbout, isMarked, useAlarms } from '../alarms/alarms.js';
import { isRevised } from './revised.js';
import { SETTLED_DAYS, useSettled } from './revisions.js';
import { warmUpDecoder } from './warm-up.js';
import { ProvenancePanel } from './provenance-panel.js';
import { MOST_LINES, type SeriesView, SPANS, useSeriesView } from './view.js';

// While the catalogue is on its way.
setTimeout(warmUpDecoder);

const TWO_YEARS = 730;
/** A question of the past is answered from every statement there was; this many days keep it quick. */
const REPLAYED_DAYS = 120;
const REPLAY_BACK = 45;
const SECONDS = 86_400;

function ask(view: SeriesView, path: string) {
  const { dataset, categories, regions, firstDay, lastDay, asOf } = view;
  if (lastDay === undefined || firstDay === undefined) return undefined;
  const length = asOf === undefined ? TWO_YEARS : REPLAYED_DAYS;
  return addressWith(path, {
    dataset: dataset.id,
    ...(path === '/v1/series' ? { category: categories.join(',') } : {}),
    region: regions.join(','),
    from: dayText(Math.max(firstDay, lastDay - length + 1)),
    to: dayText(lastDay),
    ...(asOf === undefined ? {} : { as_of: dayText(asOf) }),
  });
}

/** Up to twelve series over two years: zoom, compare, replay, and go down to the file behind a point. */
export default function SeriesPage() {
  const view = useSeriesView();
  const { dataset, categories, regions, lastDay, asOf, zoom } = view;
  const colours = useColours();
  const options = useRegionOptions(dataset.id);
  const pulse = usePulse(dataset.id, regions.length === 1 ? regions[0] : 'nation:us');
  const series = useAnswer<SeriesAnswer>(
    ask(view, '/v1/series'),
    asOf === undefined ? pulse : 0,
    asOf === undefined ? STORED_RECORDS : undefined,
  );
  const completeness = useAnswer<CompletenessAnswer>(ask(view, '/v1/completeness'), asOf === undefined ? pulse : 0);
  const settled = useSettled(view, pulse);
  const alarms = useAlarms(
    asOf === undefined && lastDay !== undefined
      ? { dataset: dataset.id, from: lastDay - TWO_YEARS + 1, to: lastDay, pulse }
      : undefined,
  ).data?.items;
  const [over, setOver] = useState<number>();
  const titleOf = (id: string): string => dataset.categories.find((one) => one.id === id)?.title ?? id;
  const { nameOf } = options;
  const isOneRegion = regions.length === 1;
  const isOneCategory = categories.length === 1;
  const picture = useMemo(
    () =>
      series.data &&
      pictureOf(series.data, completeness.data, {
        show: view.show,
        mean: view.mean,
        years: view.years,
        colours,
        label: ({ region, category }) =>
          isOneRegion ? titleOf(category) : isOneCategory ? nameOf(region) : `${nameOf(region)}: ${titleOf(category)}`,
      }),
    [series.data, completeness.data, view.show, view.mean, view.years, colours, nameOf, isOneRegion, isOneCategory],
  );
  const signs = useMemo((): Sign[] => {
    if (!picture || view.mean || view.years) return [];
    return picture.lines.flatMap(({ part, series: { region, category }, values, colour }, line) => {
      if (part !== 'total') return [];
      return picture.days.flatMap((day, at): Sign[] => {
        const about = { region, category, day };
        if (alarms?.some((alarm) => isMarked(alarm) && isAbout(alarm, about)))
          return [{ at, line, sign: 'diamond', colour: colours.alarm }];
        const then = settled?.valueOf(region, category, day) ?? null;
        return isRevised(values[at] ?? null, then) ? [{ at, line, sign: 'ring', colour }] : [];
      });
    });
  }, [picture, settled, alarms, view.mean, view.years, colours]);
  if (lastDay === undefined) return <p className="empty">Nothing has been reported in “{dataset.title}” yet.</p>;

  const first = picture?.days[0] ?? lastDay - 364;
  const shown = view.years
    ? undefined
    : (zoom ??
      ([Math.max(first, lastDay - (asOf === undefined ? Number(view.span) : REPLAYED_DAYS) + 1), lastDay] as const));
  const span = shown && ([(shown[0] - 0.5) * SECONDS, (shown[1] + 0.5) * SECONDS] as const);
  const title = [
    isOneCategory ? titleOf(categories[0]!) : dataset.title,
    isOneRegion ? nameOf(regions[0]!) : `${regions.length} regions`,
  ].join(', ');
  const chosenAt = view.day === undefined || view.years ? undefined : view.day;
  const at = over ?? (chosenAt !== undefined && picture ? chosenAt - picture.days[0]! : undefined);

  return (
    <>
      <div className="title">
        <h1>{title}</h1>
        <p>
          {asOf === undefined ? `${dataset.unit} a day` : `As it was known at the end of ${longDay(asOf)} (UTC)`}
          {view.mean ? ', mean of seven days' : ''}
        </p>
      </div>
      <SeriesControls view={view} options={options} />
      {series.problem && <ProblemNote problem={series.problem} />}
      <section className="card" aria-label="Series">
        <div className="card-head">
          <Group gap="sm">
            <SegmentedControl
              size="xs"
              aria-label="Days shown"
              data={Object.entries(SPANS).map(([value, label]) => ({ value, label }))}
              value={zoom ? '' : view.span}
              onChange={(value) => view.set({ span: value === '365' ? undefined : value, zoom: undefined })}
              disabled={view.years || asOf !== undefined}
            />
            {zoom && (
              <Button size="compact-sm" variant="subtle" onClick={() => view.set({ zoom: undefined })}>
                Whole span
              </Button>
            )}
          </Group>
          <CopyMenu view={view} />
        </div>
        {picture ? (
          <div className={series.waiting ? 'fading' : undefined}>
            <Lines
              label={`${title}, ${dataset.unit} a day`}
              xs={picture.xs}
              lines={picture.lines}
              span={span}
              {...(picture.incomplete ? { incomplete: picture.incomplete } : {})}
              marks={picture.marks}
              signs={signs}
              yearless={view.years}
              rules={chosenAt === undefined ? [] : [{ x: chosenAt * SECONDS, label: shortDay(chosenAt) }]}
              height={380}
              unit={count}
              onPoint={setOver}
              onChoose={(index, line) => {
                if (view.years) return;
                view.set({ day: dayText(picture.days[index]!), line: picture.lines[line]?.key });
              }}
              onSpan={(chosen) => {
                const [from, to] = chosen ?? [];
                const days =
                  from === undefined || to === undefined
                    ? undefined
                    : [Math.round(from / SECONDS), Math.round(to / SECONDS)];
                view.set({ zoom: days && days[1]! - days[0]! >= 3 ? days.map(dayText).join('_') : undefined });
              }}
            />
          </div>
        ) : (
          <div className="empty" style={{ minHeight: 380 }}>
            <Loader size="sm" aria-label="Loading the series" />
          </div>
        )}
        <p className="note" style={{ margin: '8px 0 0' }}>
          Drag to zoom, double-click for the whole span, click a day for the files behind it. Hatched: under 90 % of the
          facilities have reported. A gap has no number; a mark at the foot was withheld or withdrawn. A ring: the
          number has changed by 2 % or more since {SETTLED_DAYS} days after its day, in the last four months. A diamond:
          an alarm.
        </p>
        {picture && <LineTable view={view} picture={picture} at={at} settled={settled} />}
        <Replay view={view} />
      </section>
      {chosenAt !== undefined && picture && (
        <ProvenancePanel view={view} picture={picture} day={chosenAt} nameOf={nameOf} />
      )}
    </>
  );
}

function SeriesControls({ view, options }: { view: SeriesView; options: ReturnType<typeof useRegionOptions> }) {
  const { dataset, categories, regions, set } = view;
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
        value={categories}
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
          value={view.show}
          onChange={(value) => set({ show: value === 'total' ? undefined : (value ?? undefined) })}
        />
      )}
      <Group gap="md" h={36}>
        <Switch
          label="7-day mean"
          checked={view.mean}
          onChange={(event) => set({ mean: event.currentTarget.checked ? '7' : undefined })}
        />
        <Switch
          label="Year over year"
          checked={view.years}
          onChange={(event) => set({ compare: event.currentTarget.checked ? 'years' : undefined, day: undefined })}
        />
      </Group>
    </div>
  );
}

/** How the picture looked at the end of an earlier day. */
function Replay({ view }: { view: SeriesView }) {
  const { lastDay, asOf, set } = view;
  const [dragged, setDragged] = useState<number>();
  const newest = lastDay! + 1;
  const value = dragged ?? asOf ?? newest;
  return (
    <div className="slider-row" style={{ marginTop: 18 }}>
      <span style={{ fontSize: 14, fontWeight: 500 }}>As known on</span>
      <Slider
        min={newest - REPLAY_BACK}
        max={newest}
        value={value}
        onChange={setDragged}
        onChangeEnd={(day) => {
          setDragged(undefined);
          set({ as_of: day >= newest ? undefined : dayText(day), zoom: undefined });
        }}
        label={(day) => (day >= newest ? 'now' : shortDay(day))}
        size="sm"
        thumbLabel="As known on"
        thumbProps={{ 'aria-valuetext': value >= newest ? 'now' : longDay(value) }}
      />
      <span className="quiet numbers" style={{ minWidth: 96, fontSize: 14 }}>
        {value >= newest ? 'now' : dayWithYear(value)}
      </span>
    </div>
  );
}
