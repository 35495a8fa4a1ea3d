import type { PullSource } from '#registry';
import { openFtpSource } from './ftp-source.js';
import { openHttpSource } from './http-source.js';
import { openS3Source } from './s3-source.js';
import { openSftpSource } from './sftp-source.js';
import type { Source, Surroundings } from './source.js';

/** Connects, where the protocol has connections. Throws ENDPOINT_FAILED, EGRESS_REFUSED, or CONFIG_INVALID of a secret. */
export function openSource(source: PullSource, surroundings: Surroundings): Promise<Source> {
  switch (source.kind) {
    case 'sftp':
      return openSftpSource(source, surroundings);
    case 'ftp':
      return openFtpSource(source, surroundings);
    case 'http':
      return openHttpSource(source, surroundings);
    case 's3':
      return openS3Source(source, surroundings);
  }
}
