import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { ResumableUploads } from '#transport';
import { BellwetherError } from '#vocabulary';
import { receiptShape } from './shapes.js';

export const UPLOADS_PATH = '/v1/uploads';

/** The answer is written by the protocol's own server; what every answer has goes along. */
async function handOver(request: FastifyRequest, reply: FastifyReply, uploads: ResumableUploads): Promise<void> {
  if (!request.principal) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) reply.raw.setHeader(name, value);
  }
  await uploads.handle({ request: request.raw, response: reply.raw, principal: request.principal });
  reply.hijack();
}

/** Resumable uploads (tus 1.0.0, https://tus.io/protocols/resumable-upload) at /v1/uploads. */
export function serveUploads(fastify: FastifyInstance, uploads: ResumableUploads): void {
  const handler = (request: FastifyRequest, reply: FastifyReply): Promise<void> => handOver(request, reply, uploads);
  fastify.route({ method: ['POST', 'OPTIONS'], url: UPLOADS_PATH, handler });
  fastify.route({ method: ['HEAD', 'PATCH', 'DELETE', 'OPTIONS'], url: `${UPLOADS_PATH}/:upload`, handler });
  fastify.get<{ Params: { upload: string } }>(
    `${UPLOADS_PATH}/:upload`,
    { exposeHeadRoute: false },
    async (request, reply) => {
      if (!request.principal) throw new BellwetherError('UNAUTHENTICATED', 'no API key was sent');
      const { receipt, ...progress } = await uploads.look(request.params.upload, request.principal);
      void reply.header('cache-control', 'no-store');
      return { ...progress, receipt: receipt ? receiptShape(receipt) : null };
    },
  );
}
