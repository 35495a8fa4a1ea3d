import { described, instant, list, number, object, orNull, ref, text } from './schema.js';

export const EXPORT_SCHEMAS = {
  Export: object({
    export: text,
    state: { type: 'string', enum: ['running', 'done', 'failed', 'cancelled'] },
    format: text,
    rows_done: number,
    rows_total: described('Null where it is not known before the end.', orNull(number)),
    bytes: number,
    code: described('Of the error, where it failed.', orNull(text)),
    created_at: instant,
    file: described('Where the file is, once it is done.', orNull(text)),
  }),
  ExportedRows: described('A row of the table each, by column.', list({ type: 'object' })),
  Exports: object({ items: list(ref('Export')) }),
} as const;
