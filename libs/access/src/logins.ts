import { findKey, type KeyRing } from './keys/index.js';
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

/** `used` is told of every use of an API key as a password. */
export function createLogins(ring: KeyRing, used?: (key: string, at: number) => void): Logins {
  return {
    async byPassword(user, password) {
      if (password.length === 0 || password.length > LONGEST_PASSWORD) return undefined;
      const at = Date.now();
      const keyed = findKey(ring, password, at);
      if (keyed) {
        if (keyed.entry.principal.id !== user) return undefined;
        used?.(keyed.key.name, at);
        return keyed.entry.principal;
      }
      const entry = ring.byId.get(user);
      return (await isPassword(password, entry?.login?.password)) ? entry?.principal : undefined;
    },
    sshKeysOf: (user) => ring.byId.get(user)?.login?.sshKeys ?? [],
    byProvenKey(user) {
      const entry = ring.byId.get(user);
      return entry?.login && entry.login.sshKeys.length > 0 ? entry.principal : undefined;
    },
  };
}
