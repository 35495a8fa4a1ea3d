/** Error codes of ClickHouse that the server itself raises (src/Common/ErrorCodes.cpp). */
const CODES = {
  UNSUPPORTED_METHOD: 1,
  SYNTAX_ERROR: 62,
  BAD_ARGUMENTS: 36,
  NOT_IMPLEMENTED: 48,
  UNKNOWN_TYPE_OF_QUERY: 78,
  READONLY: 164,
  TOO_MANY_SIMULTANEOUS_QUERIES: 202,
  CANNOT_DECOMPRESS: 271,
  SESSION_NOT_FOUND: 372,
  SESSION_IS_LOCKED: 373,
  INVALID_SESSION_TIMEOUT: 374,
  QUERY_WAS_CANCELLED: 394,
  QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING: 216,
  TOO_LARGE_REQUEST: 119,
  UNKNOWN_ROLE: 511,
  AUTHENTICATION_FAILED: 516,
  ABORTED: 236,
} as const;

type ExceptionName = keyof typeof CODES;

/** An exception as ClickHouse words it: `Code: N. DB::Exception: text. (NAME)`. */
export class ClickHouseException extends Error {
  override readonly name = 'ClickHouseException';

  constructor(
    readonly code: number,
    message: string,
    readonly status: number = statusOf(code),
  ) {
    super(message);
  }
}

/** An exception raised by the server rather than by the engine. */
export function exception(name: ExceptionName, text: string, status?: number): ClickHouseException {
  const code = CODES[name];
  return new ClickHouseException(code, `Code: ${code}. DB::Exception: ${text}. (${name})`, status);
}

/** The text of whatever was thrown; the engine's errors may come from another realm, where `instanceof` fails. */
export function messageOf(error: unknown): string {
  const known = typeof error === 'object' && error !== null && 'message' in error;
  return String(known ? error.message : error);
}

/** Any thrown value as an exception of ClickHouse; what carries no code becomes 1002, UNKNOWN_EXCEPTION. */
export function exceptionOf(error: unknown): ClickHouseException {
  if (error instanceof ClickHouseException) return error;
  // An exception that passed from one part of the engine to another is wrapped in itself, version included.
  const text = messageOf(error)
    .replace(/^(Code: \d+\. DB::Exception: )(?:Code: \d+\. DB::Exception: )+/, '$1')
    .replace(/( \([A-Z0-9_]+\)) \(version [^)]*\)\. \([A-Z0-9_]+\)$/, '$1');
  const code = /^Code: (\d+)\. /.exec(text)?.[1];
  if (code !== undefined) return new ClickHouseException(Number(code), text);
  return new ClickHouseException(1002, `Code: 1002. DB::Exception: ${text}. (UNKNOWN_EXCEPTION)`);
}

const BY_STATUS: ReadonlyArray<readonly [status: number, codes: readonly number[]]> = [
  [
    400,
    [6, 7, 20, 26, 27, 33, 36, 38, 41, 43, 53, 62, 69, 72, 117, 184, 190, 215, 321, 386, 427, 441, 456, 457, 467, 472],
  ],
  [401, [194]],
  [403, [164, 192, 193, 497, 516]],
  [404, [16, 46, 47, 50, 56, 60, 63, 73, 78, 81, 82, 115, 372, 511]],
  [408, [159]],
  [409, [373]],
  [411, [381]],
  [413, [119]],
  [501, [48]],
  [503, [76, 202, 203, 209, 236]],
];

const STATUS_OF = new Map(BY_STATUS.flatMap(([status, codes]) => codes.map((code) => [code, status] as const)));

/** HTTP status of an exception code, after `exceptionCodeToHTTPStatus` of ClickHouse; 500 for what is not listed. */
export function statusOf(code: number): number {
  return STATUS_OF.get(code) ?? 500;
}
