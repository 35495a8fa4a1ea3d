import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RunningApi, runApi } from './running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await runApi({ sampleMode: false });
});
afterAll(() => api.close());

const WSS = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-';
const SECEXT = `${WSS}wssecurity-secext-1.0.xsd`;
const UTILITY = `${WSS}wssecurity-utility-1.0.xsd`;
const TYPE = `${WSS}username-token-profile-1.0#Password`;

const LIST = '<b:ListDatasets xmlns:b="urn:bellwether:v1"/>';
const envelope = (header: string, body = LIST) =>
  `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" xmlns:w="${SECEXT}" xmlns:u="${UTILITY}">${header}<s:Body>${body}</s:Body></s:Envelope>`;
const secured = (content: string, attributes = 's:mustUnderstand="1"') =>
  `<s:Header><w:Security ${attributes}>${content}</w:Security></s:Header>`;
const instant = (offset = 0) => new Date(Date.now() + offset).toISOString();

function digest(change: { user?: string; secret?: string; created?: string } = {}): string {
  const { user = 'reader', secret = api.soapSecretOf('reader'), created = instant() } = change;
  const nonce = randomBytes(16);
  const value = createHash('sha1').update(nonce).update(created + secret).digest('base64'); // prettier-ignore
  return `<w:UsernameToken><w:Username>${user}</w:Username><w:Password Type="${TYPE}Digest">${value}</w:Password><w:Nonce>${nonce.toString('base64')}</w:Nonce><u:Created>${created}</u:Created></w:UsernameToken>`;
}
const text = (user: string, password: string) =>
  `<w:UsernameToken><w:Username>${user}</w:Username><w:Password Type="${TYPE}Text">${password}</w:Password></w:UsernameToken>`;

async function post(body: string, headers: Record<string, string> = {}): Promise<{ status: number; text: string }> {
  const response = await api.ask('/soap', {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
    body,
  });
  return { status: response.status, text: await response.text() };
}
const outcome = async (header: string, headers?: Record<string, string>): Promise<string | undefined> => {
  const answer = await post(envelope(header), headers);
  if (answer.status === 200) return answer.text.includes('id="clinic"') ? 'answered' : answer.text;
  expect(answer.text).toContain('<faultcode>soap:');
  return /<code>(\w+)<\/code>/.exec(answer.text)?.[1];
};

describe('a UsernameToken', () => {
  it('of either kind stands for an API key', async () => {
    expect(await outcome(secured(digest()))).toBe('answered');
    expect(await outcome(secured(text('reader', api.keys.viewer)))).toBe('answered');
    expect(await outcome('', { 'x-api-key': api.keys.viewer })).toBe('answered');
  });

  it('may come with a time stamp, which is looked at', async () => {
    const stamp = (from: number, to: number) =>
      `<u:Timestamp><u:Created>${instant(from)}</u:Created><u:Expires>${instant(to)}</u:Expires></u:Timestamp>`;
    expect(await outcome(secured(stamp(-1000, 60_000) + digest()))).toBe('answered');
    expect(await outcome(secured(stamp(-60_000, -1000) + digest()))).toBe('REQUEST_INVALID');
  });

  it('is taken once: the same message again is refused', async () => {
    const header = secured(digest());
    expect([await outcome(header), await outcome(header)]).toEqual(['answered', 'UNAUTHENTICATED']);
  });

  it('is a person of its own: it sees what its principal sees', async () => {
    const series = (region: string) =>
      `<b:GetTimeSeries xmlns:b="urn:bellwether:v1"><b:dataset>clinic</b:dataset><b:category>fever</b:category><b:region>${region}</b:region><b:from>2024-01-01</b:from><b:to>2024-01-01</b:to></b:GetTimeSeries>`;
    const ask = async (region: string) =>
      (await post(envelope(secured(text('county', api.keys.analyst)), series(region)))).text;
    expect(await ask('county:42091')).toContain('status="reported"');
    expect(await ask('state:NJ')).toContain('<code>FORBIDDEN</code>');
  });

  it.each([
    ['nobody is named', () => ''],
    ['the secret is wrong', () => secured(digest({ secret: 'bws_wrong' }))],
    ['the user is another', () => secured(digest({ user: 'county' }))],
    ['it is too old', () => secured(digest({ created: instant(-301_000) }))],
    ['the key is somebody else’s', () => secured(text('county', api.keys.viewer))],
    ['the token is for somebody else on the way', () => secured(digest(), 's:actor="urn:other"')],
  ])('where %s, the fault is UNAUTHENTICATED with status 500, as the Basic Profile has it', async (_, header) => {
    const answer = await post(envelope(header()));
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('<faultcode>soap:Client</faultcode>');
    expect(answer.text).toContain('<code>UNAUTHENTICATED</code>');
  });

  it('that is wrong is not made good by an API key beside it', async () => {
    expect(await outcome(secured(digest({ secret: 'x' })), { 'x-api-key': api.keys.viewer })).toBe('UNAUTHENTICATED');
  });

  it('with the password in it is refused where others could have read it', async () => {
    const token = secured(text('reader', api.keys.viewer));
    expect(await outcome(token, { 'x-forwarded-for': '203.0.113.9' })).toBe('UNAUTHENTICATED');
    expect(await outcome(token, { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'http' })).toBe('UNAUTHENTICATED'); // prettier-ignore
    expect(await outcome(token, { 'x-forwarded-for': '203.0.113.9', 'x-forwarded-proto': 'https' })).toBe('answered');
    expect(await outcome(secured(digest()), { 'x-forwarded-for': '203.0.113.9' })).toBe('answered');
  });

  it.each([
    ['two tokens', () => secured(digest() + digest())],
    [
      'two headers',
      () => `<s:Header><w:Security>${digest()}</w:Security><w:Security>${digest()}</w:Security></s:Header>`,
    ],
    [
      'a signature, which nobody here checks',
      () => secured(`${digest()}<d:Signature xmlns:d="http://www.w3.org/2000/09/xmldsig#"/>`),
    ],
    ['a binary token', () => secured('<w:BinarySecurityToken>x</w:BinarySecurityToken>')],
    ['two user names', () => secured(digest().replace('<w:Password', '<w:Username>county</w:Username><w:Password'))],
    ['a password of another type', () => secured(digest().replace('Digest"', 'Other"'))],
    ['no nonce', () => secured(digest().replace(/<w:Nonce>.*<\/w:Nonce>/, ''))],
    ['no user', () => secured(text('', 'x'))],
    ['an endless password', () => secured(text('reader', 'x'.repeat(2000)))],
    ['elements of another namespace', () => secured('<UsernameToken><Username>reader</Username></UsernameToken>')],
  ])('is refused with %s', async (_, header) => {
    expect(await outcome(header())).toBe('REQUEST_INVALID');
  });

  it('does not make a stranger’s large message worth reading', async () => {
    const answer = await post(envelope('', `${LIST}${' '.repeat(70_000)}`));
    expect([answer.status, answer.text.includes('PAYLOAD_TOO_LARGE')]).toEqual([413, true]);
    expect((await post(envelope('', `${LIST}${' '.repeat(70_000)}`), { 'x-api-key': api.keys.viewer })).status).toBe(
      200,
    );
  });
});
