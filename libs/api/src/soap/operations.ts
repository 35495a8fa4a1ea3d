import type { Questions } from '#analytics';
import { formatDay, regionKey } from '#vocabulary';
import {
  CHART,
  chartQuestion,
  COMPLETENESS,
  completenessQuestion,
  FACILITIES,
  NOTHING,
  read,
  REGIONS,
  SERIES,
  seriesQuestion,
} from '../ask/index.js';
import type { OperationName } from './wsdl.js';

type Given = Readonly<Record<string, unknown>>;

/** Attributes of an element; what is null or undefined is left out. */
const attributes = (values: Readonly<Record<string, string | number | null | undefined>>) => ({
  attributes: Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null && value !== undefined)),
});
const dayOrNull = (day: number | null): string | null => (day === null ? null : formatDay(day));
const optional = (name: string, value: string | null) => (value === null ? {} : { [name]: value });

/** What each operation asks, and its answer in the shape that the WSDL gives it. */
export const ANSWERS: Readonly<Record<OperationName, (questions: Questions, given: Given) => Promise<object>>> = {
  async GetTimeSeries(questions, given) {
    const { dataset, rev, series } = await questions.series(await seriesQuestion(read(SERIES, given), questions));
    return {
      dataset,
      rev,
      series: series.map(({ region, category, from, total, unflagged, status }) => ({
        region: regionKey(region),
        category,
        value: total.map((count, index) =>
          attributes({
            day: formatDay(from + index),
            total: count,
            unflagged: unflagged?.[index],
            status: status[index],
          }),
        ),
      })),
    };
  },

  async GetCompleteness(questions, given) {
    const { dataset, regions } = await questions.completeness(
      await completenessQuestion(read(COMPLETENESS, given), questions),
    );
    return {
      dataset,
      completeness: regions.map(({ region, days }) => ({
        region: regionKey(region),
        value: days.map(({ day, reporting, participating }) =>
          attributes({ day: formatDay(day), reporting, participating }),
        ),
      })),
    };
  },

  async ListDatasets(questions, given) {
    read(NOTHING, given);
    const datasets = await questions.datasets();
    return {
      dataset: datasets.map(({ id, title, unit, firstDay, lastDay, categories, flags }) => ({
        ...attributes({ id, title, unit, firstDay: dayOrNull(firstDay), lastDay: dayOrNull(lastDay) }),
        category: categories.map((category) => attributes({ id: category.id, title: category.title })),
        flag: flags.map((flag) => attributes({ id: flag.id, title: flag.title })),
      })),
    };
  },

  async ListRegions(questions, given) {
    const { items, next } = await questions.regions(read(REGIONS, given));
    return {
      region: items.map(({ region, name, parent, facilities }) =>
        attributes({ region: regionKey(region), name, parent: parent && regionKey(parent), facilities }),
      ),
      ...optional('next', next),
    };
  },

  async ListFacilities(questions, given) {
    const { items, next } = await questions.facilities(read(FACILITIES, given));
    return {
      facility: items.map(({ facility, zip, county, state, firstActive, lastActive, closedOn }) =>
        attributes({
          facility,
          zip,
          county,
          state,
          firstActive: formatDay(firstActive),
          lastActive: formatDay(lastActive),
          closedOn: dayOrNull(closedOn),
        }),
      ),
      ...optional('next', next),
    };
  },

  async GetChart(questions, given) {
    const question = await chartQuestion(read(CHART, given), { catalogue: questions, format: 'png' });
    const { contentType, bytes } = await questions.chart(question);
    return { contentType, image: Buffer.from(bytes).toString('base64') };
  },
};
