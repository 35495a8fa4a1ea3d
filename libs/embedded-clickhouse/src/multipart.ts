import { exception } from './exception.js';

/** A part of a multipart form that is a file: data of an external table. */
export interface FilePart {
  readonly name: string;
  readonly bytes: Buffer;
}

export interface Form {
  readonly fields: ReadonlyMap<string, string>;
  readonly files: readonly FilePart[];
}

const MOST_PARTS = 1000;
const LINE_END = Buffer.from('\r\n');
const HEAD_END = Buffer.from('\r\n\r\n');

/** The boundary of a multipart/form-data body, or undefined where the Content-Type is another. */
export function boundaryOf(contentType: string | undefined): string | undefined {
  const found = /^multipart\/form-data\s*;.*\bboundary=(?:"([^"]{1,70})"|([^\s;]{1,70}))/i.exec(contentType ?? '');
  return found?.[1] ?? found?.[2];
}

/**
 * The parts of a multipart/form-data body (RFC 7578). A part with a file name is a file, every other a field in UTF-8.
 *
 * @throws ClickHouseException BAD_ARGUMENTS where the body is not such a form.
 */
export function readForm(body: Buffer, boundary: string): Form {
  const fields = new Map<string, string>();
  const files: FilePart[] = [];
  const mark = Buffer.from(`--${boundary}`);
  const next = Buffer.concat([LINE_END, mark]);
  let at = body.indexOf(mark);
  for (let parts = 0; ; parts += 1) {
    if (at < 0 || parts > MOST_PARTS) throw malformed();
    at += mark.length;
    if (body.subarray(at, at + 2).toString('latin1') === '--') return { fields, files };
    const headEnd = body.indexOf(HEAD_END, at);
    const end = headEnd < 0 ? -1 : body.indexOf(next, headEnd + HEAD_END.length);
    if (end < 0) throw malformed();
    const head = body.toString('utf8', at, headEnd);
    const bytes = body.subarray(headEnd + HEAD_END.length, end);
    const name = /^content-disposition:.*[;\s]name="([^"]*)"/im.exec(head)?.[1];
    if (name === undefined) throw malformed();
    if (/^content-disposition:.*[;\s]filename\*?=/im.test(head)) files.push({ name, bytes });
    else fields.set(name, bytes.toString('utf8'));
    at = end + LINE_END.length;
  }
}

function malformed(): Error {
  return exception('BAD_ARGUMENTS', 'The multipart form is malformed');
}
