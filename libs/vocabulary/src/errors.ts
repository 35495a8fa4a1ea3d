/** Who has to act on an error: decides how doors present it. */
type Audience = 'sender' | 'caller' | 'operator';

interface ErrorDefinition {
  readonly http: number;
  readonly audience: Audience;
  /** What happened, in a sentence without the particulars. */
  readonly title: string;
  /** What the reader should do. */
  readonly remedy: string;
}

const define = <T extends Record<string, ErrorDefinition>>(table: T): T => table;

/** Every error Bellwether gives, once. docs/errors.md explains each; a test ties the two together. */
// One error a line reads as a table.
// prettier-ignore
export const ERRORS = define({
  // --- a whole file is refused -----------------------------------------------------------------------------------
  ARCHIVE_TRUNCATED: { http: 422, audience: 'sender', title: 'The archive ends too early', remedy: 'Send the file again; the transfer was cut off.' },
  ARCHIVE_WRONG_PASSWORD: { http: 422, audience: 'sender', title: 'The archive does not open with the password on file', remedy: 'Correct the password reference of the feed; the submission waits and loads by itself.' },
  ARCHIVE_CHECKSUM: { http: 422, audience: 'sender', title: 'A member fails its checksum', remedy: 'Send the file again; its content was damaged.' },
  ARCHIVE_NESTED: { http: 422, audience: 'sender', title: 'The archive holds another archive', remedy: 'Pack the data files directly.' },
  ARCHIVE_UNSAFE_NAME: { http: 422, audience: 'sender', title: 'A member name leads outside the archive', remedy: 'Pack plain file names without folders above.' },
  ARCHIVE_UNSUPPORTED: { http: 422, audience: 'sender', title: 'The archive uses a form that is not read', remedy: 'Use ZIP (stored or deflated; ZipCrypto or AES) or gzip.' },
  ARCHIVE_CORRUPT: { http: 422, audience: 'sender', title: 'The archive is not well-formed', remedy: 'Pack and send the file again.' },
  ARCHIVE_TOO_LARGE: { http: 422, audience: 'sender', title: 'The archive exceeds a limit of size, ratio or number of members', remedy: 'Send smaller archives; docs/limits.md lists the limits.' },
  ARCHIVE_EMPTY: { http: 422, audience: 'sender', title: 'The archive holds no data file', remedy: 'Pack at least one data file.' },
  FILE_ENCODING: { http: 422, audience: 'sender', title: 'The text is not in the declared encoding', remedy: 'Send UTF-8, or declare the encoding of the feed.' },
  FILE_MALFORMED: { http: 422, audience: 'sender', title: 'The file is not well-formed', remedy: 'Correct the file at the stated place and send it again.' },
  FILE_CONFLICT_MARKERS: { http: 422, audience: 'sender', title: 'The file holds version-control conflict markers', remedy: 'Resolve the conflict and send the file again.' },
  FILE_COLUMN_MISSING: { http: 422, audience: 'sender', title: 'A required column is missing', remedy: 'Restore the column, or correct the mapping of the feed.' },
  FILE_TOO_LARGE: { http: 422, audience: 'sender', title: 'The file exceeds a limit of size, depth or field length', remedy: 'Split the file; docs/limits.md lists the limits.' },
  FILE_LAYOUT_UNKNOWN: { http: 422, audience: 'sender', title: 'No layout of the feed fits the file', remedy: 'Name the file as agreed, or add the layout to the feed.' },
  FILE_NAME_UNKNOWN: { http: 422, audience: 'sender', title: 'The file name does not follow the pattern of the feed', remedy: 'Name the file as agreed; facility, period and version are read from it.' },
  FILE_TOO_MANY_ERRORS: { http: 422, audience: 'sender', title: 'Too many rows are in error', remedy: 'Correct the listed rows and send the file again.' },
  // --- a row is refused, the rest of its file is counted -----------------------------------------------------------
  ROW_FIELD_COUNT: { http: 422, audience: 'sender', title: 'The row has another number of fields than the header', remedy: 'Correct delimiters and quotes in this row.' },
  ROW_FACILITY_MISSING: { http: 422, audience: 'sender', title: 'The row names no facility', remedy: 'Fill in the facility identifier.' },
  VALUE_NEGATIVE: { http: 422, audience: 'sender', title: 'A count is negative', remedy: 'Send counts from 0; a return or correction is a new version of the file.' },
  VALUE_NOT_A_NUMBER: { http: 422, audience: 'sender', title: 'A count is not a whole number', remedy: 'Send digits only.' },
  VALUE_TOO_LARGE: { http: 422, audience: 'sender', title: 'A count exceeds 4,294,967,295', remedy: 'Check the unit of this column.' },
  VALUE_BAD_DATE: { http: 422, audience: 'sender', title: 'A date cannot be read', remedy: 'Send the date in the format of the feed.' },
  VALUE_FUTURE_DATE: { http: 422, audience: 'sender', title: 'A date lies after the day of arrival', remedy: 'Check the date; a report cannot precede its event.' },
  VALUE_UNKNOWN_CODE: { http: 422, audience: 'sender', title: 'A code is not in the code map', remedy: 'Use an agreed code, or extend the code map.' },
  VALUE_BAD_IDENTIFIER: { http: 422, audience: 'sender', title: 'An identifier is too long or not printable', remedy: 'Send an identifier of 1 to 128 printable characters.' },
  VALUE_REQUIRED: { http: 422, audience: 'sender', title: 'A required field is empty', remedy: 'Fill in the field.' },
  // --- a request is refused --------------------------------------------------------------------------------------
  REQUEST_INVALID: { http: 400, audience: 'caller', title: 'The request is not understood', remedy: 'Correct the named parameter.' },
  UNKNOWN_DATASET: { http: 404, audience: 'caller', title: 'There is no such dataset', remedy: 'List the datasets under /v1/datasets.' },
  UNKNOWN_CATEGORY: { http: 404, audience: 'caller', title: 'There is no such category', remedy: 'List the categories under /v1/categories?dataset=….' },
  UNKNOWN_REGION: { http: 404, audience: 'caller', title: 'There is no such region', remedy: 'List the regions under /v1/regions?dataset=…&level=….' },
  UNKNOWN_FLAG: { http: 404, audience: 'caller', title: 'There is no such flag', remedy: 'List the flags under /v1/datasets.' },
  UNKNOWN_FEED: { http: 404, audience: 'caller', title: 'There is no such feed', remedy: 'List the feeds under /v1/feeds.' },
  UNKNOWN_SUBMISSION: { http: 404, audience: 'caller', title: 'There is no such submission', remedy: 'List the submissions under /v1/submissions.' },
  UNKNOWN_ALARM: { http: 404, audience: 'caller', title: 'There is no such alarm', remedy: 'List the alarms under /v1/alarms.' },
  ALARM_STATE: { http: 409, audience: 'caller', title: 'The alarm is in a state in which this cannot be done', remedy: 'Look at the alarm again; docs/alarms.md has the states.' },
  NOT_FOUND: { http: 404, audience: 'caller', title: 'There is nothing at this address', remedy: 'See /openapi.json for the addresses.' },
  UNAUTHENTICATED: { http: 401, audience: 'caller', title: 'The request names no valid principal', remedy: 'Send an API key: Authorization: Bearer <key>.' },
  FORBIDDEN: { http: 403, audience: 'caller', title: 'The principal may not do this', remedy: 'Ask an operator for the scope.' },
  PAYLOAD_TOO_LARGE: { http: 413, audience: 'caller', title: 'The request body is too large', remedy: 'Send less at once; docs/limits.md lists the limits.' },
  TOO_MANY_REQUESTS: { http: 429, audience: 'caller', title: 'Too many requests', remedy: 'Wait as long as Retry-After says.' },
  SQL_REFUSED: { http: 403, audience: 'caller', title: 'The statement is not allowed here', remedy: 'Send one SELECT over the documented views.' },
  // --- the system itself -----------------------------------------------------------------------------------------
  NOT_READY: { http: 503, audience: 'operator', title: 'A part of the system is not ready', remedy: 'Look at /readyz; retry shortly.' },
  STORAGE_FULL: { http: 507, audience: 'operator', title: 'The raw store has no room', remedy: 'Free or add disk space; nothing was accepted.' },
  STORAGE_FAILED: { http: 503, audience: 'operator', title: 'The disk of the raw store failed', remedy: 'Look at the disk and its file system; nothing was accepted.' },
  OBJECT_DAMAGED: { http: 500, audience: 'operator', title: 'A stored submission is damaged', remedy: 'Restore it from a backup; bellwether verify lists what is damaged.' },
  KEY_MISSING: { http: 500, audience: 'operator', title: 'A key of the raw store is not at hand', remedy: 'Restore the named key; docs/operations.md says where keys lie.' },
  ENGINE_FAILED: { http: 502, audience: 'operator', title: 'The warehouse did not answer', remedy: 'Look at the engine log; the request can be repeated.' },
  EGRESS_REFUSED: { http: 502, audience: 'operator', title: 'A connection may not go there', remedy: 'Add the destination to the allow-list if it is meant.' },
  ENDPOINT_FAILED: { http: 502, audience: 'operator', title: 'A server to fetch from did not answer as expected', remedy: 'Look at that server and at its name; it is tried again by itself.' },
  SERIES_DAMAGED: { http: 500, audience: 'operator', title: 'Bytes of a stored series are damaged', remedy: 'Drop the cached value; it is rebuilt from the warehouse.' },
  DATA_FOLDER_IN_USE: { http: 500, audience: 'operator', title: 'Another Bellwether runs on this data folder', remedy: 'Stop it first, or choose another folder with --data.' },
  REBUILD_DIFFERS: { http: 500, audience: 'operator', title: 'What was rebuilt differs from what is in use', remedy: 'Read the parts listed: a configuration that has changed since explains most; see docs/operations.md.' },
  COUNT_DERIVABLE: { http: 500, audience: 'operator', title: 'Small counts can be derived from what was released', remedy: 'Treat the counts listed as known; report the day and the category as a defect; see docs/privacy.md.' },
  BACKUP_DAMAGED: { http: 500, audience: 'operator', title: 'The backup is damaged', remedy: 'Restore from another backup; the files named are missing or changed.' },
  AUDIT_DAMAGED: { http: 500, audience: 'operator', title: 'The audit trail is damaged', remedy: 'Somebody changed it, or a disk did: compare it with a copy; the entries before the stated place can be relied on.' },
  CONFIG_INVALID: { http: 500, audience: 'operator', title: 'The configuration is not valid', remedy: 'Correct the named file at the named line.' },
  INTERNAL: { http: 500, audience: 'operator', title: 'An unexpected error', remedy: 'Report it with the request id; the log has the details.' },
});

export type ErrorCode = keyof typeof ERRORS;

export const isErrorCode = (text: string): text is ErrorCode => Object.hasOwn(ERRORS, text);

/** Where in a submission something is wrong. `record` counts data records from 1; `line` counts lines from 1. */
export interface Place {
  readonly member?: string;
  readonly record?: number;
  readonly line?: number;
  readonly field?: string;
}

/**
 * The one error class. `detail` says in particular what was found and expected; it never quotes patient data or a
 * secret, only shapes ("8 letters", "empty") or values that configuration made public.
 */
export class BellwetherError extends Error {
  override readonly name = 'BellwetherError';

  constructor(
    readonly code: ErrorCode,
    readonly detail: string,
    readonly place: Place = {},
    options?: ErrorOptions & { readonly retryAfter?: number },
  ) {
    super(`${code}: ${detail}`, options);
    this.retryAfter = options?.retryAfter;
  }

  /** Whole seconds after which the same may be asked again; undefined: nothing is known of that. */
  readonly retryAfter: number | undefined;

  get http(): number {
    return ERRORS[this.code].http;
  }
}

/** RFC 9457 body. `instance` is the request id where there is one. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: ErrorCode;
  readonly detail: string;
  readonly remedy: string;
  readonly instance?: string;
}

/** The problem document of any error; what is not ours becomes INTERNAL without its message. */
export function problemOf(error: unknown, instance?: string): Problem {
  const known = error instanceof BellwetherError ? error : new BellwetherError('INTERNAL', 'see the log');
  const { http, title, remedy } = ERRORS[known.code];
  return {
    type: `/docs/errors#${known.code.toLowerCase()}`,
    title,
    status: http,
    code: known.code,
    detail: known.detail,
    remedy,
    ...(instance === undefined ? {} : { instance }),
  };
}
