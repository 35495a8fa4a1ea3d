import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** The cookie that holds a sealed session; the prefix keeps other hosts of the domain from setting it (RFC 6265bis). */
export const SESSION_COOKIES = ['__Host-bellwether', 'bellwether'] as const;

const COOKIE = /(?:^|;\s*)(?:__Host-)?bellwether=([\w.~+/=-]{1,4096})(?:;|$)/;

/** The sealed session in a Cookie header. */
export const sessionOf = (cookie: string): string | undefined => COOKIE.exec(cookie)?.[1];

const subjects = new WeakMap<Socket, { readonly subject: string | undefined }>();

/** The subject of the client certificate of a connection, where it was asked for one and it is trusted. */
export function subjectOf(socket: Socket): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  let known = subjects.get(socket);
  if (!known) {
    known = { subject: socket.getPeerX509Certificate()?.subject };
    subjects.set(socket, known);
  }
  return known.subject;
}
