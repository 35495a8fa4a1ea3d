import * as client from 'openid-client';
import { z } from 'zod';
import { BellwetherError } from '#vocabulary';
import type { BrowserSessions } from './browser-sessions.js';
import type { Provider } from './provider-file.js';
import { openSeal } from './seal.js';

const CALLBACK_PATH = '/v1/login/callback';
const WITHIN_MS = 10 * 60_000;

const content = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  to: z.string(),
  ends: z.number(),
});

/** Logging in with the authorization code flow and PKCE (OpenID Connect Core 1.0, RFC 7636, RFC 9700). */
export interface Login {
  /** Where to send the browser, and what it has to bring back. `to`: a path of ours to come back to. */
  begin(to: string): Promise<{ readonly location: string; readonly sealed: string }>;
  /** `search` of the address that the provider has sent the browser to. Fails with UNAUTHENTICATED, FORBIDDEN. */
  finish(
    search: string,
    sealed: string,
  ): Promise<{ readonly to: string; readonly sealed: string; readonly seconds: number }>;
  /** Where to log out at the provider as well; undefined: nowhere. */
  logoutAt(): Promise<string | undefined>;
  /** Whether cookies may be sent over TLS only. */
  readonly isSecure: boolean;
}

/** A path here, and nothing that a browser reads as another site. */
export const isOwnPath = (path: string): boolean => /^\/(?![/\\])[^\\\s]{0,2000}$/.test(path);

export interface LoginOptions {
  readonly provider: Provider;
  readonly sessions: BrowserSessions;
  readonly key: Uint8Array;
  readonly secret: string | undefined;
  readonly fetch: client.CustomFetch;
  readonly now: () => number;
}

/** Undefined where the provider's file says nothing about logging in. */
export function openLogin({ provider, sessions, key, secret, fetch, now }: LoginOptions): Login | undefined {
  const { login, issuer, clockSkewSeconds } = provider;
  if (!login) return undefined;
  const { publicUrl, client: clientId, scopes } = login;
  const seal = openSeal(key, 'login');
  const callback = `${publicUrl}${CALLBACK_PATH}`;
  let found: Promise<client.Configuration> | undefined;

  async function configuration(): Promise<client.Configuration> {
    try {
      return await (found ??= discover());
    } catch (error) {
      found = undefined;
      throw new BellwetherError(
        'NOT_READY',
        'the identity provider does not answer as it should',
        {},
        { cause: error },
      );
    }
  }

  async function discover(): Promise<client.Configuration> {
    const authentication = secret === undefined ? client.None() : client.ClientSecretBasic(secret);
    const metadata = { [client.clockTolerance]: clockSkewSeconds };
    const options: client.DiscoveryRequestOptions = {
      [client.customFetch]: fetch,
      execute: [
        client.enableNonRepudiationChecks,
        ...(issuer.startsWith('http:') ? [client.allowInsecureRequests] : []),
      ],
    };
    return client.discovery(new URL(issuer), clientId, metadata, authentication, options);
  }

  return {
    isSecure: publicUrl.startsWith('https:'),
    async begin(to) {
      const [state, nonce, verifier] = [client.randomState(), client.randomNonce(), client.randomPKCECodeVerifier()];
      const location = client.buildAuthorizationUrl(await configuration(), {
        redirect_uri: callback,
        scope: scopes.join(' '),
        response_type: 'code',
        code_challenge: await client.calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
        state,
        nonce,
      });
      const ends = now() + WITHIN_MS;
      return {
        location: location.href,
        sealed: seal.seal({ state, nonce, verifier, to: isOwnPath(to) ? to : '/', ends }),
      };
    },
    async finish(search, sealed) {
      const { data: begun } = content.safeParse(seal.open(sealed));
      if (!begun || now() >= begun.ends)
        throw new BellwetherError('UNAUTHENTICATED', 'this login was begun elsewhere, or too long ago; begin again');
      const provided = await configuration();
      let claims: Readonly<Record<string, unknown>> | undefined;
      try {
        const tokens = await client.authorizationCodeGrant(provided, new URL(`${callback}${search}`), {
          pkceCodeVerifier: begun.verifier,
          expectedState: begun.state,
          expectedNonce: begun.nonce,
          idTokenExpected: true,
        });
        claims = tokens.claims();
      } catch (error) {
        throw new BellwetherError(
          'UNAUTHENTICATED',
          'the identity provider did not confirm who it is',
          {},
          { cause: error },
        );
      }
      const session = claims && sessions.begin(claims);
      if (!session) throw new BellwetherError('FORBIDDEN', 'who logged in may do nothing here');
      return { to: begun.to, ...session };
    },
    async logoutAt() {
      const provided = await configuration();
      if (provided.serverMetadata().end_session_endpoint === undefined) return undefined;
      return client.buildEndSessionUrl(provided, { post_logout_redirect_uri: `${publicUrl}/` }).href;
    },
  };
}
