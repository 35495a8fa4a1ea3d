import type { RowError } from '#analytics';
import { csvField, harmless } from '../tabular/index.js';
import { remedyOf } from './shapes.js';

/** One line an error, in the order of the file. `record` 0 is the file as a whole. */
export function errorsCsv(errors: readonly RowError[]): string {
  const lines = errors.map(({ member, record, line, field: column, code, detail }) =>
    [harmless(member), record, line, harmless(column), code, harmless(detail), csvField(remedyOf(code) ?? '')].join(
      ',',
    ),
  );
  return ['member,record,line,field,code,detail,remedy', ...lines, ''].join('\r\n');
}
