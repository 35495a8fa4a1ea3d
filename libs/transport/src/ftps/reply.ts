import { BellwetherError, type ErrorCode, ERRORS } from '#vocabulary';

/** What is answered to a command: a code of RFC 959 or its extensions, and text of one line or several. */
export interface Reply {
  readonly code: number;
  readonly lines: readonly string[];
}

export const reply = (code: number, ...lines: string[]): Reply => ({ code, lines });

/** No reply ends early or begins another one, whatever its text was made of. */
const printable = (text: string): string => text.replaceAll(/\p{Cc}/gu, ' ');

/** RFC 959 section 4.2: `226 Text`, or `211-First`, lines that begin with a space, `211 Last`. */
export function formatReply({ code, lines }: Reply): string {
  const texts = lines.map(printable);
  const last = texts.pop() ?? '';
  const before = texts.map((text, index) => (index === 0 ? `${code}-${text}\r\n` : ` ${text}\r\n`));
  return `${before.join('')}${code} ${last}\r\n`;
}

/** 4yz: the same may be sent again later; 5yz: it would be refused again. */
const CODES: Partial<Record<ErrorCode, number>> = {
  PAYLOAD_TOO_LARGE: 552,
  TOO_MANY_REQUESTS: 450,
  STORAGE_FULL: 452,
};

/** What is not ours says nothing of itself. */
export function refusalOf(error: unknown): Reply {
  if (!(error instanceof BellwetherError)) return reply(451, 'INTERNAL: see the log');
  const { code, detail, http } = error;
  return reply(CODES[code] ?? (http >= 500 ? 451 : 550), `${code}: ${detail}. ${ERRORS[code].remedy}`);
}
