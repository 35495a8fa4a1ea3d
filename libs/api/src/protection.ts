/**
 * Headers of every answer, as constants because they cost a request in ten when they are put together each time.
 * Everything that a page here needs is served here, so nothing else may be loaded; no other site may frame or embed
 * what is here. (OWASP Secure Headers Project; a test compares them with those of helmet.)
 */
export const PROTECTION = {
  'content-security-policy':
    "default-src 'self';img-src 'self' data:;style-src 'self' 'unsafe-inline';script-src-attr 'none';object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;

/** Of answers over TLS: browsers come back by TLS only, for a year (RFC 6797). */
export const ONLY_TLS = { 'strict-transport-security': 'max-age=31536000' } as const;

export type Protection = Readonly<Record<string, string>>;
