import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SaxesParser } from 'saxes';
import { PARSE_LIMITS } from './contract.js';
import { boundXml } from './xml-bounds.js';

/** Elements, comments, instructions and sections, as saxes counts them; undefined where it is not well-formed. */
function countedBySaxes(text: string): number | undefined {
  const parser = new SaxesParser({ xmlns: true });
  let count = 0;
  let isSound = true;
  parser.on('error', () => (isSound = false));
  for (const event of ['opentagstart', 'comment', 'processinginstruction', 'cdata'] as const) {
    parser.on(event, () => void count++);
  }
  parser.write(text).close();
  return isSound ? count : undefined;
}

const isAllowed = (text: string, elements: number): boolean => {
  try {
    boundXml(text, { member: 'in.xml', limits: { ...PARSE_LIMITS, elements } });
    return true;
  } catch {
    return false;
  }
};

const piece = fc.constantFrom(
  '<a>', '</a>', '<a/>', '<b x="1">', '</b>', 'text', '&lt;', '<!--', '-->', '<!-->', '<!-- <a> -->', '<![CDATA[', ']]>',
  '<![CDATA[ <a><!-- ]]>', '<?p', '?>', '<?p <a> ?>', '>', ' ', '\n', '-', ']',
); // prettier-ignore
const document = fc
  .tuple(fc.constantFrom('', '<?xml version="1.0"?>'), fc.array(piece, { maxLength: 12 }))
  .map(([declaration, inner]) => `${declaration}<r>${inner.join('')}</r>`);

describe('the bounds of XML', () => {
  it('allow a well-formed document of so many elements, comments, instructions and sections, and none with one more', () => {
    let sound = 0;
    fc.assert(
      fc.property(document, (text) => {
        const count = countedBySaxes(text);
        if (count === undefined) return;
        sound++;
        expect(isAllowed(text, count)).toBe(true);
        expect(isAllowed(text, count - 1)).toBe(false);
      }),
      { numRuns: 20_000 },
    );
    expect(sound).toBeGreaterThan(500);
  });
});
