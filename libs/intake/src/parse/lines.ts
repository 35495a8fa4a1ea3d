const LF = 10;
const CR = 13;

/** The end of the line that begins at `start`: the position of its LF, CR or CRLF, or that of the end of the text. */
export function endOfLine(text: string, start: number): number {
  let end = start;
  for (; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === LF || code === CR) break;
  }
  return end;
}

/** Where the next line begins, given where this one ends. */
export const nextLine = (text: string, end: number): number =>
  text.charCodeAt(end) === CR && text.charCodeAt(end + 1) === LF ? end + 2 : end + 1;

/** The same for the character codes of a text. */
export function endOfCodes(codes: Uint8Array, start: number): number {
  let end = start;
  for (; end < codes.length; end++) {
    const code = codes[end];
    if (code === LF || code === CR) break;
  }
  return end;
}
