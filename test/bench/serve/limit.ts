import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fastify } from 'fastify';
import { obey } from './process.js';

/** The least that the same bytes cost: finished bytes from node:http, or from Fastify, and nothing else. */
const { by, bytes } = JSON.parse(process.argv[2] ?? '{}') as { by: 'http' | 'fastify'; bytes: number };
const body = Buffer.alloc(bytes, '7');
const type = 'application/json; charset=utf-8';

if (by === 'http') {
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': type, 'content-length': body.length });
    response.end(body);
  });
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address() as AddressInfo;
    obey(`http://127.0.0.1:${port}`, async () => server.close());
  });
} else {
  const server = fastify();
  server.get('/', (_, reply) => reply.type(type).send(body));
  await server.listen({ port: 0, host: '127.0.0.1' });
  const { port } = server.server.address() as AddressInfo;
  obey(`http://127.0.0.1:${port}`, () => server.close());
}
