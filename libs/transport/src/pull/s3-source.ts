import { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { pinnedAgents, SILENT_MS } from './dial.js';
import { demand, failed, type Of, type Source, type Surroundings } from './source.js';

const PAGE = 1_000;

/** The objects of a bucket below a prefix, of S3 and of what speaks its language. */
export async function openS3Source(pull: Of<'s3'>, surroundings: Surroundings): Promise<Source> {
  const { endpoint, region, bucket, prefix } = pull;
  const { host } = new URL(endpoint);
  const agents = pinnedAgents(surroundings.egress, { ca: pull.ca && demand(surroundings, pull.ca, 'certificate') });
  const client = new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    // Older servers know no other checksums than the ETag, and give none to compare.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    followRegionRedirects: false,
    maxAttempts: 1, // trying again is the puller's
    credentials: {
      accessKeyId: demand(surroundings, pull.accessKey, 'access key'),
      secretAccessKey: demand(surroundings, pull.secretKey, 'secret key'),
    },
    requestHandler: {
      httpAgent: agents.http,
      httpsAgent: agents.https,
      connectionTimeout: SILENT_MS,
      socketTimeout: SILENT_MS,
    },
  });

  return {
    async *list() {
      let token: string | undefined;
      do {
        const page = await client
          .send(
            new ListObjectsV2Command({
              Bucket: bucket,
              Prefix: prefix,
              MaxKeys: PAGE,
              ...(token === undefined ? {} : { ContinuationToken: token }),
            }),
          )
          .catch((error: unknown) => {
            throw failed(`${host}: the bucket cannot be listed`, error);
          });
        for (const { Key, Size, ETag, LastModified } of page.Contents ?? []) {
          if (Key === undefined || Key.endsWith('/')) continue;
          yield {
            path: Key,
            name: Key.slice(Key.lastIndexOf('/') + 1),
            size: Size,
            stamp: ETag ?? LastModified?.toISOString() ?? '',
            changedAt: LastModified?.getTime(),
          };
        }
        if (page.IsTruncated === true && (page.NextContinuationToken ?? token) === token)
          throw failed(`${host}: the pages of the listing do not go on`);
        token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
      } while (token !== undefined);
    },

    async *read({ path, stamp }) {
      try {
        // What has changed since the listing is another version, and waits for the next.
        const { Body } = await client.send(
          new GetObjectCommand({ Bucket: bucket, Key: path, ...(stamp.startsWith('"') ? { IfMatch: stamp } : {}) }),
        );
        if (!(Body instanceof Readable)) throw failed(`${host}: an object has no content`);
        yield* Body as AsyncIterable<Uint8Array>;
      } catch (error) {
        throw failed(`${host}: an object cannot be read`, error);
      }
    },

    async close() {
      client.destroy();
      agents.close();
    },
  };
}
