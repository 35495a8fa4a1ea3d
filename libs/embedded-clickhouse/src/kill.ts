import { literal } from './literal.js';
import { tokensOf } from './tokens.js';

/**
 * A client's KILL QUERY in terms of this engine. The engine numbers its queries itself and cannot be given an id, so
 * `query_id` becomes the tag of the connection that runs the query of that id. SYNC becomes ASYNC, because KILL QUERY …
 * SYNC was seen to hang for ten minutes. KILL MUTATION is left as it is.
 *
 * @param tagOf the tag of a running query by the id its client knows.
 */
export function translatedKill(sql: string, tagOf: (queryId: string) => string | undefined): string {
  const tokens = tokensOf(sql);
  if (tokens[1]?.text.toUpperCase() !== 'QUERY') return sql;
  const pieces: string[] = [];
  let done = 0;
  for (const { kind, start, end, text } of tokens) {
    let replacement: string | undefined;
    if (kind === 'word' && text.toUpperCase() === 'SYNC') replacement = 'ASYNC';
    else if (kind === 'word' && text.toLowerCase() === 'query_id') replacement = "Settings['log_comment']";
    else if (kind === 'quoted' && text.startsWith("'")) {
      const tag = tagOf(text.slice(1, -1));
      if (tag !== undefined) replacement = literal(tag);
    }
    if (replacement === undefined) continue;
    pieces.push(sql.slice(done, start), replacement);
    done = end;
  }
  return pieces.join('') + sql.slice(done);
}
