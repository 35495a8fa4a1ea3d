import { createHash, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { DeadLetterNotice } from '#intake';
import { openNotify, openRateWatch, readNotifySettings } from '#notify';
import type { Settings } from '#platform';
import { readSecret } from '#registry';
import { ERRORS, type SubmissionState, isErrorCode } from '#vocabulary';

interface NoticesOptions {
  readonly settings: Pick<Settings, 'dataFolder' | 'configFolder'>;
  /** Of this process among all that share the data folder. */
  readonly owner: string;
  log(level: 'info' | 'warn' | 'error', message: string, facts: Record<string, unknown>): void;
}

/** Tells those of `notifications.yaml` of dead letters, and of feeds of which too much is refused. */
export async function openNotices({ settings, owner, log }: NoticesOptions) {
  const { dataFolder, configFolder } = settings;
  const notifySettings = readNotifySettings(configFolder);
  const notify = await openNotify({
    settings: notifySettings,
    folder: join(dataFolder, 'outbox'),
    owner,
    readSecret: (reference) =>
      readSecret(reference, { folder: dataFolder }) ?? readSecret(reference, { folder: configFolder }),
    log,
  });
  const { quarantineRate } = notifySettings;
  const rate = quarantineRate && openRateWatch(quarantineRate, Date.now);
  return {
    deadLetter({ id, entry }: DeadLetterNotice): Promise<void> {
      const { submission, feed, state, step, code, tries, at } = entry;
      const known = isErrorCode(code) ? ERRORS[code] : undefined;
      const data = {
        submission,
        feed,
        state,
        step,
        code,
        tries,
        title: known?.title ?? '',
        remedy: known?.remedy ?? '',
      };
      return notify.tell({ id, topic: 'dead-letter', key: feed, at, data });
    },
    settled(feed: string, state: SubmissionState, submission: string): void {
      if (notify.isWanted('submission')) {
        const id = createHash('sha256').update(`${submission} ${state}`).digest('hex').slice(0, 32);
        notify
          .tell({ id, topic: 'submission', key: feed, at: Date.now(), data: { submission, feed, state } })
          .catch((error: unknown) => log('error', 'nobody can be told of a submission', { cause: String(error) }));
      }
      const crossing = rate?.seen(feed, state === 'quarantined' || state === 'dead');
      if (!crossing) return;
      const { refused, files } = crossing;
      const id = randomUUID().replaceAll('-', '');
      notify
        .tell({ id, topic: 'quarantine-rate', key: feed, at: Date.now(), data: { feed, refused, files } })
        .catch((error: unknown) => log('error', 'nobody can be told of a quarantine rate', { cause: String(error) }));
    },
    close: () => notify.close(),
  };
}
