import { setTimeout as sleep } from 'node:timers/promises';
import type { Notice, Topic } from './event.js';
import { type MailSecrets, sendDigest } from './mail.js';
import { type Outbox, openOutbox } from './outbox.js';
import type { MailSettings, NotifySettings, WebhookSettings } from './settings.js';
import { post } from './webhook.js';

/** A secret by its reference; undefined when it is not there (yet). */
type ReadSecret = (reference: WebhookSettings['secret']) => string | undefined;

export interface NotifyOptions {
  readonly settings: NotifySettings;
  /** Where notices wait; shared by all processes of one Bellwether. */
  readonly folder: string;
  /** Name of this process among them. */
  readonly owner: string;
  readSecret: ReadSecret;
  now?(): number;
  /** From 0 up to 1, for the jitter of waits. */
  random?(): number;
  /** Milliseconds before the second try, doubling up to the most; a second and five minutes unless told. */
  readonly waits?: { readonly first: number; readonly most: number };
  log(level: 'info' | 'warn' | 'error', message: string, facts: Record<string, unknown>): void;
}

export interface Notify {
  /**
   * Resolves once the notice is safe on disk for everybody who wants its topic; it is delivered at least once, in order,
   * for as long as it takes.
   */
  tell(notice: Notice): Promise<void>;
  /** Whether anybody wants the topic. */
  isWanted(topic: Topic): boolean;
  /** Ends deliveries; what has not been delivered is on disk. */
  close(): Promise<void>;
}

const BEAT_MS = 30_000;
const WAITS = { first: 1000, most: 300_000 };
/** A receiver that refuses a notice so often (a status of 400 to 499) does not get it. */
const REFUSALS = 12;
/** The receiver is asked for patience, not told that it is wrong. */
const FOR_LATER: ReadonlySet<number> = new Set([408, 425, 429]);

export async function openNotify(options: NotifyOptions): Promise<Notify> {
  const { settings, folder, owner, log, now = Date.now, random = Math.random, waits = WAITS } = options;
  const sinks = [...settings.webhooks, ...settings.mail];
  const wanting = (topic: Topic): string[] => sinks.filter(({ topics }) => topics.includes(topic)).map(({ id }) => id);
  if (sinks.length === 0)
    return { tell: () => Promise.resolve(), isWanted: () => false, close: () => Promise.resolve() };

  const outbox = await openOutbox({ folder, owner, sinks: sinks.map(({ id }) => id), now, log });
  const closing = new AbortController();
  const { signal } = closing;
  const bells = new Map<string, () => void>();
  /** How often a sink was rung for. */
  const rings = new Map<string, number>();
  const isClosed = (): boolean => signal.aborted;
  const pause = (ms: number): Promise<void> => sleep(ms, undefined, { signal }).catch(() => undefined);
  const backoff = (attempt: number): number => {
    const full = Math.min(waits.most, waits.first * 2 ** Math.min(attempt - 1, 20));
    return full / 2 + (random() * full) / 2;
  };

  /** Until something is told, or a while has passed: what another process left may have been taken over. */
  function rung(sink: string, heard: number): Promise<void> {
    if ((rings.get(sink) ?? 0) > heard || isClosed()) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, BEAT_MS);
      bells.set(sink, () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  const deliveries = [
    ...settings.webhooks.map((hook) => deliverHook(hook)),
    ...settings.mail.map((mail) => deliverMail(mail)),
  ];

  async function deliverHook(hook: WebhookSettings): Promise<void> {
    for (let attempt = 0, refusals = 0; !isClosed();) {
      const heard = rings.get(hook.id) ?? 0;
      const [name] = await outbox.waiting(hook.id).catch(() => []);
      if (name === undefined) {
        await rung(hook.id, heard);
        continue;
      }
      const notice = await outbox.read(hook.id, name);
      const outcome = notice ? await tryHook(notice, hook) : 'done';
      if (outcome === 'refused') refusals++;
      if (outcome === 'done' || refusals >= REFUSALS) {
        if (outcome !== 'done')
          log('error', 'a receiver refuses a notice; it is given up', { sink: hook.id, id: notice?.id });
        await outbox.done(hook.id, name);
        [attempt, refusals] = [0, 0];
        continue;
      }
      await pause(backoff(++attempt));
    }
  }

  async function tryHook(notice: Notice, { id, url, secret }: WebhookSettings): Promise<'done' | 'refused' | 'later'> {
    try {
      const key = options.readSecret(secret);
      if (key === undefined) throw new Error('there is no secret to sign with');
      const status = await post(notice, { url, secret: key }, now());
      if (status >= 200 && status < 300) return 'done';
      log('warn', 'a receiver did not take a notice; it is told again', { sink: id, status });
      return status >= 400 && status < 500 && !FOR_LATER.has(status) ? 'refused' : 'later';
    } catch (error) {
      log('warn', 'a receiver cannot be reached; it is told again', { sink: id, cause: String(error) });
      return 'later';
    }
  }

  async function deliverMail(mail: MailSettings): Promise<void> {
    let lastSent = 0;
    for (let attempt = 0; !isClosed();) {
      const heard = rings.get(mail.id) ?? 0;
      const first = await outbox.waiting(mail.id).catch(() => []);
      if (first.length === 0) {
        await rung(mail.id, heard);
        continue;
      }
      await pause(Math.max(mail.gather * 1000, lastSent + mail.every * 60_000 - now()));
      if (isClosed()) return;
      const names = await outbox.waiting(mail.id);
      const notices = (await Promise.all(names.map((name) => outbox.read(mail.id, name)))).filter(
        (one) => one !== undefined,
      );
      try {
        if (notices.length > 0) await sendDigest(notices, mail, mailSecrets(mail));
        lastSent = now();
        attempt = 0;
        for (const name of names) await outbox.done(mail.id, name);
      } catch (error) {
        // The server's words may repeat addresses; its code is enough.
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'no code';
        log('warn', 'a mail could not be sent; it is tried again', { sink: mail.id, code });
        await pause(backoff(++attempt));
      }
    }
  }

  function mailSecrets({ smtp, dkim }: MailSettings): MailSecrets {
    return {
      password: smtp.password && options.readSecret(smtp.password),
      dkimKey: dkim && options.readSecret(dkim.key),
    };
  }

  const beating = setInterval(() => {
    beat(outbox).catch((error: unknown) => log('warn', 'the outbox cannot be kept', { cause: String(error) }));
  }, BEAT_MS);
  const beat = (box: Outbox): Promise<void> => box.beat();

  return {
    isWanted: (topic) => wanting(topic).length > 0,
    async tell(notice) {
      const to = wanting(notice.topic);
      await outbox.put(notice, to);
      for (const sink of to) {
        rings.set(sink, (rings.get(sink) ?? 0) + 1);
        bells.get(sink)?.();
      }
    },
    async close() {
      closing.abort();
      clearInterval(beating);
      for (const ring of bells.values()) ring();
      await Promise.all(deliveries);
    },
  };
}
