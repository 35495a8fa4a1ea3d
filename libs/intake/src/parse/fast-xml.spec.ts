import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { XmlLayout } from '#registry';
import { BellwetherError } from '#vocabulary';
import { type ParseLimits, PARSE_LIMITS, type Selector } from './contract.js';
import { readXmlFast } from './fast-xml.js';
import { readXml, readXmlSafely } from './xml.js';
import { compileXml } from './xml-compile.js';

const layoutOf = (record: string): XmlLayout => ({
  id: 'x',
  extensions: [],
  encoding: 'auto',
  wide: undefined,
  format: 'xml',
  record,
  namespaces: {},
  paths: { id: '@id', zip: 'p/zip', code: 'p/@c' },
});
const SELECTORS: Selector[] = ['id', 'a', 'b', 'zip', 'code'].map((column) => ({ column, required: false }));

function story(
  read: typeof readXml,
  text: string,
  { layout, limits }: { layout: XmlLayout; limits: ParseLimits },
): string {
  const told: unknown[] = [];
  const context = {
    member: 'm',
    layout,
    limits,
    selectors: SELECTORS,
    sink: {
      record: (fields: readonly unknown[], place: object) =>
        told.push([[...fields].map((field) => field ?? null), { ...place }]),
      rowError: () => told.push('row error'),
    },
  };
  try {
    told.push(read(Buffer.from(text), context));
  } catch (error) {
    if (!(error instanceof BellwetherError)) throw error;
    return JSON.stringify([error.code, error.detail, error.place]); // records before a refusal are void
  }
  return JSON.stringify(told);
}

/** Of the fast path alone: the records it gives, or the complement of their number before a surprise. */
function alone(text: string, layout = layoutOf('/r')): number {
  const { fast } = compileXml(layout, SELECTORS);
  if (!fast) throw new Error('no plan');
  return readXmlFast({
    text,
    codes: Buffer.from(text),
    plan: fast,
    limits: PARSE_LIMITS,
    sink: { record: () => undefined },
  });
}

const space = fc.constantFrom('', '', '\n', '  ', '\r\n', '\t', '\r');
const value = fc.constantFrom(
  '',
  '1',
  ' x y ',
  'a&amp;b',
  '&lt;',
  '&#65;',
  'a\nb',
  'é',
  ']]>',
  '>',
  '&',
  '&e;',
  '\x01',
  'a\rb',
  '<!-- c -->',
  '<![CDATA[d]]>',
  '<b>2</b>',
);
const usual = fc.constantFrom('', '1', ' x y ', 'a&amp;b&lt;', '\n 3 ', 'x');
const attribute = fc.constantFrom(
  '',
  '',
  ' id="1"',
  " id='2'",
  ' c="&amp;"',
  ' c="x" id=""',
  ' id="1" id="2"',
  ' id = "1"',
  ' id="1"c="2"',
  ' xmlns="u"',
  ' x:y="1"',
  ' c="\n"',
  ' id="<"',
  ' c=">"',
  '\n c="7"',
);
const elementOf = (content: fc.Arbitrary<string>) =>
  fc
    .tuple(fc.constantFrom('a', 'b', 'p', 'zip', 'q'), attribute, content, space)
    .map(([name, attributes, inside, gap]) =>
      inside === '' ? `<${name}${attributes}/>${gap}` : `<${name}${attributes}>${inside}</${name}>${gap}`,
    );
const nested = (content: fc.Arbitrary<string>) =>
  elementOf(
    fc.oneof(
      content,
      elementOf(content),
      fc.array(elementOf(content), { maxLength: 3 }).map((all) => `\n${all.join('')}`),
    ),
  );
const recordOf = (content: fc.Arbitrary<string>) =>
  fc
    .tuple(attribute, space, fc.array(nested(content), { maxLength: 4 }), space)
    .map(([attributes, gap, inside, end]) => `<r${attributes}>${gap}${inside.join('')}</r>${end}`);
const declaration = fc.constantFrom(
  '',
  '<?xml version="1.0"?>\n',
  "<?xml version='1.0' encoding='utf-8' ?>",
  '<?xml version="1.1"?>',
  '<?xml encoding="UTF-8"?>',
  '<?xml version="1.0" encoding="latin1"?>\r\n',
  '<!DOCTYPE r>',
);
const documentOf = (content: fc.Arbitrary<string>) =>
  fc
    .tuple(
      declaration,
      fc.constantFrom('', '', '<batch>', '<batch id="1">\n <h>x</h>'),
      fc.array(recordOf(content), { maxLength: 3 }),
      space,
    )
    .map(([head, batch, records, end]) => head + batch + records.join('') + (batch === '' ? '' : '</batch>') + end);

const setting = fc.record({
  layout: fc.constantFrom('/r', '//r', '/batch/r', 'r').map(layoutOf),
  limits: fc
    .record({
      rows: fc.constantFrom(PARSE_LIMITS.rows, 1),
      depth: fc.constantFrom(PARSE_LIMITS.depth, 2),
      attributes: fc.constantFrom(PARSE_LIMITS.attributes, 1),
      elements: fc.constantFrom(PARSE_LIMITS.elements, 3),
      fieldLength: fc.constantFrom(PARSE_LIMITS.fieldLength, 4),
    })
    .map((limits) => ({ ...PARSE_LIMITS, ...limits })),
});

describe('the fast path of XML', () => {
  it.each([
    ['usual documents', documentOf(usual)],
    ['odd documents', documentOf(fc.oneof(usual, value))],
    [
      'damaged documents',
      fc
        .tuple(
          documentOf(usual),
          fc.nat(200),
          fc.constantFrom('', '<', '>', '/', '"', '&', ' ', 'a', '\0', '\n', '<a>', '</r>'),
        )
        .map(([text, at, change]) => text.slice(0, at) + change + text.slice(at + 1)),
    ],
  ])('with the safe path behind it tells what the safe path tells: %s', (_, documents) => {
    fc.assert(
      fc.property(documents, setting, (text, options) => {
        const both = story(readXml, text, options);
        expect(both).toBe(story((data, context) => readXmlSafely(data, context), text, options));
      }),
      { numRuns: 1_500 },
    );
  });

  it('takes what senders usually write', () => {
    expect(
      alone('<?xml version="1.0" encoding="UTF-8"?>\r\n<r id="1">\r\n  <a>x &amp; y</a>\r\n  <b/>\r\n</r>\r\n'),
    ).toBe(1);
    expect(alone('<batch><r/><r><p><zip>1</zip></p></r></batch>', layoutOf('/batch/r'))).toBe(2);
  });

  it('leaves everything else, after the records before it', () => {
    expect(alone('<r><!-- c --></r>')).toBe(~0);
    expect(alone('<batch><r/><r><a>1</b></r></batch>', layoutOf('/batch/r'))).toBe(~1);
    expect(alone('<r/>x')).toBe(~1);
    expect(alone('<other/>')).toBe(~0);
  });
});
