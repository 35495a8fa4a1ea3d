/** `done`: it was answered. `refused`: by the policy, or as nobody. `failed`: anything else that went wrong. */
export type AuditOutcome = 'done' | 'refused' | 'failed';

/**
 * Who did what, to what, and what came of it. Never patient data, secrets, file names or what somebody searched for:
 * `object` is made of identifiers that the configuration made public, and of hashes.
 */
export interface AuditEntry {
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Id of the principal; `nobody` when the credentials named none. */
  readonly who: string;
  /** Action and door: `series rest`, `break-glass`, `key issued`. */
  readonly does: string;
  /** What it was done to; may be empty. */
  readonly object: string;
  readonly outcome: AuditOutcome;
  /** Code of the error where there was one. */
  readonly code?: string | undefined;
  /** Items, values or rows that were given out; undefined where there is nothing to count. */
  readonly rows?: number | undefined;
  /** As the principal stated it. */
  readonly reason?: string | undefined;
  /** Id of the request. */
  readonly request?: string | undefined;
}

/** As it is read back, with its place in the trail, counted from 1. */
export interface NumberedEntry extends AuditEntry {
  readonly n: number;
}

/** Printable ASCII without quote and backslash: JSON holds it as it is. */
const PLAIN = /^[ !#-[\]-~]*$/;
const quoted = (text: string): string => (PLAIN.test(text) ? `"${text}"` : JSON.stringify(text));

/** The same few principals, actions and objects are written again and again. */
const REMEMBERED = 1000;
const remembered = new Map<string, string>();
function quotedAgain(text: string): string {
  let found = remembered.get(text);
  if (found === undefined) {
    if (remembered.size >= REMEMBERED) remembered.clear();
    remembered.set(text, (found = quoted(text)));
  }
  return found;
}

let lastAt = NaN;
let lastText = '';
/** The instant as RFC 3339; many entries have the same millisecond. */
function instantOf(at: number): string {
  if (at !== lastAt) {
    lastText = new Date(at).toISOString();
    lastAt = at;
  }
  return lastText;
}

/** One line of JSON, with its end. Written by hand because it is written for every request. */
export function lineOf(n: number, entry: AuditEntry): string {
  const { at, who, does, object, outcome, code, rows, reason, request } = entry;
  let line = `{"n":${n},"at":"${instantOf(at)}","who":${quotedAgain(who)},"does":${quotedAgain(does)},"object":${quotedAgain(object)},"outcome":"${outcome}"`;
  if (code !== undefined) line += `,"code":${quoted(code)}`;
  if (rows !== undefined) line += `,"rows":${rows}`;
  if (reason !== undefined) line += `,"reason":${quoted(reason)}`;
  if (request !== undefined) line += `,"request":${quoted(request)}`;
  return `${line}}\n`;
}

/** The entry of a line that {@link lineOf} wrote; undefined for the lines between, which hold the chain. */
export function entryOf(line: string): NumberedEntry | undefined {
  const read = JSON.parse(line) as Omit<NumberedEntry, 'at'> & { readonly at: string };
  return typeof read.n === 'number' ? { ...read, at: Date.parse(read.at) } : undefined;
}
