import { readFileSync, readdirSync } from 'node:fs';
import type { Day } from '#vocabulary';

const HOME = new URL('./sql/', import.meta.url);
const read = (path: string): string => readFileSync(new URL(path, HOME), 'utf8');

const texts = new Map<string, string>();

/**
 * The text of one file of sql/, the only place where SQL is written. Where it reads slots, `{standing}` becomes the
 * condition that their submission is not undone (`{standing_as_of}`: was not, at the instant `as_of`).
 */
export function statement(name: string): string {
  let text = texts.get(name);
  if (text === undefined) {
    const parts = { standing: 'standing', standing_as_of: 'standing-as-of' };
    text = read(`${name}.sql`).replace(/\{(standing|standing_as_of)\}/g, (_, part: keyof typeof parts) =>
      read(`${parts[part]}.sql`)
        .replace(/^--.*\n/gm, '')
        .trim(),
    );
    texts.set(name, text);
  }
  return text;
}

/** The files of a folder of sql/, in the order of their names. */
export function statementsIn(folder: 'tables' | 'views'): string[] {
  return readdirSync(new URL(`${folder}/`, HOME))
    .sort()
    .map((file) => read(`${folder}/${file}`));
}

/**
 * The SELECT of a view for analysts, reading only the rows of its table for which `rows` holds (SQL made by us over the
 * columns of the table, `dataset`, `level` and `region` among them; not needed where a condition over the view follows).
 */
export function viewSelect(view: string, { database, rows }: { database: string; rows: string | undefined }): string {
  const text = statementsIn('views').find((one) => one.includes(`{views}.${view} AS\n`)) ?? '';
  const select = text.slice(text.indexOf(' AS\n') + 4).trim();
  return fill(select, { database, rows: rows === undefined ? '' : `PREWHERE ${rows}` }).replace(/\s+/g, ' ');
}

/** Replaces `{name}` by SQL made by us; parameters for values (`{name:Type}`) are left to the server. */
export function fill(text: string, parts: Readonly<Record<string, string>>): string {
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => parts[name] ?? whole);
}

/** A list of days in round brackets. */
export function dayList(days: readonly Day[]): string {
  return `(${days.map((day) => `toDate(${day})`).join(',')})`;
}

/** A list of texts in brackets, as hex: nothing that a sender writes is ever read as SQL, however long the list. */
export function textList(texts: readonly string[]): string {
  return `[${texts.map((text) => `unhex('${Buffer.from(text).toString('hex')}')`).join(',')}]`;
}
