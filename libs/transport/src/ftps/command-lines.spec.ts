import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { openLineReader, parseCommand } from './command-lines.js';

/** A line as a client writes it: IAC doubled, no line ends within. */
const written = (line: string): Buffer => Buffer.from(`${line}\r\n`);
const readAll = (chunks: readonly Uint8Array[]): unknown[] => {
  const reader = openLineReader();
  return chunks.flatMap((chunk) => reader.read(chunk));
};

describe('command lines', () => {
  it('are the same in whatever packets they come', () => {
    const line = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll(/[\r\n]/g, ''));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 10 }), fc.array(fc.nat(200), { maxLength: 10 }), (lines, cuts) => {
        const whole = Buffer.concat(lines.map(written));
        const places = [0, ...cuts.filter((cut) => cut < whole.length).sort((a, b) => a - b), whole.length];
        const chunks = places.slice(1).map((end, index) => whole.subarray(places[index], end));
        expect(readAll(chunks)).toEqual(lines);
      }),
    );
  });

  it('may end without a carriage return', () => {
    expect(readAll([Buffer.from('NOOP\nQUIT\r\n')])).toEqual(['NOOP', 'QUIT']);
  });

  it('are read beside the Telnet commands that come with ABOR', () => {
    expect(readAll([Buffer.from([255, 244, 255, 242]), Buffer.from('ABOR\r\n')])).toEqual(['ABOR']);
    expect(readAll([Buffer.from([255, 253]), Buffer.from([1, 65, 66, 10])])).toEqual(['AB']);
  });

  it('are nothing when they are too long, and the next one is heard', () => {
    const long = Buffer.concat([Buffer.alloc(4097, 'x'), Buffer.from('\nNOOP\r\n')]);
    expect(readAll([long])).toEqual([undefined, 'NOOP']);
    expect(readAll([Buffer.alloc(4096, 'x'), Buffer.from('\nNOOP\r\n')])).toEqual(['x'.repeat(4096), 'NOOP']);
    expect(readAll([Buffer.alloc(1_000_000, 'x')])).toEqual([]);
  });

  it('are nothing when they are not UTF-8', () => {
    expect(readAll([Buffer.from([0x53, 0xe4, 13, 10])])).toEqual([undefined]);
    expect(readAll([Buffer.from([0x53, 255, 255, 13, 10])])).toEqual([undefined]);
  });
});

describe('a command', () => {
  it.each([
    ['noop', { verb: 'NOOP', argument: '' }],
    ['Stor  a b ', { verb: 'STOR', argument: ' a b ' }],
    ['PASS a:b=c d', { verb: 'PASS', argument: 'a:b=c d' }],
    ['', undefined],
    [' NOOP', undefined],
    ['GET / HTTP/1.1', { verb: 'GET', argument: '/ HTTP/1.1' }],
    ['EVERYTHING', undefined],
  ])('%j', (line, command) => {
    expect(parseCommand(line)).toEqual(command);
  });
});
