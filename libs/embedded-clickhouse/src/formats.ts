const TEXT = 'text/plain; charset=UTF-8';
const JSON_TYPE = 'application/json; charset=UTF-8';

const CONTENT_TYPES: ReadonlyArray<readonly [pattern: RegExp, type: string]> = [
  [/^JSON.*EachRow/i, 'application/x-ndjson; charset=UTF-8'],
  [/^JSON/i, JSON_TYPE],
  [/^GeoJSON/i, JSON_TYPE],
  [/^(CSV|CustomSeparatedCSV)With/i, 'text/csv; charset=UTF-8; header=present'],
  [/^CSV/i, 'text/csv; charset=UTF-8; header=absent'],
  [/^(TabSeparated|TSV)/i, 'text/tab-separated-values; charset=UTF-8'],
  [/^XML$/i, 'application/xml; charset=UTF-8'],
  [
    /^(RowBinary|Native|Parquet|Arrow|ORC|Avro|Protobuf|MsgPack|CapnProto|Npy|BSON|RawBLOB|Buffers)/i,
    'application/octet-stream',
  ],
];

/** Content-Type of a result in `format`. */
export function contentTypeOf(format: string): string {
  return CONTENT_TYPES.find(([pattern]) => pattern.test(format))?.[1] ?? TEXT;
}
