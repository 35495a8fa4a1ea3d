import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import fc from 'fast-check';
import { readRequestHead } from './request-head.js';

const TARGET = '/v1/series?dataset=visits&region=zip:19401';

describe('the head of a request', () => {
  let server: Server;
  /** What node:http makes of a text: the requests in it, or none. */
  async function judged(text: string): Promise<IncomingMessage[]> {
    const heard: IncomingMessage[] = [];
    const hear = (request: IncomingMessage): void => void heard.push(request);
    server.on('heard', hear);
    const socket = connect((server.address() as AddressInfo).port, '127.0.0.1');
    socket.on('error', () => undefined).resume();
    socket.end(text, 'latin1');
    await new Promise((resolve) => socket.once('close', resolve));
    server.off('heard', hear);
    return heard;
  }

  beforeAll(async () => {
    server = createServer((request, response) => {
      server.emit('heard', request);
      response.end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => void server.close());

  it('is read as node:http reads it, or left to node:http', async () => {
    const mostly = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>): fc.Arbitrary<T> =>
      fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: odd });
    const name = mostly(
      fc.constantFrom('Accept', 'X-Api-Key', 'cookie', 'CONNECTION', 'X-A', 'X-B', "x!#$%&'*+.^_`|~9"),
      fc.constantFrom(
        'Host',
        'Content-Length',
        'Transfer-Encoding',
        'Upgrade',
        'Expect',
        'TE',
        'X-A ',
        ' X-B',
        'X:C',
        '',
      ),
    );
    const value = mostly(
      fc.constantFrom('keep-alive', 'Keep-Alive', '\t h \t', '', 'a: b'),
      fc.oneof(
        fc.constantFrom('0', 'chunked', 'close', '100-continue', 'a\0b', 'caf\u00e9', 'x\rY: z', 'x\nY: z'),
        fc.string({ maxLength: 12 }),
      ),
    );
    const line = fc
      .tuple(
        name,
        mostly(fc.constantFrom(':', ': ', ':  '), fc.constant(' : ')),
        value,
        mostly(fc.constant('\r\n'), fc.constantFrom('\n', '\r', '\r\n ')),
      )
      .map((parts) => parts.join(''));
    const first = mostly(
      fc.constantFrom(`GET ${TARGET} HTTP/1.1\r\n`, `GET ${TARGET}#a HTTP/1.1\r\n`),
      fc.constantFrom(
        ...[`GET  ${TARGET} HTTP/1.1`, `GET ${TARGET} HTTP/1.0`, `get ${TARGET} HTTP/1.1`, `POST ${TARGET} HTTP/1.1`],
        ...[`GET http://h${TARGET} HTTP/1.1`, `GET ${TARGET}`, `\r\nGET ${TARGET} HTTP/1.1`].map(
          (text) => `${text}\r\n`,
        ),
      ),
    );
    const end = mostly(
      fc.constant('\r\n'),
      fc.constantFrom('\n', '', '\r\n\r\n', `\r\nGET /b HTTP/1.1\r\n\r\n`, '\r\nbody'),
    );
    const text = fc
      .tuple(first, fc.array(line, { maxLength: 3 }), end)
      .map(([start, lines, last]) => `${start}Host: here\r\n${lines.join('')}${last}`);
    let [read, left] = [0, 0];
    await fc.assert(
      fc.asyncProperty(text, async (whole) => {
        const head = readRequestHead(whole);
        if (!head) {
          left++;
          return;
        }
        read++;
        const [heard, ...more] = await judged(whole);
        expect(more).toEqual([]);
        expect(head).toEqual({ method: heard?.method, url: heard?.url, headers: { ...heard?.headers } });
        expect(heard?.complete).toBe(true);
      }),
      { numRuns: 1000 },
    );
    expect(Math.min(read, left)).toBeGreaterThan(50); // both ways were taken
  });

  it('of ordinary clients is read', () => {
    const lines = ['Host: here:8080', 'User-Agent: curl/8.5.0', 'Accept: */*', 'authorization: Bearer bw_x', 'If-None-Match: "a", W/"b"', 'Connection: keep-alive']; // prettier-ignore
    expect(readRequestHead(`GET ${TARGET} HTTP/1.1\r\n${lines.join('\r\n')}\r\n\r\n`)).toEqual({
      method: 'GET',
      url: TARGET,
      headers: {
        host: 'here:8080',
        'user-agent': 'curl/8.5.0',
        accept: '*/*',
        authorization: 'Bearer bw_x',
        'if-none-match': '"a", W/"b"',
        connection: 'keep-alive',
      },
    });
  });

  it('that is not whole, has more after it, a body, a doubt or no host is left to node:http', () => {
    const start = `GET ${TARGET} HTTP/1.1\r\n`;
    const host = `${start}Host: here\r\n`;
    for (const text of [
      '', start, host, `${start}\r\n`, `${host}\r\n `, `${host}\r\n${host}\r\n`, `${host}Host: there\r\n\r\n`,
      `${host}Content-Length: 0\r\n\r\n`, `${host}Transfer-Encoding: chunked\r\n\r\n`, `${host}Connection: close\r\n\r\n`,
      `${host}Upgrade: websocket\r\n\r\n`, `${host}X : a\r\n\r\n`, `${host} folded\r\n\r\n`, `${host}X: caf\u00e9\r\n\r\n`,
      `${host}X: ${'a'.repeat(5000)}\r\n\r\n`, `${host}\n`,
    ]) expect([text, readRequestHead(text)]).toEqual([text, undefined]); // prettier-ignore
    expect(readRequestHead(`${host}\r\n`)).toBeDefined();
  });
});
