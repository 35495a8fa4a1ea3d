import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BrowserSessions,
  type Login,
  openBrowserSessions,
  openLogin,
  openTokens,
  parseProviderFile,
  type Tokens,
} from '#access';
import { type Log, sessionKeyOf, type Settings } from '#platform';
import { egressFetch, openEgress } from '#transport';

/** The identity provider of `access/oidc.yaml`; undefined where there is none. Throws CONFIG_INVALID. */
export function openProvider({ settings, log }: { settings: Settings; log: Log }):
  | {
      readonly tokens: Tokens;
      readonly sessions: BrowserSessions;
      readonly login: Login | undefined;
      close(): void;
    }
  | undefined {
  const path = join(settings.configFolder, 'access', 'oidc.yaml');
  if (!existsSync(path)) return undefined;
  const provider = parseProviderFile(readFileSync(path, 'utf8'), path);
  const { fetch, close } = egressFetch(openEgress(settings.egress));
  const key = sessionKeyOf(settings);
  const sessions = openBrowserSessions({ provider, key, now: Date.now });
  const secret = settings.oidc.clientSecret?.reveal();
  const login = openLogin({ provider, sessions, key, secret, fetch, now: Date.now });
  log.info({ issuer: provider.issuer, login: login !== undefined }, 'tokens of an identity provider are taken');
  return { tokens: openTokens({ provider, fetch, now: Date.now }), sessions, login, close };
}
