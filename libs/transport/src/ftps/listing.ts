import type { Entry } from '../home/index.js';

const digits = (number: number, width: number): string => String(number).padStart(width, '0');

/** `20261121173300`, UTC (RFC 3659 section 2.3). */
export function formatTime(at: number): string {
  const time = new Date(at);
  const day = `${digits(time.getUTCFullYear(), 4)}${digits(time.getUTCMonth() + 1, 2)}${digits(time.getUTCDate(), 2)}`;
  return `${day}${digits(time.getUTCHours(), 2)}${digits(time.getUTCMinutes(), 2)}${digits(time.getUTCSeconds(), 2)}`;
}

/** What MLSD and MLST say of an entry, all of it until the client has said what it wants (RFC 3659 section 7.5). */
export const FACTS = ['type', 'size', 'modify'] as const;
export type Fact = (typeof FACTS)[number];

/** `type=file;size=1024;modify=20261121173300; report.csv` */
export function factLine({ name, kind, bytes, modifiedAt }: Entry, wanted: readonly Fact[]): string {
  const facts: Record<Fact, string | undefined> = {
    type: kind === 'folder' ? 'dir' : 'file',
    size: kind === 'folder' ? undefined : String(bytes),
    modify: formatTime(modifiedAt),
  };
  const said = wanted.flatMap((fact) => (facts[fact] === undefined ? [] : `${fact}=${facts[fact]};`));
  return `${said.join('')} ${name}`;
}

/** The facts of `OPTS MLST type;size;`; those that are not known here are left out, as the RFC has it. */
export function wantedFacts(argument: string): readonly Fact[] {
  const named = argument.toLowerCase().split(';');
  return FACTS.filter((fact) => named.includes(fact));
}

/** `type*;size;modify*;`: all that there are, those in force with a star. */
export const describeFacts = (wanted: readonly Fact[]): string =>
  FACTS.map((fact) => `${fact}${wanted.includes(fact) ? '*' : ''};`).join('');
