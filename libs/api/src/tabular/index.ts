import type { ExportForm, TabularForm } from '../ask/index.js';
import { arrowStream } from './arrow.js';
import type { Table } from './column.js';
import { parquetBytes } from './parquet.js';
import { csvBytes, jsonArray, jsonLines } from './text.js';

export {
  type Batch,
  type Cell,
  type Column,
  type ColumnOf,
  type ColumnType,
  selected,
  type Table,
  tableOf,
} from './column.js';
export { csvField, harmless } from './text.js';

/** The forms of a table, with their media types. */
export const TABULAR = {
  csv: { type: 'text/csv; charset=utf-8', accepts: 'text/csv', bytes: csvBytes },
  jsonl: { type: 'application/jsonl; charset=utf-8', accepts: 'application/jsonl', bytes: jsonLines },
  arrow: {
    type: 'application/vnd.apache.arrow.stream',
    accepts: 'application/vnd.apache.arrow.stream',
    bytes: arrowStream,
  },
  parquet: {
    type: 'application/vnd.apache.parquet',
    accepts: 'application/vnd.apache.parquet',
    bytes: parquetBytes,
  },
} as const satisfies Readonly<
  Record<TabularForm, { type: string; accepts: string; bytes(table: Table): AsyncGenerator<Buffer> }>
>;

interface Writing {
  readonly type: string;
  bytes(table: Table): AsyncGenerator<Buffer>;
}

/** The forms of an export. */
export const EXPORTED: Readonly<Record<ExportForm, Writing>> = {
  ...TABULAR,
  json: { type: 'application/json; charset=utf-8', bytes: jsonArray },
};
