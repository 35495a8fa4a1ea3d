import { createHmac } from 'node:crypto';

/**
 * The headers of a signed webhook, after Standard Webhooks 1.0 (standardwebhooks.com): HMAC-SHA256 over `id.timestamp.body`
 * in base64. `whsec_…` secrets are base64; others are taken as they are. `timestamp`: seconds since the epoch.
 */
export function signed(
  body: string,
  { id, timestamp, secret }: { readonly id: string; readonly timestamp: number; readonly secret: string },
): Readonly<Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string>> {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret);
  const signature = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64');
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': `v1,${signature}` };
}
