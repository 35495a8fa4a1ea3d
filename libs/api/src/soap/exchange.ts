import { type IServices, listen, type Server } from 'soap';
import type { Questions } from '#analytics';
import { BellwetherError } from '#vocabulary';
import type { SoapVersion } from './envelope.js';
import { ANSWERS } from './operations.js';
import { OPERATIONS, wsdlAt } from './wsdl.js';

/** Answers one message that has been examined: the text of the answer's envelope. Throws what the question throws. */
export type Exchange = (text: string, questions: Questions) => Promise<string>;

/** What travels with a message through the library: who asks, and what went wrong. */
interface Call {
  readonly questions: Questions;
  failure?: unknown;
}

/** From the names of the WSDL to those of the parameter tables. */
function given(message: unknown): Readonly<Record<string, unknown>> {
  if (typeof message !== 'object' || message === null) return {};
  const { asOf, attributes: _namespaces, ...rest } = message as Readonly<Record<string, unknown>>;
  return asOf === undefined ? rest : { ...rest, as_of: asOf };
}

const operation =
  (name: (typeof OPERATIONS)[number]) =>
  async (message: unknown, _callback: unknown, _headers: unknown, request: { connection: Call }) => {
    try {
      return await ANSWERS[name](request.connection.questions, given(message));
    } catch (error) {
      request.connection.failure = error;
      throw error;
    }
  };

/**
 * Opens the library for one version of SOAP. It maps between XML and objects by the WSDL; it never sees the network,
 * and never writes a fault: the error of a question is thrown as it is, and an error of its own is the caller's,
 * because all that is left to go wrong is a message that does not follow the WSDL.
 */
export async function openExchange(version: SoapVersion): Promise<Exchange> {
  const methods = Object.fromEntries(OPERATIONS.map((name) => [name, operation(name)]));
  const services: IServices = { Bellwether: { Questions: methods, Questions12: methods } };
  const server = await new Promise<Server>((resolve, reject) => {
    listen(null as never, {
      path: '/soap',
      services,
      xml: wsdlAt('http://localhost/soap'),
      suppressStack: true,
      ...(version === '1.2' ? { forceSoap12Headers: true } : {}),
      callback: (error: unknown, opened: Server) => {
        if (error) reject(error instanceof Error ? error : new Error('the WSDL cannot be read'));
        else resolve(opened);
      },
    });
  });
  return async (text, questions) => {
    const call: Call = { questions };
    const { body, statusCode } = await server.processRequest(text, { connection: call });
    if (call.failure !== undefined) throw call.failure;
    if (statusCode >= 400) throw new BellwetherError('REQUEST_INVALID', 'the message does not follow the WSDL');
    return body;
  };
}
