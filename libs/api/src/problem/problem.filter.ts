import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { BellwetherError, type ErrorCode, problemOf } from '#vocabulary';
import { CONTENT_TYPES, faultOf, soapFaultOf, soapVersionOf } from '../soap/fault.js';
import { EPIDATA_PATH } from '../epidata/credentials.js';
import { failureText } from '../epidata/failure.js';
import type { ApiLog } from '../services.js';

const CODES: Readonly<Record<number, ErrorCode>> = {
  401: 'UNAUTHENTICATED',
  403: 'FORBIDDEN',
  404: 'NOT_FOUND',
  413: 'PAYLOAD_TOO_LARGE',
};
const DETAILS: Partial<Record<ErrorCode, string>> = { NOT_FOUND: 'no route has this method and path' };

/** The status of an error that a framework below us understands as the caller's. */
function callerStatus(error: unknown): number | undefined {
  const status =
    error instanceof HttpException ? error.getStatus() : (error as { statusCode?: unknown } | null)?.statusCode;
  return typeof status === 'number' && status >= 400 && status < 500 ? status : undefined;
}

/** The error of ours behind an error of the framework; undefined when it is a fault of the program. */
export function knownError(error: unknown): BellwetherError | undefined {
  if (error instanceof BellwetherError) return error;
  const status = callerStatus(error);
  if (status === undefined) return undefined;
  const code = CODES[status] ?? 'REQUEST_INVALID';
  return new BellwetherError(code, DETAILS[code] ?? 'the request cannot be read');
}

/** Every error of an HTTP door becomes a problem document (RFC 9457), or a fault where SOAP was spoken. What is not ours is logged, and shown as INTERNAL. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: ApiLog) {}

  catch(error: unknown, host: ArgumentsHost): void {
    // GraphQL shows errors within its answer; see graphql/errors.ts.
    if (host.getType<string>() !== 'http') throw error;
    const http = host.switchToHttp();
    this.answer(error, http.getRequest<FastifyRequest>(), http.getResponse<FastifyReply>());
  }

  /** Answers with the problem that an error is. */
  answer(error: unknown, request: FastifyRequest, reply: FastifyReply): void {
    const known = knownError(error);
    const problem = problemOf(known ?? error, request.id);
    request.failure = problem.code;
    if (problem.status >= 500)
      this.log.error({ err: error, request: request.id, code: problem.code }, 'a request failed');
    if (reply.sent) return;
    void reply.header('x-request-id', request.id).header('cache-control', 'no-store');
    const version = soapVersionOf(request);
    if (version) {
      const { status, text } = faultOf(problem, {
        version,
        fault: soapFaultOf(error),
        isRead: typeof request.body === 'string',
      });
      void reply.status(status).type(CONTENT_TYPES[version]).send(text);
      return;
    }
    if (request.url.startsWith(EPIDATA_PATH)) {
      const failure = failureText(`${problem.detail}; ${problem.remedy}`);
      void reply.status(problem.status).type('application/json; charset=utf-8').send(failure);
      return;
    }
    if (problem.status === 401) void reply.header('www-authenticate', 'Bearer');
    const retryAfter = known?.retryAfter ?? (problem.code === 'NOT_READY' ? 5 : undefined);
    if (retryAfter !== undefined) void reply.header('retry-after', String(retryAfter));
    void reply
      .status(problem.status)
      .removeHeader('etag')
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify(problem));
  }
}
