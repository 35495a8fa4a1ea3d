import { type SaxesTagNS, SaxesParser } from 'saxes';
import { BellwetherError } from '#vocabulary';
import { NAMESPACE, type OperationName, OPERATIONS } from './wsdl.js';

export type SoapVersion = '1.1' | '1.2';

const ENVELOPES: Readonly<Record<string, SoapVersion>> = {
  'http://schemas.xmlsoap.org/soap/envelope/': '1.1',
  'http://www.w3.org/2003/05/soap-envelope': '1.2',
};
const MOST_ELEMENTS = 2000;
const DEEPEST = 12;

const refuse = (problem: string): BellwetherError => new BellwetherError('REQUEST_INVALID', problem);

/**
 * Looks at a whole message before the SOAP library sees it, with a parser that accepts well-formed XML only: no
 * DOCTYPE, bounded depth and number of elements, one known operation, and no header block that we would have to
 * understand (SOAP 1.1 §4.2.3, 1.2 §5.2.3). Throws REQUEST_INVALID otherwise.
 */
export function examine(text: string): { readonly version: SoapVersion; readonly operation: OperationName } {
  let elements = 0;
  let version: SoapVersion | undefined;
  let operation: OperationName | undefined;
  let bodyElements = 0;
  const path: SaxesTagNS[] = [];

  function opened(tag: SaxesTagNS): void {
    const depth = path.push(tag);
    if (++elements > MOST_ELEMENTS) throw refuse(`more than ${MOST_ELEMENTS} elements`);
    if (depth > DEEPEST) throw refuse(`elements nest deeper than ${DEEPEST}`);
    if (depth === 1) {
      version = tag.local === 'Envelope' ? ENVELOPES[tag.uri] : undefined;
      if (!version) throw refuse('the root is not an Envelope of SOAP 1.1 or 1.2');
    } else if (depth === 3 && path[1]?.local === 'Header') {
      const must = Object.values(tag.attributes).find(
        ({ local, uri }) => local === 'mustUnderstand' && uri in ENVELOPES,
      );
      if (must && /^(1|true)$/.test(must.value.trim()))
        throw refuse('a header block with mustUnderstand is not understood');
    } else if (depth === 3 && path[1]?.local === 'Body') {
      operation = tag.uri === NAMESPACE ? OPERATIONS.find((name) => name === tag.local) : undefined;
      if (!operation) throw refuse(`the body holds none of ${OPERATIONS.join(', ')} of ${NAMESPACE}`);
      if (++bodyElements > 1) throw refuse('the body holds more than one element');
    }
  }

  const parser = new SaxesParser({ xmlns: true });
  parser.on('doctype', () => {
    throw refuse('a DOCTYPE is not accepted');
  });
  parser.on('processinginstruction', () => {
    throw refuse('a processing instruction is not accepted');
  });
  parser.on('error', () => {
    throw refuse(`not well-formed XML at line ${parser.line}`);
  });
  parser.on('opentag', opened);
  parser.on('closetag', () => path.pop());
  parser.write(text).close();
  if (!version || !operation) throw refuse('the body is empty');
  return { version, operation };
}
