/**
 * Calls `visit` with each physical line and its number from 1. LF, CRLF and CR end a line, in any mixture; the last
 * line may lack its end.
 */
export function eachLine(text: string, visit: (line: string, number: number) => void): void {
  let number = 1;
  for (let start = 0; start < text.length; number++) {
    let end = start;
    while (end < text.length && text.charCodeAt(end) !== 10 && text.charCodeAt(end) !== 13) end++;
    visit(text.slice(start, end), number);
    start = text.charCodeAt(end) === 13 && text.charCodeAt(end + 1) === 10 ? end + 2 : end + 1;
  }
}
