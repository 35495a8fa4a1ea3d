import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FilePreview, FileReading, FileRow } from '#api';
import { type CountedRow, readSubmission } from '#intake';
import type { RawStore } from '#raw-store';
import { type Configuration, draftConfiguration, type Feed, problemsOf, readSecret } from '#registry';
import { BellwetherError, STATUS, statusName } from '#vocabulary';

const MOST_ROWS = 1000;
const ROWS_SHOWN = 200;
const ERRORS_SHOWN = 200;
/** No record is kept of what is only looked at, so any key will do for the hashes of its identifiers. */
const NO_KEY = new Uint8Array(32);

interface Options {
  readonly store: Pick<RawStore, 'facts' | 'content'>;
  readonly configuration: () => Configuration;
  readonly dataFolder: string;
  readonly configFolder: string;
  readonly now: () => number;
}

const rowOf = ({ status, value, ...row }: CountedRow): FileRow => ({
  ...row,
  status: statusName(status),
  value: status === STATUS.reported ? value : null,
});

/** Sums by category and flag, of what was counted. */
function totalsOf(rows: Iterable<CountedRow>): FilePreview['totals'] {
  const sums = new Map<
    string,
    { category: string; flag: string; of: Set<string>; on: Set<number>; value: number | null }
  >();
  for (const { category, flag, facility, day, status, value } of rows) {
    const key = `${category}\n${flag}`;
    let sum = sums.get(key);
    if (!sum) sums.set(key, (sum = { category, flag, of: new Set(), on: new Set(), value: null }));
    sum.of.add(facility);
    sum.on.add(day);
    if (status === STATUS.reported) sum.value = (sum.value ?? 0) + value;
  }
  return Array.from(sums.values(), ({ of, on, ...sum }) => ({ ...sum, facilities: of.size, days: on.size }));
}

/** Files are read again as ingest reads them: the same code, the same passwords, and nothing written. */
export function openFileReading({ store, configuration, dataFolder, configFolder, now }: Options): FileReading {
  function passwordOf({ password }: Feed, stated: Readonly<Record<string, string>>): string | undefined {
    const key = stated['facility'] ?? stated['sender'] ?? '';
    return (
      password &&
      (readSecret(password, { folder: dataFolder, key }) ?? readSecret(password, { folder: configFolder, key }))
    );
  }

  function feedIn({ feeds }: Configuration, id: string): Feed {
    const feed = feeds.get(id);
    if (!feed) throw new BellwetherError('UNKNOWN_FEED', `there is no feed "${id.slice(0, 64)}"`);
    return feed;
  }

  return {
    async rows({ submission, facility, day, category, flag }) {
      const stored = await store.facts(submission);
      if (!stored) throw new BellwetherError('UNKNOWN_SUBMISSION', 'no submission has this identity');
      const feed = feedIn(configuration(), stored.feed);
      const found: FileRow[] = [];
      readSubmission({
        content: await store.content(submission),
        name: stored.name,
        receivedAt: stored.receivedAt,
        feed,
        configuration: configuration(),
        password: passwordOf(feed, stored.stated),
        recordKey: NO_KEY,
        counted(row) {
          if (row.facility !== facility || row.day !== day || row.category !== category || row.flag !== flag) return;
          if (found.length < MOST_ROWS) found.push(rowOf(row));
        },
      });
      return found;
    },

    async preview({ feed: id, yaml, name, content }) {
      const nothing = { rowsRead: 0, rowsAccepted: 0, rowsRefused: 0, errors: [], rows: [], totals: [] };
      let using = configuration();
      try {
        if (yaml !== undefined) using = draftConfiguration(configFolder, { [`feeds/${id}.yaml`]: yaml });
      } catch (error) {
        const problems = problemsOf(error);
        if (problems.length === 0) throw error;
        return { ...nothing, problems, refused: null };
      }
      const feed = feedIn(using, id);
      const counted: CountedRow[] = [];
      try {
        const stated = feed.name?.exec(name)?.groups ?? {};
        const reading = readSubmission({
          ...{ content, name, receivedAt: now(), feed, configuration: using, recordKey: NO_KEY },
          password: passwordOf(feed, stated),
          counted: (row) => counted.push(row),
        });
        const errors = reading.faults.slice(0, ERRORS_SHOWN);
        const { rowsRead, rowsAccepted, rowsRefused } = reading;
        const rows = counted.slice(0, ROWS_SHOWN).map(rowOf);
        return {
          problems: [],
          refused: null,
          rowsRead,
          rowsAccepted,
          rowsRefused,
          errors,
          rows,
          totals: totalsOf(counted),
        };
      } catch (error) {
        if (!(error instanceof BellwetherError)) throw error;
        const { code, detail, place } = error;
        const at = [place.member, place.line && `line ${place.line}`, place.field].filter(Boolean).join(', ');
        return { ...nothing, problems: [], refused: { code, detail: at ? `${detail} (${at})` : detail } };
      }
    },

    async feedText(id) {
      feedIn(configuration(), id); // an id that is known is a safe name
      return readFile(join(configFolder, 'feeds', `${id}.yaml`), 'utf8');
    },
  };
}
