import { z } from 'zod';
import { BREAK_GLASS, principalOf, REACH_FIELDS, readYaml } from '../keys/key-file.js';
import type { Principal } from '../principal.js';

/** Asymmetric ones only: with a shared secret, whoever can check a token can make one. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'] as const; // prettier-ignore
const MAX_RULES = 1_000;

const address = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || url.search !== '' || url.hash !== '' || url.username !== '') return false;
  // Plain HTTP only where nobody is on the way.
  return (
    url.protocol === 'https:' || (url.protocol === 'http:' && /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname))
  );
}, 'expected an https address');

const claim = z.union([z.string(), z.array(z.string()).min(1)]);

const providerFile = z.strictObject({
  issuer: address,
  /** What access tokens have to be for. */
  audience: z.string().min(1),
  algorithms: z.array(z.enum(ALGORITHMS)).min(1).default(['RS256', 'PS256', 'ES256', 'EdDSA']),
  clockSkewSeconds: z.number().int().min(0).max(300).default(30),
  /** The claim that names a person or program; the principal is `oidc:` and it. */
  name: z.string().min(1).default('sub'),
  /** People may log in to the dashboard. */
  login: z
    .strictObject({
      client: z.string().min(1),
      scopes: z.array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/)).default(['openid']),
      /** Where browsers find Bellwether. */
      publicUrl: address.transform((text) => text.replace(/\/$/, '')),
      hours: z.number().min(0.1).max(24).default(8),
    })
    .optional(),
  /** The first that fits says what somebody may do; who fits none may nothing. */
  who: z
    .array(
      z.strictObject({
        /** Claims that have to hold one of these values. */
        when: z.record(z.string(), claim).default({}),
        breakGlass: BREAK_GLASS.optional(),
        ...REACH_FIELDS,
      }),
    )
    .max(MAX_RULES),
});

/** An identity provider, and what its people and programs may do here. */
export interface Provider extends Omit<z.output<typeof providerFile>, 'who'> {
  /** The claims that the principal of somebody depends on. */
  readonly claims: readonly string[];
  /** Undefined: the claims fit nobody who may do anything. */
  principalOf(claims: Readonly<Record<string, unknown>>): Principal | undefined;
}

const NAME = /^[\w.@+|:/-]{1,120}$/;

/** Reads `access/oidc.yaml`. Throws CONFIG_INVALID, which names the line. */
export function parseProviderFile(text: string, name: string): Provider {
  const { data, fail } = readYaml(text, { name, schema: providerFile });
  const { who, ...provider } = data;
  if (provider.login?.client === provider.audience)
    fail(['audience'], 'the audience is the client of the login: its identity tokens would be taken for access tokens');
  return {
    ...provider,
    claims: [...new Set([provider.name, ...who.flatMap(({ when }) => Object.keys(when))])],
    principalOf(claims) {
      const given = claims[provider.name];
      if (typeof given !== 'string' || !NAME.test(given)) return undefined;
      const rule = who.find(({ when }) => Object.entries(when).every(([one, wanted]) => holds(claims[one], wanted)));
      return rule && principalOf(`oidc:${given}`, rule, rule.breakGlass);
    },
  };
}

/** Whether a claim is, or holds, one of the values. */
function holds(claimed: unknown, wanted: string | readonly string[]): boolean {
  const values = Array.isArray(claimed) ? claimed : [claimed];
  return values.some((value) => typeof value === 'string' && (wanted === value || (Array.isArray(wanted) && wanted.includes(value)))); // prettier-ignore
}
