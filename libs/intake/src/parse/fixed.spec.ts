import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { FixedLayout } from '#registry';
import { PARSE_LIMITS } from './contract.js';
import { readFixed } from './fixed.js';

const layout: FixedLayout = {
  id: 'f',
  extensions: [],
  encoding: 'auto',
  wide: undefined,
  format: 'fixed',
  columns: [
    { name: 'a', start: 1, width: 2 },
    { name: 'b', start: 3, width: 3 },
    { name: 'c', start: 7, width: 2 },
  ],
};

function story(text: string, codes: Uint8Array | undefined): unknown[] {
  const told: unknown[] = [];
  const { records } = readFixed(text, codes, {
    member: 'm',
    layout,
    limits: PARSE_LIMITS,
    selectors: [
      { column: 'c', required: false },
      { column: 'b', required: true },
      { column: 'a', required: false },
      { column: 'z', required: false },
    ],
    sink: {
      record: (fields, { record, line }) => told.push([...fields, record, line]),
      rowError: ({ code, detail, record, line }) => told.push([code, detail, { member: 'm', record, line }]),
    },
  });
  return [...told, records];
}

describe('the codes of a fixed-width file', () => {
  it('are read as its characters are', () => {
    const units = ['a', '1', ' ', ' ', '\t', '\v', '\x1c', '\x7f', '\n', '\r', '\r\n', '12345678'];
    const text = fc.array(fc.constantFrom(...units), { maxLength: 40 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (content) => expect(story(content, Buffer.from(content))).toEqual(story(content, undefined))),
      { numRuns: 1_000 },
    );
  });
});
