/** A line of a control connection; undefined: too long, or not UTF-8. */
export type Line = string | undefined;

export interface LineReader {
  /** Lines that are complete with these bytes. */
  read(bytes: Uint8Array): Line[];
}

/** Bytes of a command line; a path of 1,024 characters fits in any script. */
const LONGEST_LINE = 4096;

const LF = 10;
const CR = 13;
const IAC = 255;
const FIRST_NEGOTIATION = 251;

/**
 * Command lines (RFC 959 section 5.3) from whatever packets they come in. Telnet commands, which some clients put before
 * ABOR, are dropped (RFC 854): IAC and one byte, or two after WILL, WON'T, DO, DON'T; IAC IAC is the byte 255. Of a
 * line that is too long nothing is kept.
 */
export function openLineReader(): LineReader {
  const line = Buffer.alloc(LONGEST_LINE);
  const utf8 = new TextDecoder('utf-8', { fatal: true });
  let length = 0;
  let telnet: 'none' | 'command' | 'option' = 'none';

  function add(byte: number): void {
    if (length < LONGEST_LINE) line[length] = byte;
    length = Math.min(length + 1, LONGEST_LINE + 1);
  }
  function end(): Line {
    const whole = length;
    length = 0;
    if (whole > LONGEST_LINE) return undefined;
    try {
      return utf8.decode(line.subarray(0, whole > 0 && line[whole - 1] === CR ? whole - 1 : whole));
    } catch {
      return undefined;
    }
  }
  return {
    read(bytes) {
      const lines: Line[] = [];
      for (const byte of bytes) {
        if (telnet === 'option') telnet = 'none';
        else if (telnet === 'command' && byte !== IAC) telnet = byte >= FIRST_NEGOTIATION ? 'option' : 'none';
        else if (byte === IAC && telnet === 'none') telnet = 'command';
        else {
          telnet = 'none';
          if (byte === LF) lines.push(end());
          else add(byte);
        }
      }
      return lines;
    },
  };
}

export interface Command {
  /** In capitals. */
  readonly verb: string;
  /** As it was sent: spaces at its ends are part of a file name. */
  readonly argument: string;
}

/** Undefined: the line does not begin with a verb. */
export function parseCommand(line: string): Command | undefined {
  const [, verb, argument] = /^([A-Za-z]{3,4})(?: (.*))?$/s.exec(line) ?? [];
  return verb === undefined ? undefined : { verb: verb.toUpperCase(), argument: argument ?? '' };
}
