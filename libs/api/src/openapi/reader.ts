import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { OpenAPIObject } from '@nestjs/swagger';
import { errorsPage } from './errors-page.js';

/** Only finds the files: to import the package would load the whole reader into the server. */
const require = createRequire(import.meta.url);

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bellwether API</title><link rel="stylesheet" href="/docs/swagger-ui.css"></head>
<body><div id="reader"></div>
<script src="/docs/swagger-ui-bundle.js"></script><script src="/docs/start.js"></script></body></html>
`;
const START = `SwaggerUIBundle({ url: '/openapi.json', dom_id: '#reader', deepLinking: true, validatorUrl: null });\n`;

/** The files of the reader that are served: nothing else of its package is reachable. */
const FILES = [
  { name: 'swagger-ui.css', type: 'text/css', path: require.resolve('swagger-ui-dist/swagger-ui.css') },
  {
    name: 'swagger-ui-bundle.js',
    type: 'text/javascript',
    path: require.resolve('swagger-ui-dist/swagger-ui-bundle.js'),
  },
] as const;

/** Serves `/openapi.json`, and Swagger UI for it at `/docs` whose files all come from here, and the page of errors. */
export function serveDocument(app: NestFastifyApplication, document: OpenAPIObject): void {
  const fastify = app.getHttpAdapter().getInstance();
  const text = JSON.stringify(document);
  fastify.get('/openapi.json', (_, reply) =>
    reply.type('application/json; charset=utf-8').header('cache-control', 'no-cache').send(text),
  );
  fastify.get('/docs', (_, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(PAGE),
  );
  fastify.get('/docs/start.js', (_, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(START),
  );
  fastify.get('/docs/errors', (_, reply) =>
    reply.type('text/html; charset=utf-8').header('cache-control', 'no-cache').send(errorsPage()),
  );
  for (const { name, type, path } of FILES) {
    fastify.get(`/docs/${name}`, async (_, reply) =>
      reply
        .type(`${type}; charset=utf-8`)
        .header('cache-control', 'public, max-age=86400')
        .send(await readFile(path)),
    );
  }
}
