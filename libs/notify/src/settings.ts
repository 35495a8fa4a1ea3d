import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { BellwetherError, parseRegion } from '#vocabulary';
import { TOPICS } from './event.js';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[?::1\]?)$/;

/** Where a secret lies, as for feeds. */
const secret = z.union([
  z
    .strictObject({ file: z.string().min(1).max(4096) })
    .transform(({ file }) => ({ kind: 'file' as const, path: file })),
  z
    .strictObject({ env: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/) })
    .transform(({ env }) => ({ kind: 'env' as const, name: env })),
]);
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/);
const topics = z
  .array(z.enum(TOPICS))
  .min(1)
  .default(TOPICS.filter((topic) => topic !== 'submission'));
const url = z.string().refine((text) => {
  const parsed = URL.canParse(text) ? new URL(text) : undefined;
  if (!parsed || parsed.username !== '' || parsed.password !== '' || parsed.search !== '') return false;
  return parsed.protocol === 'https:' || (parsed.protocol === 'http:' && LOOPBACK.test(parsed.hostname));
}, 'expected an https URL without user, password or query; http only for this machine');
const address = z
  .string()
  .regex(/^[^\s@<>,;"]{1,64}@[^\s@<>,;"]{1,190}$/, 'expected an address such as ops@example.org');

const webhook = z.strictObject({ id, url, secret, topics });
const mail = z.strictObject({
  id,
  smtp: z
    .strictObject({
      host: z.string().regex(/^[A-Za-z0-9.:_-]{1,253}$/),
      port: z.int().min(1).max(65_535),
      security: z.enum(['tls', 'starttls', 'none']),
      user: z.string().min(1).max(256).optional(),
      password: secret.optional(),
    })
    .refine(({ security, host }) => security !== 'none' || LOOPBACK.test(host), 'expected tls or starttls'),
  from: address,
  to: z.array(address).min(1).max(50),
  dkim: z
    .strictObject({ domain: z.string().min(1).max(253), selector: z.string().min(1).max(63), key: secret })
    .optional(),
  /** Minutes between two mails at least. */
  every: z.number().min(0).max(1440).default(15),
  /** Seconds that are waited after the first notice for others to come. */
  gather: z.number().min(0).max(3600).default(30),
  topics,
});
const about = {
  dataset: z.string().min(1).max(64),
  region: z.string().refine((text) => parseRegion(text) !== undefined, 'expected level:code'),
};
const settings = z.strictObject({
  webhooks: z.array(webhook).max(20).default([]),
  mail: z.array(mail).max(20).default([]),
  /** Told when this share of the facilities of a region has reported for a day. */
  completeness: z
    .array(z.strictObject({ ...about, share: z.number().gt(0).max(1) }))
    .max(200)
    .default([]),
  /** Told when a count of a day at least `days` ago changes by this share of it, and by at least so many counts. */
  revisions: z
    .array(
      z.strictObject({
        ...about,
        change: z.number().min(0).max(100),
        counts: z.int().min(1).max(1_000_000).default(10),
        days: z.int().min(0).max(60).default(2),
      }),
    )
    .max(200)
    .default([]),
  quarantineRate: z
    .strictObject({
      share: z.number().gt(0).max(1),
      files: z.int().min(1).max(1_000_000).default(20),
      minutes: z.number().min(1).max(1440).default(60),
    })
    .optional(),
});

export type WebhookSettings = z.output<typeof webhook>;
export type MailSettings = z.output<typeof mail>;
export type NotifySettings = z.output<typeof settings>;

/** Reads `notifications.yaml` of a configuration folder; without it nobody is told. Throws CONFIG_INVALID. */
export function readNotifySettings(folder: string): NotifySettings {
  const path = join(folder, 'notifications.yaml');
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '{}';
  let document: unknown;
  try {
    document = parse(text, { maxAliasCount: 0 }) ?? {};
  } catch (error) {
    throw new BellwetherError('CONFIG_INVALID', 'notifications.yaml is not YAML', {}, { cause: error });
  }
  const read = settings.safeParse(document);
  if (!read.success) {
    const issue = read.error.issues[0];
    const at = issue?.path.join('.') ?? '';
    throw new BellwetherError('CONFIG_INVALID', `notifications.yaml: ${at}: ${issue?.message ?? 'not valid'}`);
  }
  const ids = [...read.data.webhooks, ...read.data.mail].map((sink) => sink.id);
  const twice = ids.find((one, i) => ids.indexOf(one) !== i);
  if (twice !== undefined)
    throw new BellwetherError('CONFIG_INVALID', `notifications.yaml: the id ${twice} occurs twice`);
  return read.data;
}
