import { describe, expect, it } from '@jest/globals';
import { BellwetherError } from '#vocabulary';
import { formatReply, refusalOf, reply } from './reply.js';

describe('a reply', () => {
  it('has one line, or a first, others that begin with a space, and a last', () => {
    expect(formatReply(reply(226, 'Received'))).toBe('226 Received\r\n');
    expect(formatReply(reply(211, 'Features:', 'UTF8', '211 is a file name', 'End'))).toBe(
      '211-Features:\r\n UTF8\r\n 211 is a file name\r\n211 End\r\n',
    );
  });

  it('cannot be ended by its text', () => {
    expect(formatReply(reply(257, '"/a\r\n226 Received\u0085"'))).toBe('257 "/a  226 Received "\r\n');
  });

  it('says whether the same may be sent again', () => {
    const codeOf = (error: unknown): number => refusalOf(error).code;
    expect(codeOf(new BellwetherError('NOT_FOUND', ''))).toBe(550);
    expect(codeOf(new BellwetherError('PAYLOAD_TOO_LARGE', ''))).toBe(552);
    expect(codeOf(new BellwetherError('TOO_MANY_REQUESTS', ''))).toBe(450);
    expect(codeOf(new BellwetherError('STORAGE_FULL', ''))).toBe(452);
    expect(codeOf(new BellwetherError('STORAGE_FAILED', ''))).toBe(451);
  });

  it('says nothing of an error that is not ours', () => {
    expect(formatReply(refusalOf(new Error('/srv/secret')))).toBe('451 INTERNAL: see the log\r\n');
  });
});
