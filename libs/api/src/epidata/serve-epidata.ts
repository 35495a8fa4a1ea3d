import { parse } from 'node:querystring';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Questions } from '#analytics';
import { BellwetherError } from '#vocabulary';
import { EpidataFailure, failureText } from './failure.js';
import { written } from './formats.js';
import { metaRows, sourceList } from './meta.js';
import { type Given, readCovidcast, textsOf } from './parameters.js';
import { covidcastRows } from './rows.js';

type Endpoint = (questions: Questions, given: Given) => Promise<{ type: string; text: string }>;

const ENDPOINTS: Readonly<Record<string, Endpoint>> = {
  async covidcast(questions, given) {
    const { rows, isCut } = await covidcastRows(questions, readCovidcast(given));
    return written(rows, { given, isCut });
  },
  async covidcast_meta(questions, given) {
    return written(await metaRows(questions, given), { given, isCut: false });
  },
};

/** Formats whose readers look at the status; the others look at `result` (delphi-epidata, server/_exceptions.py). */
const USES_STATUS = /^(json|jsonl|csv)$/;

/** What is the caller's to put right, in the words of Epidata; everything else is told by the usual filter. */
function failureOf(error: unknown): EpidataFailure | undefined {
  if (error instanceof EpidataFailure) return error;
  const isCallers = error instanceof BellwetherError && ['REQUEST_INVALID', 'FORBIDDEN'].includes(error.code);
  return isCallers ? new EpidataFailure(error.http, error.detail) : undefined;
}

async function answer(request: FastifyRequest, reply: FastifyReply, name: string | undefined): Promise<FastifyReply> {
  const form = typeof request.body === 'string' ? parse(request.body) : {};
  const given: Given = { ...(request.query as Given), ...form };
  const [format = 'classic'] = textsOf(given, 'format');
  try {
    if (!request.questions) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
    const chosen = name ?? textsOf(given, 'endpoint', 'source')[0];
    const endpoint = chosen !== undefined && Object.hasOwn(ENDPOINTS, chosen) ? ENDPOINTS[chosen] : undefined;
    if (!endpoint) throw new EpidataFailure(400, 'no data source specified');
    const { type, text } = await endpoint(request.questions, given);
    if (format === 'csv') void reply.header('content-disposition', 'attachment; filename=epidata.csv');
    return reply.type(type).send(text);
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) throw error;
    const status = USES_STATUS.test(format) ? failure.status : 200;
    return reply.status(status).type('application/json; charset=utf-8').send(failureText(failure.message));
  }
}

/**
 * The interface of Delphi Epidata (V4): covidcast and its metadata, so that epidatr, epidatpy, delphi_epidata and the two
 * covidcast clients work as they are, with another base address. `api.php` is the address of the older ones.
 */
export function serveEpidata(fastify: FastifyInstance): void {
  const both = { method: ['GET', 'POST'] as ('GET' | 'POST')[], exposeHeadRoute: false };
  for (const base of ['/epidata', '/epidata/api.php']) {
    for (const name of Object.keys(ENDPOINTS)) {
      for (const url of [`${base}/${name}`, `${base}/${name}/`])
        fastify.route({ ...both, url, handler: (request, reply) => answer(request, reply, name) });
    }
    for (const url of [`${base}/covidcast/meta`, `${base}/covidcast/meta/`])
      fastify.get(url, async (request, reply) => {
        if (!request.questions) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
        return reply.type('application/json; charset=utf-8').send(JSON.stringify(await sourceList(request.questions)));
      });
  }
  fastify.route({ ...both, url: '/epidata/api.php', handler: (request, reply) => answer(request, reply, undefined) });
}
