import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { readDestination } from './destinations.js';
import { openEgress } from './egress.js';

const NAMES: Readonly<Record<string, readonly string[]>> = {
  'sftp.example.org': ['93.184.216.34'],
  'inner.example.org': ['10.1.2.3'],
  'both.example.org': ['93.184.216.34', '127.0.0.1'],
  'mapped.example.org': ['::ffff:169.254.169.254'],
  'metadata.example.org': ['169.254.169.254'],
  'six.example.org': ['2606:2800:220:1:248:1893:25c8:1946'],
};
const resolve = async (host: string): Promise<readonly string[]> => {
  const found = NAMES[host];
  if (!found) throw new Error('ENOTFOUND');
  return found;
};
const egress = openEgress({
  allow: [
    'sftp.example.org:22',
    '*.example.org:443',
    '10.9.0.0/16:22',
    '[fd00:1::]/32'.replace('[fd00:1::]/32', '[fd00:1::/32]:22'),
  ],
  resolve,
});
const outcome = (host: string, port: number): Promise<string> =>
  egress.pin(host, port).then(({ address }) => address, (error: { code: string }) => error.code); // prettier-ignore

describe('a connection that leaves', () => {
  it.each([
    ['sftp.example.org', 22, '93.184.216.34'],
    ['SFTP.Example.ORG.', 22, '93.184.216.34'],
    ['six.example.org', 443, '2606:2800:220:1:248:1893:25c8:1946'],
    ['10.9.7.7', 22, '10.9.7.7'],
    ['[fd00:1::5]', 22, 'fd00:1::5'],
  ])('goes to %s port %d', async (host, port, address) => {
    expect(await outcome(host, port)).toBe(address);
  });

  it.each([
    ['another port', 'sftp.example.org', 23],
    ['a name that is not listed', 'evil.org', 443],
    ['the domain itself, where only what is below it is listed', 'example.org', 443],
    ['a name that ends alike', 'evilexample.org', 443],
    ['a name that only begins alike', 'sftp.example.org.evil.org', 22],
    ['a private address behind a listed name', 'inner.example.org', 443],
    ['one bad address among good ones', 'both.example.org', 443],
    ['the metadata service behind a listed name', 'metadata.example.org', 443],
    ['the same mapped into IPv6', 'mapped.example.org', 443],
    ['loopback', '127.0.0.1', 443],
    ['loopback, decimal', '2130706433', 443],
    ['loopback, hexadecimal', '0x7f000001', 443],
    ['loopback, octal', '0177.0.0.1', 443],
    ['loopback, short', '127.1', 443],
    ['loopback, mapped', '[::ffff:127.0.0.1]', 443],
    ['loopback, mapped in hexadecimal', '::ffff:7f00:1', 443],
    ['loopback of IPv6', '::1', 443],
    ['the unspecified address', '0.0.0.0', 443],
    ['zero', '0', 443],
    ['localhost', 'localhost', 443],
    ['wide digits', '１２７.０.０.１', 443],
    ['a public address that is not listed', '93.184.216.34', 22],
    ['an address beside a listed range', '10.10.0.1', 22],
    ['another port of a listed range', '10.9.7.7', 443],
    ['a name with a user', 'user@sftp.example.org', 22],
    ['a name with a user, the other way', 'sftp.example.org@evil.org', 22],
    ['a name with a slash', 'sftp.example.org/../evil.org', 22],
    ['a name with a hash', 'sftp.example.org#.evil.org', 22],
    ['a name with a line end', 'sftp.example.org\r\nHost: evil.org', 22],
    ['a name with a zero byte', 'sftp.example.org\0.evil.org', 22],
    ['nothing', '', 22],
    ['a NAT64 address of loopback', '64:ff9b::7f00:1', 443],
    ['a 6to4 address of a private one', '2002:0a09:0707::1', 22],
  ])('does not go to %s', async (_, host, port) => {
    expect(await outcome(host, port)).toBe('EGRESS_REFUSED');
  });

  it('goes nowhere without an allow-list', async () => {
    await expect(openEgress({ allow: [], resolve }).pin('sftp.example.org', 22)).rejects.toThrow(/EGRESS_REFUSED/);
  });

  it('resolves a name once, and holds on to the address when the name moves', async () => {
    const answers = [['93.184.216.34'], ['127.0.0.1']];
    const rebinding = openEgress({ allow: ['sftp.example.org'], resolve: async () => answers.shift() ?? [] });
    expect((await rebinding.pin('sftp.example.org', 22)).address).toBe('93.184.216.34');
    await expect(rebinding.pin('sftp.example.org', 22)).rejects.toThrow(/loopback/);
  });

  it('never goes to an address that is not public and not in a listed range, whatever a listed name resolves to', async () => {
    const byte = fc.integer({ min: 0, max: 255 });
    await fc.assert(
      fc.asyncProperty(fc.tuple(byte, byte, byte, byte), fc.boolean(), async (bytes, isMapped) => {
        const [a, b] = bytes;
        const text = bytes.join('.');
        const guarded = openEgress({
          allow: ['x.example.org', '10.9.0.0/16'],
          resolve: async () => [isMapped ? `::ffff:${text}` : text],
        });
        // RFC 1918, 1122, 3927, 6598, 5771, 1112: written out by hand, as an independent opinion.
        const isInside =
          a === 0 || a === 127 || (a === 10 && b !== 9) || (a === 169 && b === 254) || (a === 192 && b === 168) ||
          (a === 172 && b >= 16 && b < 32) || (a === 100 && b >= 64 && b < 128) || a >= 224; // prettier-ignore
        if (isInside) await expect(guarded.pin('x.example.org', 443)).rejects.toThrow(/EGRESS_REFUSED/);
        else await guarded.pin('x.example.org', 443).then(({ address }) => expect(address).toBe(text), () => undefined); // prettier-ignore
      }),
      { numRuns: 500 },
    );
  });
});

describe('an entry of the allow-list', () => {
  it.each([
    '',
    '*',
    '*.org',
    'http://x.org',
    'x.org:0',
    'x.org:99999',
    '10.0.0.0/33',
    '127.1',
    '0x7f.1',
    'a b',
    'x.org/8',
    '::1',
  ])('is refused: %j', (entry) => {
    expect(() => readDestination(entry)).toThrow(/CONFIG_INVALID: the allow-list/);
  });
});
