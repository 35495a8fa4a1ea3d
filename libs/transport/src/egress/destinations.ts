import ipaddr from 'ipaddr.js';
import { BellwetherError } from '#vocabulary';

/** One entry of the allow-list: a name, a name with everything below it, or a range of addresses; with a port or any. */
export type Destination = { readonly port: number | undefined } & (
  | { readonly kind: 'host'; readonly host: string }
  | { readonly kind: 'below'; readonly domain: string }
  | { readonly kind: 'range'; readonly range: readonly [ipaddr.IPv4 | ipaddr.IPv6, number] }
);

const ENTRY = /^(?:\[([^\]]+)\]|([^:\]]+))(?::(\d{1,5}))?$/;
const NAME = /^(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

const refuse = (entry: string): BellwetherError =>
  new BellwetherError(
    'CONFIG_INVALID',
    `the allow-list of connections: found ${JSON.stringify(entry.slice(0, 80))}, expected host:port, *.domain:port, address:port, or range/bits:port`,
  );

/** Reads one entry. An IPv6 address or range stands in brackets. Throws CONFIG_INVALID. */
export function readDestination(entry: string): Destination {
  const [, bracketed, plain, portText] = ENTRY.exec(entry.toLowerCase()) ?? [];
  const name = bracketed ?? plain;
  const port = portText === undefined ? undefined : Number(portText);
  if (name === undefined || port === 0 || (port ?? 1) > 65_535) throw refuse(entry);
  const [address = '', bits] = name.split('/');
  const isLiteral = ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address);
  if (isLiteral) {
    const parsed = ipaddr.process(address);
    const whole = parsed.kind() === 'ipv4' ? 32 : 128;
    const length = bits === undefined ? whole : /^\d{1,3}$/.test(bits) ? Number(bits) : NaN;
    if (!(length <= whole)) throw refuse(entry);
    return { kind: 'range', range: [parsed, length], port };
  }
  if (name.startsWith('*.') && NAME.test(name.slice(2)) && name.slice(2).includes('.'))
    return { kind: 'below', domain: name.slice(1), port };
  if (bits !== undefined || !NAME.test(name) || /^[\d.]+$/.test(name) || name.startsWith('0x')) throw refuse(entry);
  return { kind: 'host', host: name, port };
}
