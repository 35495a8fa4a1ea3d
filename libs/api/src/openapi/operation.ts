import { applyDecorators } from '@nestjs/common';
import { ApiOperation, ApiQuery, type ApiQueryOptions, ApiResponse } from '@nestjs/swagger';
import type { Parameters } from '../ask/index.js';
import { TABULAR_CONTENT } from '../rest/forms.js';
import { type SchemaName, schemaReference } from './schemas.js';

export const TAGS = {
  catalogue: 'What there is: datasets, categories, feeds, regions, facilities.',
  series: 'Counts by region, category and day, as numbers and as pictures.',
  exports: 'Tables of any size: as they are made, or as files.',
  completeness: 'Who has reported, and when.',
  alarms: 'Where more is counted than the past lets expect, and what becomes of it.',
  submissions: 'Sending files, and what became of them.',
  operations: 'Health and metrics.',
} as const;

interface Answer {
  readonly description: string;
  /** Media type → what it holds; no content when absent. */
  readonly content?: Readonly<Record<string, SchemaName | 'text' | 'binary'>>;
}

interface OperationDescription {
  readonly id: string;
  readonly tag: keyof typeof TAGS;
  readonly summary: string;
  readonly description: string;
  readonly parameters: Parameters;
  readonly answers: Readonly<Record<number, Answer>>;
}

const BODIES = { text: { type: 'string' }, binary: { type: 'string', contentMediaType: 'application/octet-stream' } };
const schemaOf = (body: SchemaName | 'text' | 'binary') =>
  body === 'text' || body === 'binary' ? BODIES[body] : schemaReference(body);
const contentOf = (content: NonNullable<Answer['content']>) =>
  Object.fromEntries(Object.entries(content).map(([type, body]) => [type, { schema: schemaOf(body) }]));

/** Documents a route from the parameter table it reads, so that document and behaviour cannot differ. */
export function Operation({
  id,
  tag,
  summary,
  description,
  parameters,
  answers,
}: OperationDescription): MethodDecorator {
  const queries = Object.entries(parameters).map(([name, parameter]) => {
    const { description: text, schema, example, required, many } = parameter;
    // The types of the decorator are those of OpenAPI 3.0; the schemas are JSON Schema 2020-12.
    const options = {
      name,
      description: text,
      schema,
      required,
      ...(many ? { explode: true, style: 'form' } : {}),
      ...(example === undefined ? {} : { example: many ? [example] : example }),
    };
    return ApiQuery(options as ApiQueryOptions);
  });
  const responses = Object.entries(answers).map(([status, { description: text, content }]) =>
    ApiResponse({ status: Number(status), description: text, ...(content ? { content: contentOf(content) } : {}) }),
  );
  const problem = ApiResponse({
    status: 'default',
    description: 'A problem: what is wrong, its code, and what to do.',
    content: contentOf({ 'application/problem+json': 'Problem' }),
  });
  return applyDecorators(
    ApiOperation({ operationId: id, summary, description, tags: [tag] }),
    ...queries.reverse(),
    ...responses,
    problem,
  );
}

/** The usual answer: one JSON document. */
export const json = (schema: SchemaName, description: string): Answer => ({
  description,
  content: { 'application/json': schema },
});

/** JSON, or a table by `format` or Accept. */
export const list = (schema: SchemaName, description: string): Answer => ({
  description,
  content: { 'application/json': schema, ...TABULAR_CONTENT },
});
