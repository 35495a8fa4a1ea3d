import type { FastifyInstance, FastifyRequest } from 'fastify';
import { LIMITS } from './ask/index.js';
import { STREAM_PATH } from './graphql/stream.js';
import { UPLOADS_PATH } from './rest/resumable.js';
import { bounded } from './rest/upload.js';
import { BellwetherError } from '#vocabulary';

async function textOf(body: AsyncIterable<Uint8Array>, most: number): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bounded(body, most)) chunks.push(chunk);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks));
  } catch (error) {
    throw new BellwetherError('REQUEST_INVALID', 'the body is not UTF-8', {}, { cause: error });
  }
}

/** JSON as GraphQL needs it; a member that would become a prototype is refused. */
function parseJson(text: string): unknown {
  let prototype = false;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text, (key, value: unknown) => {
      if (key === '__proto__') prototype = true;
      return value;
    });
  } catch (error) {
    throw new BellwetherError('REQUEST_INVALID', 'the body is not JSON', {}, { cause: error });
  }
  if (prototype) throw new BellwetherError('REQUEST_INVALID', 'the body names __proto__');
  return parsed;
}

/** How each door takes its body: an upload as a stream that nobody has read, a question as bounded text. */
export function readBodies(fastify: FastifyInstance): void {
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('*', async (request: FastifyRequest, payload: AsyncIterable<Uint8Array>) => {
    const route = request.routeOptions.url;
    if (route === '/v1/submissions' || route === '/v1/dry-runs' || route?.startsWith(UPLOADS_PATH) === true)
      return payload;
    const text = await textOf(payload, request.principal ? LIMITS.questionBytes : LIMITS.unknownBytes);
    return route === '/graphql' || route === STREAM_PATH || route === '/v1/feeds/preview' ? parseJson(text) : text;
  });
}
