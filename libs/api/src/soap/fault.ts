import type { FastifyRequest } from 'fastify';
import type { Problem } from '#vocabulary';
import { SOAP_FAULTS, type SoapFault, type SoapVersion } from './envelope.js';
import { NAMESPACE } from './wsdl.js';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** What XML 1.0 §2.2 forbids: control characters, halves of surrogate pairs. */
const FORBIDDEN =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** Text as XML 1.0 can hold it: markup escaped, characters it forbids replaced. */
export const xmlText = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '').replace(FORBIDDEN, '\ufffd');

export const CONTENT_TYPES: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'text/xml; charset=utf-8',
  '1.2': 'application/soap+xml; charset=utf-8',
};

const detailOf = ({ code, detail, remedy, instance = '' }: Problem): string =>
  `<problem xmlns="${NAMESPACE}"><code>${code}</code><detail>${xmlText(detail)}</detail><remedy>${xmlText(remedy)}</remedy><request>${xmlText(instance)}</request></problem>`;

/** The code that SOAP itself has for an error of {@link examine}; undefined for all others. */
export const soapFaultOf = (error: unknown): SoapFault | undefined =>
  SOAP_FAULTS.find((fault) => error instanceof Error && error.cause === fault);

/**
 * A problem as a SOAP fault: the one who has to act decides between Client and Server (1.2: Sender and Receiver). Once
 * the message has been read, the status of a fault is 500 in SOAP 1.1 (§6.2; WS-I Basic Profile 1.1, R1126), and 400 or
 * 500 in 1.2 (part 2, table 20); what is refused before keeps its own.
 */
export function faultOf(
  problem: Problem,
  { version, fault, isRead }: { version: SoapVersion; fault: SoapFault | undefined; isRead: boolean },
): { readonly status: number; readonly text: string } {
  const theirs = problem.status < 500;
  const reason = xmlText(`${problem.title}: ${problem.detail}`);
  const own = !isRead && (problem.status === 401 || problem.status === 413) ? problem.status : undefined;
  if (version === '1.1') {
    const code = fault ?? (theirs ? 'Client' : 'Server');
    const text = `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://schemas.xmlsoap.org/soap/envelope/"><soap:Body><soap:Fault><faultcode>soap:${code}</faultcode><faultstring>${reason}</faultstring><detail>${detailOf(problem)}</detail></soap:Fault></soap:Body></soap:Envelope>`;
    return { status: own ?? 500, text };
  }
  const code = fault ?? (theirs ? 'Sender' : 'Receiver');
  const text = `<?xml version="1.0" encoding="utf-8"?><soap:Envelope xmlns:soap="http://www.w3.org/2003/05/soap-envelope"><soap:Body><soap:Fault><soap:Code><soap:Value>soap:${code}</soap:Value></soap:Code><soap:Reason><soap:Text xml:lang="en">${reason}</soap:Text></soap:Reason><soap:Detail>${detailOf(problem)}</soap:Detail></soap:Fault></soap:Body></soap:Envelope>`;
  return { status: own ?? (code === 'Sender' ? 400 : 500), text };
}

/**
 * The version to answer a request in: that of its envelope, or of its media type where the body has not been read.
 * Undefined when it is no SOAP call.
 */
export function soapVersionOf({ method, routeOptions, headers, body }: FastifyRequest): SoapVersion | undefined {
  if (method !== 'POST' || routeOptions.url !== '/soap') return undefined;
  if (typeof body === 'string')
    return /["']http:\/\/www\.w3\.org\/2003\/05\/soap-envelope["']/.test(body) ? '1.2' : '1.1';
  return headers['content-type']?.startsWith('application/soap+xml') ? '1.2' : '1.1';
}
