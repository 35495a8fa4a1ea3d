import { useDeferredValue } from 'react';
import { longDay } from '../look/format.js';
import { useRegionOptions } from '../look/region-select.js';
import { SeriesCard } from './series-card.js';
import { SeriesControls } from './series-controls.js';
import { useSeriesView } from './view.js';

/** Up to twelve series over two years: zoom, compare, replay, and go down to the file behind a point. */
export default function SeriesPage() {
  const view = useSeriesView();
  const { dataset, categories, regions, show, mean, years, set, asOf } = view;
  const options = useRegionOptions(dataset.id);
  // Lists of a thousand names may come at the same moment as the numbers: these are drawn first.
  const listed = useDeferredValue(options);
  if (view.lastDay === undefined || view.firstDay === undefined)
    return <p className="empty">Nothing has been reported in “{dataset.title}” yet.</p>;
  const title = [
    categories.length === 1
      ? (dataset.categories.find(({ id }) => id === categories[0])?.title ?? categories[0])
      : dataset.title,
    regions.length === 1 ? options.nameOf(regions[0]!) : `${regions.length} regions`,
  ].join(', ');
  return (
    <>
      <div className="title">
        <h1>{title}</h1>
        <p>
          {asOf === undefined ? `${dataset.unit} a day` : `As it was known at the end of ${longDay(asOf)} (UTC)`}
          {mean ? ', mean of seven days' : ''}
        </p>
      </div>
      <SeriesControls {...{ dataset, categories, regions, show, mean, years, set }} options={listed} />
      <SeriesCard view={view} nameOf={options.nameOf} title={title} />
    </>
  );
}
