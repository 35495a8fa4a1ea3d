// A real identity provider (oidc-provider) in a process of its own: node identity-provider.mjs '{"port","jwks","redirect"}'.
import Provider from 'oidc-provider';

const { port, jwks, redirect } = JSON.parse(process.argv[2]);
const GROUPS = { alice: ['epidemiology', 'staff'], bob: ['visitors'] };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  jwks: { keys: jwks },
  cookies: { keys: ['a secret of the test'] },
  clients: [
    {
      client_id: 'dashboard',
      client_secret: 'the secret of the dashboard',
      redirect_uris: [`${redirect}/v1/login/callback`],
      post_logout_redirect_uris: [`${redirect}/`],
      response_types: ['code'],
      grant_types: ['authorization_code'],
      id_token_signed_response_alg: 'ES256',
    },
    {
      client_id: 'robot',
      client_secret: 'the secret of the robot',
      redirect_uris: [],
      response_types: [],
      grant_types: ['client_credentials'],
      id_token_signed_response_alg: 'ES256',
    },
  ],
  pkce: { required: () => true },
  claims: { openid: ['sub'], groups: ['groups'] },
  scopes: ['openid', 'groups'],
  conformIdTokenClaims: false,
  findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, groups: GROUPS[id] ?? [] }) }),
  extraTokenClaims: () => ({ groups: ['programs'], name: 'nightly' }),
  features: {
    devInteractions: { enabled: true },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:bellwether',
      getResourceServerInfo: () => ({
        scope: 'read',
        audience: 'bellwether',
        accessTokenFormat: 'jwt',
        accessTokenTTL: 300,
        jwt: { sign: { alg: 'ES256' } },
      }),
      useGrantedResource: () => false,
    },
  },
});
provider.listen(port, '127.0.0.1', () => process.stdout.write('ready\n'));
