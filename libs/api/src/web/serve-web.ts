import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};
/** What is compressed already is sent as it is. */
const PACKED = new Set(['.woff2', '.woff']);
/** Vite names these by their content, so they never change. */
const FOREVER = 'public, max-age=31536000, immutable';

/** Addresses that are pages of the application: each is answered with the same document, which reads the address. */
const WEB_PAGES = ['/series', '/completeness', '/reports', '/facility', '/operations', '/feeds'] as const;

interface WebFile {
  readonly type: string;
  readonly cache: string;
  readonly plain: Buffer;
  /** Made at the first request that can take it. */
  gzip?: Buffer;
  brotli?: Buffer;
}

function answered(file: WebFile, request: FastifyRequest, reply: FastifyReply, packed: boolean): FastifyReply {
  void reply.type(file.type).header('cache-control', file.cache);
  if (!packed) return reply.send(file.plain);
  void reply.header('vary', 'accept-encoding');
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (/\bbr\b/.test(accepted)) {
    file.brotli ??= brotliCompressSync(file.plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } });
    return reply.header('content-encoding', 'br').send(file.brotli);
  }
  if (/\bgzip\b/.test(accepted)) {
    file.gzip ??= gzipSync(file.plain);
    return reply.header('content-encoding', 'gzip').send(file.gzip);
  }
  return reply.send(file.plain);
}

/** The application at `/`; where it was not built, `/` leads to the page of addresses. */
export function serveFrontPage(fastify: FastifyInstance, folder: string | undefined): void {
  if (folder !== undefined && existsSync(join(folder, 'index.html'))) serveWeb(fastify, folder);
  else fastify.get('/', (_, reply) => reply.redirect('/about'));
}

/**
 * Serves the built application from memory: exactly the files that are in the folder when this is called, so no
 * address can lead anywhere else.
 */
function serveWeb(fastify: FastifyInstance, folder: string): void {
  const serve = (path: string, name: string): void => {
    const extension = extname(name);
    const type = TYPES[extension];
    if (type === undefined) return;
    const cache = path.startsWith('/assets/') ? FOREVER : 'no-cache';
    const file: WebFile = { type, cache, plain: readFileSync(join(folder, name)) };
    const packed = !PACKED.has(extension);
    fastify.get(path, (request, reply) => answered(file, request, reply, packed));
  };
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const path = `/${name.replaceAll('\\', '/')}`;
    if (path === '/index.html') for (const page of ['/', ...WEB_PAGES]) serve(page, name);
    else serve(path, name);
  }
}
