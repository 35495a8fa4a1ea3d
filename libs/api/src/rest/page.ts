import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Page } from '#analytics';

/** Names the next page in a Link header (RFC 8288), and shows the items. */
export function pageShape<T, S>(
  page: Page<T>,
  shape: (item: T) => S,
  { request, reply }: { request: FastifyRequest; reply: FastifyReply },
) {
  if (page.next !== null) {
    const [path = '', query = ''] = request.url.split('?', 2);
    const next = new URLSearchParams(query);
    next.set('cursor', page.next);
    void reply.header('link', `<${path}?${next.toString()}>; rel="next"`);
  }
  return { items: page.items.map(shape), next: page.next };
}
