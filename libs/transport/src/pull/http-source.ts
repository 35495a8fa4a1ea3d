import type { IncomingMessage } from 'node:http';
import { openHttpRequests } from './http-requests.js';
import { type Linked, linksOf, type Page, pageOfJson } from './http-listing.js';
import { MOST_LISTED } from './limits.js';
import { demand, failed, type Of, type RemoteEntry, type Source, type Surroundings } from './source.js';

/** Files whose headers are asked for at the same time. */
const AT_ONCE = 4;
/** Statuses of servers that give a file and not its headers; addresses with a pass are for GET only. */
const NO_HEAD: readonly number[] = [403, 405, 501];
const GONE: readonly number[] = [404, 410];
const MOST_PAGES = 10_000;
const MOST_PAGE_BYTES = 32 * 2 ** 20;

/**
 * Files named by a listing: JSON, page by page, or the links of an HTML or text page to what lies beneath it. Where a
 * listing does not say when a file changed, the file's own headers are asked for.
 */
export async function openHttpSource(pull: Of<'http'>, surroundings: Surroundings): Promise<Source> {
  const { url, listing, header } = pull;
  const secret = header && demand(surroundings, header.secret, 'header');
  const requests = openHttpRequests({
    egress: surroundings.egress,
    ca: pull.ca && demand(surroundings, pull.ca, 'certificate'),
    origin: new URL(url).origin,
    headers: header && secret !== undefined ? { [header.name]: `${header.before}${secret}` } : {},
  });
  /** Undefined: there is no such file (any more). */
  async function stamped(file: Linked): Promise<RemoteEntry | undefined> {
    if (file.stamp !== '') return file;
    const answer = await requests.send(file.address, { method: 'HEAD', statuses: [...NO_HEAD, ...GONE] });
    answer.destroy();
    if (GONE.includes(answer.statusCode ?? 0)) return undefined;
    return NO_HEAD.includes(answer.statusCode ?? 0) ? file : { ...file, ...described(answer) };
  }

  return {
    async *list() {
      const visited = new Set<string>();
      let page: URL | undefined = new URL(url);
      let listed = 0;
      while (page) {
        if (visited.has(page.href) || visited.size >= MOST_PAGES) throw failed('the pages of the listing do not end');
        visited.add(page.href);
        const text: string = await requests.text(page, MOST_PAGE_BYTES);
        const { files, next }: Page = listing === 'links' ? linksOf(text, page) : pageOfJson(text, { page, listing });
        listed += files.length;
        if (listed > MOST_LISTED) throw failed(`the listing has more than ${MOST_LISTED} files`);
        for (let at = 0; at < files.length; at += AT_ONCE) {
          const entries = await Promise.all(files.slice(at, at + AT_ONCE).map(stamped));
          for (const entry of entries) if (entry) yield entry;
        }
        page = next;
      }
    },

    async *read({ address, stamp }) {
      if (address === undefined) throw failed('a file has no address');
      // What has changed since the listing is another version, and waits for the next.
      const isEtag = /^"[\x21-\x7e]*"$/.test(stamp);
      const answer = await requests.send(address, isEtag ? { headers: { 'if-match': stamp } } : {});
      try {
        for await (const part of answer) yield part as Uint8Array;
      } catch (error) {
        throw failed('a file was cut off', error);
      } finally {
        answer.destroy();
      }
      if (!answer.complete) throw failed('a file was cut off');
    },

    async close() {
      requests.close();
    },
  };
}

function described({ headers }: IncomingMessage): Partial<RemoteEntry> {
  const changed = Date.parse(headers['last-modified'] ?? '');
  const length = Number(headers['content-length'] ?? NaN);
  return {
    stamp: headers.etag ?? headers['last-modified'] ?? '',
    ...(Number.isNaN(changed) ? {} : { changedAt: changed }),
    ...(Number.isSafeInteger(length) ? { size: length } : {}),
  };
}
