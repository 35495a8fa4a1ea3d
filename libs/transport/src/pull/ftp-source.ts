import { PassThrough } from 'node:stream';
import { Client, FileType } from 'basic-ftp';
import { serverName, SILENT_MS } from './dial.js';
import { demand, failed, type Of, type Source, type Surroundings } from './source.js';

const MOST_LISTING_BYTES = 32 * 2 ** 20;

/**
 * One folder of an FTP server. Data connections go to the address of the control connection, whatever the server says.
 * A connection does one thing at a time: read a file before the next is asked for.
 */
export async function openFtpSource(pull: Of<'ftp'>, surroundings: Surroundings): Promise<Source> {
  const { host, port, user, security, folder } = pull;
  const password = pull.password === undefined ? '' : demand(surroundings, pull.password, 'password');
  const ca = pull.ca && demand(surroundings, pull.ca, 'certificate');
  const { address } = await surroundings.egress.pin(host, port);
  const client = new Client(SILENT_MS, { allowSeparateTransferHost: false, maxListingBytes: MOST_LISTING_BYTES });
  // Without `host`: the library would connect to that instead of the address.
  const secureOptions = { servername: serverName(host), ...(ca === undefined ? {} : { ca }) };
  try {
    await client.access({
      host: address,
      port,
      user,
      password,
      secure: security === 'plain' ? false : security === 'implicit' ? 'implicit' : true,
      secureOptions,
    });
    if (security !== 'plain') await client.send('PROT P'); // asked for by the library, which does not look at the answer
    if (folder !== '.') await client.cd(folder);
  } catch (error) {
    client.close();
    throw failed(`no connection to ${host} port ${port}`, error);
  }

  return {
    async *list() {
      const files = await client.list().catch((error: unknown) => {
        throw failed(`${host}: the folder cannot be listed`, error);
      });
      for (const { name, type, size, modifiedAt, rawModifiedAt } of files) {
        // With a link the listing tells size and time of the link; what it leads to is read in vain or whole.
        if (type === FileType.Directory || name === '.' || name === '..') continue;
        const isFile = type === FileType.File;
        yield {
          path: name,
          name,
          size: isFile ? size : undefined,
          stamp: modifiedAt ? modifiedAt.toISOString() : rawModifiedAt,
          changedAt: modifiedAt?.getTime(),
        };
      }
    },

    async *read({ name }) {
      const bytes = new PassThrough();
      const done = client.downloadTo(bytes, name).then(
        () => undefined,
        (error: unknown) => failed(`${host}: a file cannot be read`, error),
      );
      let isRead = false;
      try {
        yield* bytes as AsyncIterable<Uint8Array>;
        // Where the connection breaks the stream ends all the same; only the server's last word says that it was whole.
        const error = await done;
        if (error) throw error;
        isRead = true;
      } finally {
        if (!isRead) client.close();
      }
    },

    async close() {
      client.close();
    },
  };
}
