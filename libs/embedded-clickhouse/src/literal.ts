const ESCAPES: Readonly<Record<string, string>> = { '\\': '\\\\', "'": "\\'", '\0': '\\0', '\n': '\\n', '\r': '\\r' };

/** `text` as a string literal of ClickHouse. */
export function literal(text: string): string {
  return `'${text.replace(/[\\'\0\n\r]/g, (c) => ESCAPES[c]!)}'`;
}

/** `name` as a quoted identifier of ClickHouse. */
export function identifier(name: string): string {
  return `\`${name.replace(/[\\`]/g, (c) => `\\${c}`)}\``;
}
