/** A row of a CSV file and the line on which it begins, from 1. */
export interface CsvRow {
  readonly line: number;
  readonly fields: readonly string[];
}

/**
 * Reads RFC 4180 with any line end, a byte order mark allowed; empty lines are skipped. An unclosed quote takes the
 * rest of the file into its field, which then shows as a row with another number of fields. Linear in the text.
 */
export function readCsv(text: string): CsvRow[] {
  const rows: CsvRow[] = [];
  const end = text.length;
  let at = text.charCodeAt(0) === 0xfeff ? 1 : 0;
  let line = 1;
  while (at < end) {
    const first = line;
    const fields: string[] = [];
    let isEnded = false;
    while (!isEnded) {
      let field: string;
      if (text[at] === '"') {
        let close = text.indexOf('"', at + 1);
        while (close !== -1 && text[close + 1] === '"') close = text.indexOf('"', close + 2);
        const stop = close === -1 ? end : close;
        field = text.slice(at + 1, stop).replaceAll('""', '"');
        for (const character of field) if (character === '\n') line++;
        at = Math.min(stop + 1, end);
        const tail = at;
        while (at < end && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at++;
        field += text.slice(tail, at);
      } else {
        const start = at;
        while (at < end && text[at] !== ',' && text[at] !== '\n' && text[at] !== '\r') at++;
        field = text.slice(start, at);
      }
      fields.push(field);
      if (at < end && text[at] === ',') {
        at++;
      } else {
        if (text[at] === '\r') at++;
        if (text[at] === '\n') at++;
        line++;
        isEnded = true;
      }
    }
    if (fields.length > 1 || fields[0] !== '') rows.push({ line: first, fields });
  }
  return rows;
}
