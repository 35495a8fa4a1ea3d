import type { StatusName } from '#vocabulary';
import { fetchJson } from '../ask/fetch-answer.js';
import type { RowError } from '../facility/states.js';

export interface Preview {
  readonly problems: readonly {
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly path: string;
    readonly found: string;
    readonly expected: string;
    readonly suggestion: string | null;
  }[];
  readonly refused: { readonly code: string; readonly detail: string } | null;
  readonly rows_read: number;
  readonly rows_accepted: number;
  readonly rows_refused: number;
  readonly errors: readonly RowError[];
  readonly rows: readonly {
    readonly member: string;
    readonly record: number;
    readonly line: number;
    readonly facility: string;
    readonly day: string;
    readonly category: string;
    readonly flag: string;
    readonly status: StatusName;
    readonly value: number | null;
  }[];
  readonly totals: readonly {
    readonly category: string;
    readonly flag: string;
    readonly facilities: number;
    readonly days: number;
    readonly value: number | null;
  }[];
}

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  let text = '';
  // In pieces: a call takes a limited number of arguments.
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return btoa(text);
}

interface Draft {
  readonly feed: string;
  readonly yaml: string;
  readonly file: File;
  readonly signal: AbortSignal;
}

/** What the server makes of a file by a draft of the feed; nothing of it is kept. */
export async function preview({ feed, yaml, file, signal }: Draft): Promise<Preview> {
  const body = JSON.stringify({ feed, yaml, name: file.name, content: await base64Of(file) });
  const headers = { 'content-type': 'application/json' };
  return fetchJson<Preview>('/v1/feeds/preview', { method: 'POST', body, headers, signal });
}
