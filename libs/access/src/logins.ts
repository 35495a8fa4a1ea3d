import { type KeyRing, principalOfKey } from './keys.js';
import { isPassword } from './passwords.js';
import type { Principal } from './principal.js';

/**
 * Who may log in to the doors that know users (SFTP, FTPS). The user is the id of a principal of the key file; its
 * password is its API key, or the password of its `login`.
 */
export interface Logins {
  /** Undefined: no such user, or another password; both take as long. */
  byPassword(user: string, password: string): Promise<Principal | undefined>;
  /** Lines of public keys, as in an authorized_keys file, with which the user may log in; none for an unknown user. */
  sshKeysOf(user: string): readonly string[];
  /** Who has proved to be the user by one of the keys. */
  byProvenKey(user: string): Principal | undefined;
}

const LONGEST_PASSWORD = 1024;

export function createLogins(ring: KeyRing): Logins {
  const entries = new Map(ring.map((entry) => [entry.principal.id, entry]));
  return {
    async byPassword(user, password) {
      if (password.length === 0 || password.length > LONGEST_PASSWORD) return undefined;
      const keyed = principalOfKey(ring, password);
      if (keyed) return keyed.id === user ? keyed : undefined;
      const entry = entries.get(user);
      return (await isPassword(password, entry?.login?.password)) ? entry?.principal : undefined;
    },
    sshKeysOf: (user) => entries.get(user)?.login?.sshKeys ?? [],
    byProvenKey(user) {
      const entry = entries.get(user);
      return entry?.login && entry.login.sshKeys.length > 0 ? entry.principal : undefined;
    },
  };
}
