import { createHash } from 'node:crypto';
import { type TransportOptions, createTransport } from 'nodemailer';
import type { Notice } from './event.js';
import type { MailSettings } from './settings.js';

/** Lines of a mail that are about single notices; the rest is in the sums. */
const LISTED = 20;

/** The secrets of a mail sink, read when a mail is sent. */
export interface MailSecrets {
  readonly password: string | undefined;
  readonly dkimKey: string | undefined;
}

function* sums(notices: readonly Notice[]): Generator<string> {
  const counts = new Map<string, number>();
  for (const { topic, key, data } of notices) {
    const line = [topic, key, data['state'], data['code']]
      .filter((part) => part !== undefined && part !== null)
      .join('  ');
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  for (const [line, count] of [...counts].sort(([, a], [, b]) => b - a).slice(0, 200))
    yield `${String(count).padStart(6)}  ${line}`;
}

/** One mail about many notices: sums first, then the first few with their ids. */
export function digestOf(notices: readonly Notice[]): { readonly subject: string; readonly text: string } {
  const what = new Set(notices.map(({ topic }) => topic));
  const subject = `Bellwether: ${notices.length} ${what.size === 1 ? [...what][0]!.replace('-', ' ') : 'notice'}${notices.length === 1 ? '' : 's'}`;
  const single = notices.slice(0, LISTED).map(({ at, key, data }) => {
    const facts = Object.entries(data).flatMap(([name, value]) => (value === null ? [] : [`${name}=${value}`]));
    return `${new Date(at).toISOString()}  ${key}  ${facts.join(' ')}`;
  });
  const more = notices.length > LISTED ? [`… and ${notices.length - LISTED} more`] : [];
  const text = [...sums(notices), '', ...single, ...more, '', 'See: bellwether dead-letters', ''].join('\n');
  return { subject, text };
}

/** Sends one mail about all of the notices. Rejects when the server does not take it. */
export async function sendDigest(
  notices: readonly Notice[],
  { smtp, from, to, dkim }: MailSettings,
  { password, dkimKey }: MailSecrets,
): Promise<void> {
  const transport = createTransport({
    host: smtp.host,
    port: smtp.port,
    secure: smtp.security === 'tls',
    requireTLS: smtp.security === 'starttls',
    ignoreTLS: smtp.security === 'none',
    connectionTimeout: 10_000,
    socketTimeout: 30_000,
    // Text only, made here: nothing is fetched for it.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...(smtp.user === undefined ? {} : { auth: { user: smtp.user, pass: password ?? '' } }),
    ...(dkim && dkimKey !== undefined
      ? { dkim: { domainName: dkim.domain, keySelector: dkim.selector, privateKey: dkimKey } }
      : {}),
  } as TransportOptions);
  const hash = createHash('sha256')
    .update(notices.map(({ id }) => id).join())
    .digest('hex')
    .slice(0, 32);
  try {
    await transport.sendMail({
      from,
      to: [...to],
      ...digestOf(notices),
      // The same notices have the same id, so that a mail that is sent again after a crash is known as the same.
      messageId: `<${hash}@${from.slice(from.indexOf('@') + 1)}>`,
    });
  } finally {
    transport.close();
  }
}
