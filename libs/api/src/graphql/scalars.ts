import { GraphQLError, GraphQLScalarType, Kind, type ValueNode } from 'graphql';
import { formatDay, type Region, regionKey, statusName } from '#vocabulary';
import { formatInstant } from '../ask/index.js';

/** Arguments stay text here: the one parameter table of all doors reads them. */
function text(value: unknown): string {
  if (typeof value !== 'string') throw new GraphQLError('expected text');
  return value;
}
const literal = (node: ValueNode): string => text(node.kind === Kind.STRING ? node.value : undefined);
const scalar = (name: string, description: string, serialize: (value: unknown) => unknown) =>
  new GraphQLScalarType({ name, description, serialize, parseValue: text, parseLiteral: literal });

export const DayScalar = scalar('Day', 'A calendar day: 2024-03-01', (value) => formatDay(Number(value)));

export const InstantScalar = scalar(
  'Instant',
  'ISO 8601 to the second, with zone: 2024-03-01T12:00:00Z. As an argument also a date: its end in UTC.',
  (value) => formatInstant(Number(value)),
);

export const RegionScalar = scalar('Region', 'level:code, e.g. county:42091', (value) => regionKey(value as Region));

function refuseInput(): never {
  throw new GraphQLError('DailyValues cannot be an argument');
}

/**
 * The values of a series, as they are: one visit of the executor for a list of thousands, instead of one for each.
 * Numbers are counts, null is no value, texts are the statuses {@link statusName} names.
 */
export const DailyValuesScalar = new GraphQLScalarType({
  name: 'DailyValues',
  description: `A list with one element a day: a count, or null where there is none; or a status: ${[0, 1, 2, 3].map(statusName).join(', ')}.`,
  serialize: (value) => value,
  parseValue: refuseInput,
  parseLiteral: refuseInput,
});
