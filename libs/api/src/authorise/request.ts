import type { IncomingMessage } from 'node:http';
import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import { type Credentials, isLoopbackAddress, type Principal, sessionOf, subjectOf } from '#access';
import type { Questions, Records } from '#analytics';
import { BellwetherError } from '#vocabulary';
import type { ApiServices } from '../services.js';
import { type AuthorisedAlarms, authorisedAlarms } from './authorised-alarms.js';
import { authorisedRecords } from './authorised-records.js';
import { type Note, notedQuestions, notedRecords } from '../guard/notes.js';
import { authorisedQuestions } from './authorised-questions.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined when no credentials were sent. Set once for every door, before routing. */
    principal: Principal | undefined;
    /** The questions as this principal may ask them. */
    questions: Questions | undefined;
    /** Stored records as this principal may have them; undefined where there are none to have. */
    records: Records | undefined;
    /** Alarms as this principal may have them; undefined where they are not served. */
    alarms: AuthorisedAlarms | undefined;
  }
}

const header = (value: string | string[] | undefined): string | undefined => (Array.isArray(value) ? value[0] : value);

const SAFE = ['GET', 'HEAD', 'OPTIONS'];

/** What a request says about who asks. */
export function credentialsOf(request: Pick<IncomingMessage, 'headers' | 'socket' | 'method'>): Credentials {
  const { authorization, host, origin, forwarded, cookie } = request.headers;
  const bearer = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
  return {
    // Another scheme is a key that nobody has: never the same as no key.
    key: bearer ?? (authorization === undefined ? header(request.headers['x-api-key']) : ''),
    session: cookie === undefined ? undefined : sessionOf(cookie),
    subject: subjectOf(request.socket),
    isSafe: SAFE.includes(request.method ?? ''),
    host,
    origin,
    remoteAddress: request.socket.remoteAddress,
    forwarded: forwarded !== undefined || request.headers['x-forwarded-for'] !== undefined,
  };
}

/**
 * Whether nobody on the way can read what is sent: it came over TLS, or from this machine, or through a proxy that says
 * it came there over TLS.
 */
export function isPrivateWire({ protocol, headers, raw }: FastifyRequest): boolean {
  const { forwarded, remoteAddress = '' } = credentialsOf(raw);
  if (protocol === 'https' || header(headers['x-forwarded-proto']) === 'https') return true;
  return !forwarded && isLoopbackAddress(remoteAddress);
}

/** A SOAP message may say itself who it is from, so it is read first, but not much of it; see soap/. */
const saysItself = (request: FastifyRequest): boolean => request.routeOptions.url === '/soap';

/**
 * Names the principal of a request. Wrong credentials are refused everywhere; missing ones only where they are needed:
 * by {@link Asking}, and for every request that carries a body, before any of it is read.
 */
export async function admit(
  request: FastifyRequest,
  services: ApiServices,
): Promise<{ readonly principal: Principal | undefined; readonly refusal: BellwetherError | undefined }> {
  const credentials = credentialsOf(request.raw);
  const principal = await services.authenticate(credentials);
  const mustSay = credentials.isSafe !== true && !saysItself(request);
  if (principal || (credentials.key === undefined && !mustSay)) return { principal, refusal: undefined };
  const detail = credentials.key === undefined ? 'no API key was sent' : 'the API key is not known';
  return { principal, refusal: new BellwetherError('UNAUTHENTICATED', detail) };
}

/** From here on the request asks as this principal, and what it asks is noted. */
export function nameAsker(request: FastifyRequest, services: ApiServices, principal: Principal): Questions {
  const { records, released, alarms, policy } = services;
  const noted = (note: Note): void => void request.notes.push(note);
  request.principal = principal;
  request.questions = notedQuestions(authorisedQuestions({ ...services, principal }), noted);
  request.records = records && notedRecords(authorisedRecords({ records, released, policy, principal }), noted);
  request.alarms = alarms && notedQuestions(authorisedAlarms({ alarms, policy, principal }), noted, 'alarms.');
  return request.questions;
}

/** The questions as the principal of a request may ask them; UNAUTHENTICATED when there is none. */
function questionsOf(request: FastifyRequest): Questions {
  if (!request.questions) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
  return request.questions;
}

function principalOf(request: FastifyRequest): Principal {
  if (!request.principal) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
  return request.principal;
}

function alarmsOf(request: FastifyRequest): AuthorisedAlarms {
  principalOf(request);
  if (!request.alarms) throw new BellwetherError('NOT_FOUND', 'alarms are not served here');
  return request.alarms;
}

/** Parameter of a controller method: {@link alarmsOf} its request. */
export const Alarming = createParamDecorator((_: unknown, context: ExecutionContext) =>
  alarmsOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Parameter of a controller method: {@link questionsOf} its request. */
export const Asking = createParamDecorator((_: unknown, context: ExecutionContext) =>
  questionsOf(context.switchToHttp().getRequest<FastifyRequest>()),
);

/** Parameter of a controller method: {@link principalOf} its request. */
export const Asker = createParamDecorator((_: unknown, context: ExecutionContext) =>
  principalOf(context.switchToHttp().getRequest<FastifyRequest>()),
);
