import type { Logins, Principal } from '#access';
import ssh2, { type AuthContext, type PublicKeyAuthContext } from 'ssh2';

const { utils } = ssh2;
const METHODS: ('publickey' | 'password')[] = ['publickey', 'password'];

/** Whether a line of an authorized_keys file is the key that is offered. */
function isSameKey(line: string, { algo, data }: PublicKeyAuthContext['key']): boolean {
  const known = utils.parseKey(line);
  if (known instanceof Error) return false;
  // rsa-sha2-256 and -512 name the hash of the signature, not another key.
  const type = /^rsa-sha2-/.test(algo) ? 'ssh-rsa' : algo;
  return known.type === type && known.getPublicSSH().equals(data);
}

function isProven(line: string, { signature, blob, hashAlgo }: PublicKeyAuthContext): boolean {
  const known = utils.parseKey(line);
  if (known instanceof Error || !signature || !blob) return false;
  return known.verify(blob, signature, hashAlgo) === true;
}

/**
 * One attempt to log in. Resolves with who it is; `asked` when the client only asked whether a key would do; undefined
 * when it failed. The context is answered unless a principal is returned.
 */
export async function authenticate(context: AuthContext, logins: Logins): Promise<Principal | 'asked' | undefined> {
  const { username } = context;
  if (context.method === 'password') return logins.byPassword(username, context.password);
  if (context.method === 'publickey') {
    const line = logins.sshKeysOf(username).find((known) => isSameKey(known, context.key));
    if (line === undefined) {
      context.reject(METHODS);
      return 'asked'; // a client offers all keys it has; only a wrong signature or password is a failure
    }
    if (!context.signature) {
      context.accept();
      return 'asked';
    }
    return isProven(line, context) ? logins.byProvenKey(username) : undefined;
  }
  context.reject(METHODS);
  return 'asked';
}
