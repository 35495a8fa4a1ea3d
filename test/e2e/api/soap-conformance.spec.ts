import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { type SaxesTagNS, SaxesParser } from 'saxes';
import { type RunningApi, runApi } from './running-api.js';

let api: RunningApi;
beforeAll(async () => {
  api = await runApi();
});
afterAll(() => api.close());

const SOAP11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const SOAP12 = 'http://www.w3.org/2003/05/soap-envelope';
const NAMESPACE = 'urn:bellwether:v1';

interface Node {
  readonly name: string;
  readonly uri: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
}

/** An XML document as a tree; throws when it is not well-formed, or holds what the profile forbids (R1008, R1009). */
function treeOf(text: string): Node {
  const top: Node = { name: '', uri: '', attributes: {}, children: [] };
  const open = [top];
  const parser = new SaxesParser({ xmlns: true });
  const forbidden = (what: string) => () => {
    throw new Error(`found ${what}`);
  };
  parser.on('doctype', forbidden('a DOCTYPE'));
  parser.on('processinginstruction', forbidden('a processing instruction'));
  parser.on('error', (error) => {
    throw error;
  });
  parser.on('opentag', ({ local, uri, attributes }: SaxesTagNS) => {
    const plain = Object.fromEntries(Object.values(attributes).map(({ name, value }) => [name, value]));
    const node: Node = { name: local, uri, attributes: plain, children: [] };
    open.at(-1)?.children.push(node);
    open.push(node);
  });
  parser.on('closetag', () => void open.pop());
  parser.write(text).close();
  return top.children[0]!;
}
function all(node: Node, name: string): Node[] {
  return [...(node.name === name ? [node] : []), ...node.children.flatMap((child) => all(child, name))];
}

async function post(body: string | Uint8Array, headers: Record<string, string> = {}) {
  const response = await api.ask('/soap', {
    method: 'POST',
    headers: { 'content-type': 'text/xml; charset=utf-8', ...headers },
    body,
  });
  return { status: response.status, type: response.headers.get('content-type') ?? '', text: await response.text() };
}
const envelope = (body: string, version = SOAP11) =>
  `<s:Envelope xmlns:s="${version}" xmlns:b="${NAMESPACE}"><s:Body>${body}</s:Body></s:Envelope>`;
const SERIES =
  '<b:GetTimeSeries><b:dataset>clinic</b:dataset><b:category>respiratory</b:category><b:region>state:PA</b:region><b:from>2024-01-01</b:from><b:to>2024-01-02</b:to></b:GetTimeSeries>';

describe('the description, by the WS-I Basic Profile 1.1', () => {
  let wsdl: Node;
  let bindings: Node[];
  beforeAll(async () => {
    wsdl = treeOf(await (await api.ask('/soap?wsdl')).text());
    bindings = all(wsdl, 'binding').filter(({ uri }) => uri.endsWith('/wsdl/'));
  });

  it('binds SOAP over HTTP, document and literal, everywhere (R2701, R2702, R2705, R2706)', () => {
    const soap = all(wsdl, 'binding').filter(({ uri }) => !uri.endsWith('/wsdl/'));
    expect(soap.map(({ attributes }) => [attributes['style'], attributes['transport']])).toEqual(
      soap.map(() => ['document', 'http://schemas.xmlsoap.org/soap/http']),
    );
    expect(all(wsdl, 'body').map(({ attributes }) => attributes['use'])).toEqual(Array(24).fill('literal'));
  });

  it('gives each message one part, which is an element (R2201, R2204, R2712)', () => {
    const messages = all(wsdl, 'message');
    expect(messages).toHaveLength(13);
    const elements = all(wsdl, 'schema')[0]!.children.filter(({ name }) => name === 'element');
    for (const { children } of messages) {
      expect(children).toHaveLength(1);
      expect(children[0]?.attributes['type']).toBeUndefined();
      expect(elements.map(({ attributes }) => `b:${attributes['name']}`)).toContain(children[0]?.attributes['element']);
    }
  });

  it('has no two operations of one name or one wire signature (R2304, R2710)', () => {
    const [type] = all(wsdl, 'portType');
    const names = type!.children.map(({ attributes }) => attributes['name']);
    expect(new Set(names).size).toBe(names.length);
    const inputs = all(wsdl, 'input').flatMap(({ attributes }) => attributes['message'] ?? []);
    expect(new Set(inputs).size).toBe(inputs.length);
  });

  it('binds every operation of the port type, with its faults by name (R2718, R2721, R2728)', () => {
    const [type] = all(wsdl, 'portType');
    for (const { children } of bindings) {
      const operations = children
        .filter(({ name }) => name === 'operation' && true)
        .filter(({ uri }) => uri.endsWith('/wsdl/'));
      expect(operations.map(({ attributes }) => attributes['name'])).toEqual(
        type!.children.map(({ attributes }) => attributes['name']),
      );
      for (const operation of operations) {
        const [outer] = operation.children.filter(({ name, uri }) => name === 'fault' && uri.endsWith('/wsdl/'));
        expect(outer?.children[0]?.attributes).toMatchObject({ name: outer?.attributes['name'], use: 'literal' });
        expect(outer?.children[0]?.attributes).not.toHaveProperty('encodingStyle');
      }
    }
  });

  it('names an action for each operation, and imports nothing (R2001, R2717, R2744)', () => {
    const actions = all(wsdl, 'operation').flatMap(({ attributes }) => attributes['soapAction'] ?? []);
    expect(actions).toHaveLength(12);
    for (const action of actions) expect(action).toMatch(/^urn:bellwether:v1\/[A-Z]\w+$/);
    expect([...all(wsdl, 'import'), ...all(wsdl, 'include')]).toEqual([]);
  });
});

describe('messages, by the WS-I Basic Profile 1.1', () => {
  it('are Envelope and Body with one qualified child, without DOCTYPE or instructions (R1008, R1009, R1011, R1014, R9981)', async () => {
    const { status, type, text } = await post(envelope(SERIES));
    const answer = treeOf(text);
    expect([status, type, answer.name, answer.uri]).toEqual([200, 'text/xml; charset=utf-8', 'Envelope', SOAP11]);
    expect(answer.children.map(({ name }) => name)).toEqual(['Body']);
    const [body] = answer.children;
    expect(body?.children.map(({ name, uri }) => [name, uri])).toEqual([['GetTimeSeriesResponse', NAMESPACE]]);
    expect(text).not.toMatch(/encodingStyle|arrayType/);
  });

  it('with a fault have status 500, and unqualified children of Fault (R1000, R1001, R1004, R1126)', async () => {
    const { status, type, text } = await post(envelope(SERIES.replace('clinic', 'other')));
    const [fault] = all(treeOf(text), 'Fault');
    expect([status, type]).toEqual([500, 'text/xml; charset=utf-8']);
    expect(fault?.children.map(({ name, uri }) => [name, uri])).toEqual([
      ['faultcode', ''],
      ['faultstring', ''],
      ['detail', ''],
    ]);
    expect(fault?.children[2]?.children.every(({ uri }) => uri === NAMESPACE)).toBe(true);
  });

  it('are answered whatever SOAPAction says, quoted or not (R1127, R1119)', async () => {
    for (const action of ['"urn:bellwether:v1/GetTimeSeries"', '""', 'urn:bellwether:v1/ListDatasets', '"urn:other"'])
      expect((await post(envelope(SERIES), { soapaction: action })).text).toContain('GetTimeSeriesResponse');
  });

  it('of another version are a VersionMismatch; a header not understood is MustUnderstand (R1015, R1025; SOAP 1.2 §5.4.6)', async () => {
    const codeOf = async (text: string) => {
      const answer = await post(text);
      return [answer.status, /<(?:faultcode|soap:Value)>([^<]*)</.exec(answer.text)?.[1]];
    };
    expect(await codeOf(envelope(SERIES, 'urn:soap:1.3'))).toEqual([500, 'soap:VersionMismatch']);
    for (const version of [SOAP11, SOAP12]) {
      const header = `<s:Header><x xmlns="urn:x" s:mustUnderstand="1"/></s:Header><s:Body>`;
      expect(await codeOf(envelope(SERIES, version).replace('<s:Body>', header))).toEqual([500, 'soap:MustUnderstand']);
    }
  });

  it('may be in UTF-8 with a byte order mark (R4001)', async () => {
    expect((await post(`\ufeff${envelope(SERIES)}`)).status).toBe(200);
  });

  it('go by POST: GET has no answer but the description (R1132)', async () => {
    expect((await api.ask('/soap', { method: 'GET' })).status).toBe(404);
    expect((await api.ask('/soap', { method: 'PUT', body: envelope(SERIES) })).status).toBe(404);
  });
});

/** Ways to break a message; the numbers decide where. */
const cut = (text: string, at: number, length: number) =>
  text.slice(0, at % text.length) + text.slice((at % text.length) + length);
const broken = fc
  .record({
    version: fc.constantFrom(SOAP11, SOAP12),
    how: fc.constantFrom(
      'cut',
      'truncate',
      'insert',
      'double',
      'rename',
      'entity',
      'doctype',
      'bytes',
      'namespace',
      'nest',
      'cdata',
      'comment',
    ),
    at: fc.nat(2000),
    length: fc.integer({ min: 1, max: 60 }),
    text: fc.constantFrom(
      '<',
      '&',
      '>',
      '"',
      '</s:Body>',
      '<!--',
      ']]>',
      '&#0;',
      '&nbsp;',
      '<?x y?>',
      '\u0001',
      '<b:x>',
      'xmlns:b="urn:y"',
      '=',
      '<![CDATA[',
    ),
  })
  .map(({ version, how, at, length, text }) => {
    const whole = envelope(SERIES, version);
    switch (how) {
      case 'cut':
        return cut(whole, at, length);
      case 'truncate':
        return whole.slice(0, at % whole.length);
      case 'insert':
        return whole.slice(0, at % whole.length) + text + whole.slice(at % whole.length);
      case 'double':
        return whole + whole;
      case 'rename':
        return whole.replaceAll('b:dataset', `b:${text.replace(/[^a-z]/g, '')}z${at}`);
      case 'entity':
        return whole.replace('clinic', `&${text.replace(/[^a-z]/g, '')}e${at};`);
      case 'doctype':
        return `<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>${whole.replace('clinic', '&b;')}`;
      case 'bytes':
        return Buffer.concat([Buffer.from(whole.slice(0, at % whole.length)), Buffer.from([0xff, 0xfe, length])]);
      case 'namespace':
        return whole.replace(NAMESPACE, `urn:${at}`);
      case 'nest':
        return whole.replace(SERIES, '<b:GetTimeSeries>'.repeat(length) + '</b:GetTimeSeries>'.repeat(length));
      case 'cdata':
        return whole.replace('clinic', `<![CDATA[${text}`);
      case 'comment':
        return whole.replace('<s:Body>', `<!-- ${text} -- ><s:Body>`);
    }
  });

describe('a malformed envelope', () => {
  it('is answered by a fault, of which nothing tells about the program: a hundred of them', async () => {
    const answers = { faults: 0, other: 0 };
    for (const message of fc.sample(broken, { seed: 2005, numRuns: 260 })) {
      const { status, type, text } = await post(message);
      if (status === 200) {
        // Still a message, only another one: what it says has been understood.
        answers.other++;
        continue;
      }
      answers.faults++;
      const answer = treeOf(text);
      expect([status, /^(text\/xml|application\/soap\+xml)/.test(type)]).toEqual([status, true]);
      expect([400, 500]).toContain(status);
      expect(all(answer, 'Fault')).toHaveLength(1);
      expect(text).not.toMatch(/node_modules|\bat .*\.(ts|js)|root:|\/libs\/|stack/i);
      expect(text).toMatch(/<code>(REQUEST_INVALID|UNKNOWN_\w+)<\/code>/);
    }
    expect(answers.faults).toBeGreaterThanOrEqual(100);
    expect(api.errors).toEqual([]);
  });
});
