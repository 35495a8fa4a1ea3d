import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isOwnPath, type Principal, sessionOf } from '#access';
import { BellwetherError, regionKey } from '#vocabulary';
import type { ApiServices, BrowserLogin } from '../services.js';

const LOGIN_COOKIE = 'bellwether-login';
const LOGIN_SECONDS = 600;

const cookie = (
  name: string,
  value: string,
  { seconds, path, isSecure }: { seconds: number; path: string; isSecure: boolean },
): string =>
  // prettier-ignore
  `${name}=${value}; Path=${path}; Max-Age=${seconds}; HttpOnly; SameSite=Lax${isSecure ? '; Secure' : ''}`;

const sessionName = (isSecure: boolean): string => (isSecure ? '__Host-bellwether' : 'bellwether');

/** What somebody may do and reach, in the words of the key file. */
function shapeOf({ id, roles, scopes, broken, breakGlass }: Principal): object {
  const { regions, ...others } = scopes;
  const words = Object.fromEntries(
    Object.entries(others).map(([name, scope]) => [name, scope === 'all' ? '*' : scope]),
  );
  return {
    ...{ id, roles, ...words, regions: regions === 'all' ? '*' : regions.map(regionKey) },
    break_glass_minutes: breakGlass?.minutes ?? null,
    widened_until: broken ? new Date(broken.until).toISOString() : null,
  };
}

/** Logging in and out with a browser, and who one is: addresses for the dashboard, which are no part of the contract. */
export function serveSession(fastify: FastifyInstance, { browsers }: Pick<ApiServices, 'browsers'>): void {
  fastify.get('/v1/session', async ({ principal }: FastifyRequest, reply) => {
    void reply.header('cache-control', 'no-store');
    return { principal: principal ? shapeOf(principal) : null, login: browsers !== undefined };
  });
  if (browsers) serveLogin(fastify, browsers);
}

function serveLogin(fastify: FastifyInstance, { login, sessions }: BrowserLogin): void {
  const { isSecure } = login;
  const loginCookie = (value: string, seconds: number): string =>
    cookie(LOGIN_COOKIE, value, { seconds, path: '/v1/login', isSecure });
  const sessionCookie = (value: string, seconds: number): string =>
    cookie(sessionName(isSecure), value, { seconds, path: '/', isSecure });
  const away = (reply: FastifyReply, to: string): FastifyReply =>
    reply.header('cache-control', 'no-store').redirect(to, 303);

  fastify.get<{ Querystring: { to?: unknown } }>('/v1/login', async ({ query }, reply) => {
    const to = typeof query.to === 'string' && isOwnPath(query.to) ? query.to : '/';
    const { location, sealed } = await login.begin(to);
    return away(reply.header('set-cookie', loginCookie(sealed, LOGIN_SECONDS)), location);
  });

  fastify.get('/v1/login/callback', async (request: FastifyRequest, reply) => {
    const sealed = /(?:^|;\s*)bellwether-login=([\w-]{1,4096})/.exec(request.headers.cookie ?? '')?.[1];
    if (sealed === undefined) throw new BellwetherError('UNAUTHENTICATED', 'no login was begun in this browser');
    const { search } = new URL(request.url, 'http://here');
    const finished = await login.finish(search, sealed);
    const cookies = [loginCookie('', 0), sessionCookie(finished.sealed, finished.seconds)];
    return away(reply.header('set-cookie', cookies), finished.to);
  });

  fastify.post('/v1/logout', async (request: FastifyRequest, reply) => {
    const sealed = sessionOf(request.headers.cookie ?? '');
    if (sealed !== undefined) sessions.end(sealed);
    void reply.header('set-cookie', sessionCookie('', 0)).header('cache-control', 'no-store');
    return { to: (await login.logoutAt().catch(() => undefined)) ?? '/' };
  });
}
