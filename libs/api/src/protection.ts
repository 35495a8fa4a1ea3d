/**
 * Headers of every answer, as constants because they cost a request in ten when they are put together each time.
 * Everything that a page here needs is served here, so nothing else may be loaded; no other site may frame or embed
 * what is here. (OWASP Secure Headers Project.) HTTPS, and with it Strict-Transport-Security, is the proxy's.
 */
export const PROTECTION = {
  'content-security-policy':
    "default-src 'self';img-src 'self' data:;style-src 'self' 'unsafe-inline';object-src 'none';base-uri 'none';form-action 'self';frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
} as const;
