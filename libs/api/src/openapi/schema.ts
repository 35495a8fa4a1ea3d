/** Words of JSON Schema (2020-12) of which the schemas of answers are made. */
export type Schema = Readonly<Record<string, unknown>>;

export const text: Schema = { type: 'string' };
export const number: Schema = { type: 'integer', minimum: 0 };
export const day: Schema = { type: 'string', format: 'date' };
export const instant: Schema = { type: 'string', format: 'date-time' };
export const region: Schema = { type: 'string', description: 'level:code' };
export const status: Schema = { type: 'string', enum: ['reported', 'missing', 'suppressed', 'deleted'] };
export const list = (items: Schema): Schema => ({ type: 'array', items });
export const ref = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });
export const orNull = (schema: Schema): Schema => ({ ...schema, type: [schema['type'], 'null'] });
export const described = (description: string, schema: Schema): Schema => ({ ...schema, description });

/** An object that has all of its properties. */
export const object = (properties: Readonly<Record<string, Schema>>): Schema => ({
  type: 'object',
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
});
/** An item, or what `fields` leaves of it. */
export const selectable = (name: string): Schema => ({ anyOf: [ref(name), ref(`${name}Fields`)] });

/** What `fields` leaves of an object: any of its members. */
export function selection(schema: Schema): Schema {
  const { required: _, ...rest } = schema;
  return rest;
}

export const page = (name: string): Schema =>
  object({
    items: list(selectable(name)),
    next: described('Cursor of the next page; null on the last.', orNull(text)),
  });
