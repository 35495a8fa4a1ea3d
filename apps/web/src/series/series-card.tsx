import { Button, Group, SegmentedControl } from '@mantine/core';
import { memo, useCallback, useMemo, useRef } from 'react';
import { useAlarms } from '../alarms/alarms.js';
import { addressWith } from '../address/address.js';
import { useLaterPulse, usePulse } from '../ask/live.js';
import type { CompletenessAnswer, SeriesAnswer } from '../ask/shapes.js';
import { useAnswer } from '../ask/use-answer.js';
import { dayText } from '../look/format.js';
import { ProblemNote } from '../look/problem-note.js';
import { useColours } from '../look/scheme.js';
import { CopyMenu } from './copy-menu.js';
import { useNowcasts } from './nowcasts.js';
import { incompleteDays, pictureOf, withoutNumbers } from './picture.js';
import { ProvenancePanel } from './provenance-panel.js';
import { Replay } from './replay.js';
import { SETTLED_DAYS, useSettled } from './revisions.js';
import { SeriesPlot } from './series-plot.js';
import { rangesOf, signsOf } from './signs.js';
import { type SeriesView, SPANS } from './view.js';

const TWO_YEARS = 730;
/** A question of the past is answered from every statement there was; this many days keep it quick. */
const REPLAYED_DAYS = 120;

interface CardProps {
  readonly view: SeriesView;
  readonly title: string;
  nameOf(region: string): string;
}

/** The picture with its numbers: the part of the page that is drawn again when an answer comes. */
export function SeriesCard({ view, title, nameOf }: CardProps) {
  const { dataset, categories, regions, asOf, show, mean, years } = view;
  const [firstDay, lastDay] = [view.firstDay!, view.lastDay!]; // the page shows this card where there are days
  const from = Math.max(firstDay, lastDay - (asOf === undefined ? TWO_YEARS : REPLAYED_DAYS) + 1);
  const colours = useColours();
  const pulse = usePulse(dataset.id, regions.length === 1 ? regions[0] : 'nation:us');
  const about = {
    ...{ region: regions.join(','), from: dayText(from), to: dayText(lastDay) },
    ...(asOf === undefined ? {} : { as_of: dayText(asOf) }),
  };
  const now = asOf === undefined ? pulse : 0;
  const series = useAnswer<SeriesAnswer>(
    addressWith('/v1/series', { dataset: dataset.id, category: categories.join(','), ...about }),
    now,
  );
  const completeness = useAnswer<CompletenessAnswer>(
    addressWith('/v1/completeness', { dataset: dataset.id, ...about }),
    now,
  );
  const later = useLaterPulse();
  const settled = useSettled(view, later);
  const alarms = useAlarms(
    asOf === undefined ? { dataset: dataset.id, from: lastDay - TWO_YEARS + 1, to: lastDay, pulse: later } : undefined,
  ).data?.items;
  const nowcasts = useNowcasts(view, completeness.data);
  const picture = useMemo(() => {
    const isOneRegion = regions.length === 1;
    const isOneCategory = categories.length === 1;
    const titleOf = (id: string): string => dataset.categories.find((one) => one.id === id)?.title ?? id;
    const asked = { dataset: dataset.id, categories, regions, hasPart: dataset.unflagged !== null, from, to: lastDay };
    return pictureOf(series.data ?? withoutNumbers(asked), {
      ...{ show, mean, years, colours },
      label: ({ region, category }) =>
        isOneRegion ? titleOf(category) : isOneCategory ? nameOf(region) : `${nameOf(region)}: ${titleOf(category)}`,
    });
  }, [series.data, show, mean, years, colours, nameOf, dataset, categories, regions, from, lastDay]);
  const incomplete = useMemo(
    () => (years ? undefined : incompleteDays(picture.days, completeness.data)),
    [picture.days, completeness.data, years],
  );
  const signs = useMemo(
    () => (mean || years ? [] : signsOf(picture, { alarms, settled, colour: colours.alarm })),
    [picture, settled, alarms, mean, years, colours],
  );
  const ranges = useMemo(() => rangesOf(picture, nowcasts), [picture, nowcasts]);
  const chosen = years ? undefined : view.day;
  return (
    <>
      {series.problem && <ProblemNote problem={series.problem} />}
      <section className="card" aria-label="Series">
        <CardHead view={view} />
        <SeriesPlot
          {...{ view, title, picture, incomplete, signs, ranges, nowcasts, settled, chosen }}
          waiting={series.data === undefined}
          fading={series.waiting && series.data !== undefined}
          first={Math.max(from, lastDay - (asOf === undefined ? Number(view.span) : REPLAYED_DAYS) + 1)}
        >
          <p className="note" style={{ margin: '8px 0 0' }}>
            Drag to zoom, double-click for the whole span, click a day for the files behind it. Hatched: under 90 % of
            the facilities have reported. A gap has no number; a mark at the foot was withheld or withdrawn. A ring: the
            number has changed by 2 % or more since {SETTLED_DAYS} days after its day, in the last four months. A
            diamond: an alarm. A bar: between what an incomplete day will lie once everybody has reported.
          </p>
        </SeriesPlot>
        <Replay lastDay={lastDay} asOf={asOf} set={view.set} />
      </section>
      {chosen !== undefined && series.data && (
        <ProvenancePanel view={view} picture={picture} day={chosen} nameOf={nameOf} />
      )}
    </>
  );
}

/** Left alone when numbers come; when a part is zoomed, only what says so changes. */
const CardHead = memo(function CardHead({ view }: { view: SeriesView }) {
  const { zoom, years, asOf, set } = view;
  const latest = useRef(view);
  latest.current = view;
  const viewOf = useCallback(() => latest.current, []);
  return (
    <div className="card-head">
      <Group gap="sm">
        <Spans value={zoom ? '' : view.span} disabled={years || asOf !== undefined} set={set} />
        <Button
          size="compact-sm"
          variant="subtle"
          style={zoom ? undefined : { display: 'none' }}
          onClick={() => set({ zoom: undefined })}
        >
          Whole span
        </Button>
      </Group>
      <CopyMenu viewOf={viewOf} />
    </div>
  );
});

const SPAN_CHOICES = Object.entries(SPANS).map(([value, label]) => ({ value, label }));

type SpansProps = Pick<SeriesView, 'set'> & { readonly value: string; readonly disabled: boolean };

const Spans = memo(function Spans({ value, disabled, set }: SpansProps) {
  return (
    <SegmentedControl
      size="xs"
      aria-label="Days shown"
      data={SPAN_CHOICES}
      value={value}
      onChange={(span) => set({ span: span === '365' ? undefined : span, zoom: undefined })}
      disabled={disabled}
    />
  );
});
