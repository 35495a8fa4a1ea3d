import { lookup } from 'node:dns/promises';
import ipaddr from 'ipaddr.js';
import { BellwetherError } from '#vocabulary';
import { type Destination, readDestination } from './destinations.js';

/** Where a connection may go: the address to connect to, and the name that TLS and Host are about. */
export interface Pinned {
  readonly host: string;
  readonly address: string;
  readonly family: 4 | 6;
  readonly port: number;
}

/**
 * The one way to a connection that leaves this machine. A name is resolved once; the caller connects to the address it is
 * given and to no other, so that a second answer of the name server cannot lead elsewhere (DNS rebinding). Each hop of
 * a redirect is asked for anew.
 */
export interface Egress {
  /** Throws EGRESS_REFUSED, or ENDPOINT_FAILED when the name is not known. */
  pin(host: string, port: number): Promise<Pinned>;
}

export interface EgressOptions {
  /** See {@link readDestination}; nothing may be reached when it is empty. */
  readonly allow: readonly string[];
  /** All addresses of a name; that of the system unless given. */
  resolve?(host: string): Promise<readonly string[]>;
}

const RESOLVE_WITHIN_MS = 10_000;

const bySystem = async (host: string): Promise<readonly string[]> =>
  (await lookup(host, { all: true, verbatim: true })).map(({ address }) => address);

export function openEgress({ allow, resolve = bySystem }: EgressOptions): Egress {
  const destinations = allow.map(readDestination);

  return {
    async pin(given, port) {
      const host = hostOf(given);
      const named = destinations.filter((destination) => namesHost(destination, host) && isPort(destination, port));
      const literal = literalOf(host);
      const ranges = destinations.filter((destination) => destination.kind === 'range' && isPort(destination, port));
      if (literal === undefined && named.length === 0) throw refused(host, port, 'is not on the allow-list');
      const addresses = literal === undefined ? await resolved(resolve, host) : [literal];
      // One address out of bounds spoils them all: an honest name does not point inside and outside.
      const parsed = addresses.map((address) => ipaddr.process(address));
      for (const address of parsed) {
        const isListed = ranges.some((destination) => covers(destination, address));
        if (isListed) continue;
        if (literal !== undefined) throw refused(host, port, 'is an address that is not on the allow-list');
        if (address.range() !== 'unicast')
          throw refused(host, port, `has an address that is ${address.range()}, and not on the allow-list`);
      }
      const address = parsed[0]!;
      return { host, address: address.toString(), family: address.kind() === 'ipv4' ? 4 : 6, port };
    },
  };
}

/** Lower case, without the dot of the root, in the letters that name servers use; numbers as addresses. */
function hostOf(given: string): string {
  const text = given.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (text === '' || text.length > 253 || /[^\p{L}\p{M}\p{N}.:_-]/u.test(text))
    throw new BellwetherError('EGRESS_REFUSED', 'the host is not a name or an address');
  if (ipaddr.IPv6.isValid(text)) return ipaddr.process(text).toString();
  // The URL standard reads 2130706433, 0x7f.1 and 0177.0.0.1 as the address they are to a resolver.
  const url = `http://${text}/`;
  if (!URL.canParse(url)) throw new BellwetherError('EGRESS_REFUSED', 'the host is not a name or an address');
  return new URL(url).hostname.toLowerCase();
}

const literalOf = (host: string): string | undefined =>
  ipaddr.IPv4.isValidFourPartDecimal(host) || ipaddr.IPv6.isValid(host) ? host : undefined;
const isPort = (destination: Destination, port: number): boolean =>
  destination.port === undefined || destination.port === port;
const namesHost = (destination: Destination, host: string): boolean =>
  destination.kind === 'host'
    ? destination.host === host
    : destination.kind === 'below' && host.endsWith(destination.domain) && host.length > destination.domain.length;

function covers(destination: Destination, address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  if (destination.kind !== 'range') return false;
  const [range, bits] = destination.range;
  return range.kind() === address.kind() && address.match(range, bits);
}

async function resolved(resolve: NonNullable<EgressOptions['resolve']>, host: string): Promise<readonly string[]> {
  let late: NodeJS.Timeout | undefined;
  try {
    const timeout = new Promise<never>((_, reject) => {
      late = setTimeout(() => reject(new Error('the name server does not answer')), RESOLVE_WITHIN_MS);
    });
    const addresses = await Promise.race([resolve(host), timeout]);
    if (addresses.length > 0) return addresses;
  } catch (error) {
    throw new BellwetherError('ENDPOINT_FAILED', `${host} has no address`, {}, { cause: error });
  } finally {
    clearTimeout(late);
  }
  throw new BellwetherError('ENDPOINT_FAILED', `${host} has no address`);
}

const refused = (host: string, port: number, why: string): BellwetherError =>
  new BellwetherError('EGRESS_REFUSED', `${host.slice(0, 80)} port ${port} ${why}`);
