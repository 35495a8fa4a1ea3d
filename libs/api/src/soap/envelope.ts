import { type SaxesTagNS, SaxesParser } from 'saxes';
import { BellwetherError } from '#vocabulary';
import type { UsernameToken } from '#access';
import { readingSecurity, WSSE } from './security.js';
import { NAMESPACE, type OperationName, OPERATIONS } from './wsdl.js';

export type SoapVersion = '1.1' | '1.2';

const ENVELOPES: Readonly<Record<string, SoapVersion>> = {
  'http://schemas.xmlsoap.org/soap/envelope/': '1.1',
  'http://www.w3.org/2003/05/soap-envelope': '1.2',
};
const MOST_ELEMENTS = 2000;
const DEEPEST = 12;

/** Faults with a code of their own in both versions (SOAP 1.1 §4.4.1, 1.2 §5.4.6); it is the cause of the error. */
export const SOAP_FAULTS = ['VersionMismatch', 'MustUnderstand'] as const;
export type SoapFault = (typeof SOAP_FAULTS)[number];

const refuse = (problem: string, cause?: SoapFault): BellwetherError =>
  new BellwetherError('REQUEST_INVALID', problem, {}, { cause });

/** Actors and roles that are us: whoever reads it next, and the last one. */
const FOR_US = /^$|\/next$|\/role\/ultimateReceiver$/;

const attributeOf = ({ attributes }: SaxesTagNS, ...names: readonly string[]): string | undefined =>
  Object.values(attributes)
    .find(({ local, uri }) => names.includes(local) && uri in ENVELOPES)
    ?.value.trim();

export interface Examined {
  readonly version: SoapVersion;
  readonly operation: OperationName;
  /** Who the message says it is from; nothing of it has been checked. */
  readonly token: UsernameToken | undefined;
}

/**
 * Looks at a whole message before the SOAP library sees it, with a parser that accepts well-formed XML only: no
 * DOCTYPE, bounded depth and number of elements, a Header at most and one Body (WS-I Basic Profile 1.1, R1011), one
 * known operation, and no header block that we would have to understand but {@link readingSecurity} (SOAP 1.1 §4.2.3,
 * 1.2 §5.2.3). Throws REQUEST_INVALID otherwise.
 */
export function examine(text: string, now: number): Examined {
  let elements = 0;
  let version: SoapVersion | undefined;
  let operation: OperationName | undefined;
  let bodyElements = 0;
  let securities = 0;
  const parts: string[] = [];
  const path: SaxesTagNS[] = [];
  const security = readingSecurity(now);
  const inSecurity = (): boolean =>
    path[1]?.local === 'Header' && path[2]?.local === 'Security' && path[2].uri === WSSE && isForUs(path[2]);

  function headerBlock(tag: SaxesTagNS): void {
    if (!isForUs(tag)) return;
    if (tag.local === 'Security' && tag.uri === WSSE) {
      if (++securities > 1) throw refuse('more than one Security header');
    } else if (/^(1|true)$/.test(attributeOf(tag, 'mustUnderstand') ?? ''))
      throw refuse('a header block with mustUnderstand is not understood', 'MustUnderstand');
  }

  function opened(tag: SaxesTagNS): void {
    const depth = path.push(tag);
    if (++elements > MOST_ELEMENTS) throw refuse(`more than ${MOST_ELEMENTS} elements`);
    if (depth > DEEPEST) throw refuse(`elements nest deeper than ${DEEPEST}`);
    if (depth === 1) {
      if (tag.local !== 'Envelope') throw refuse('the root is no Envelope');
      version = ENVELOPES[tag.uri];
      if (!version) throw refuse('the Envelope is not of SOAP 1.1 or 1.2', 'VersionMismatch');
    } else if (depth === 2) {
      parts.push(tag.local);
      if (tag.uri !== path[0]?.uri || !/^(Header,)?Body$|^Header$/.test(parts.join()))
        throw refuse('the Envelope holds more than a Header and a Body');
    } else if (depth === 3 && path[1]?.local === 'Header') headerBlock(tag);
    else if (depth === 3) {
      operation = tag.uri === NAMESPACE ? OPERATIONS.find((name) => name === tag.local) : undefined;
      if (!operation) throw refuse(`the body holds none of ${OPERATIONS.join(', ')} of ${NAMESPACE}`);
      if (++bodyElements > 1) throw refuse('the body holds more than one element');
    } else if (inSecurity()) security.opened(tag);
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
  const characters = (part: string): void => {
    if (path.length > 3 && inSecurity()) security.text(part);
  };
  parser.on('text', characters);
  parser.on('cdata', characters);
  parser.on('closetag', () => {
    if (path.length > 3 && inSecurity()) security.closed();
    path.pop();
  });
  parser.write(text).close();
  if (!version || !operation) throw refuse('the body is empty');
  return { version, operation, token: security.token() };
}

function isForUs(tag: SaxesTagNS): boolean {
  return FOR_US.test(attributeOf(tag, 'actor', 'role') ?? '');
}
