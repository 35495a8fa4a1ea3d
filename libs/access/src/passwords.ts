import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** `scrypt:` N, r, p, salt and hash; base64url. RFC 7914; the cost is that of OWASP's Password Storage Cheat Sheet. */
export const PASSWORD_HASH = /^scrypt:(\d{4,6}):(\d{1,2}):(\d{1,2}):([\w-]{22}):([\w-]{43})$/;
const COST = { N: 2 ** 16, r: 8, p: 1 } as const;
const BYTES = 32;
/** Passwords are hashed one after the other, so that a crowd of logins takes the memory of one (64 MiB). */
let queue: Promise<unknown> = Promise.resolve();
let waiting = 0;
const MOST_WAITING = 200;

interface Cost {
  readonly N: number;
  readonly r: number;
  readonly p: number;
}

function derive(password: string, salt: Buffer, cost: Cost): Promise<Buffer> {
  const work = (): Promise<Buffer> =>
    new Promise((resolve, reject) => {
      scrypt(password.normalize('NFC'), salt, BYTES, { ...cost, maxmem: 256 * 2 ** 20 }, (error, key) =>
        error ? reject(error) : resolve(key),
      );
    });
  const turn = queue.then(work, work);
  queue = turn.catch(() => undefined);
  return turn;
}

/** The text that goes into the key file for a password. */
export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(password, salt, COST);
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), hash.toString('base64url')].join(':');
}

/** Whether the password is the one of the hash; an undefined hash takes as long, and is no password's. */
export async function isPassword(password: string, stored: string | undefined): Promise<boolean> {
  const [, N, r, p, salt, hash] = PASSWORD_HASH.exec(stored ?? '') ?? [];
  if (waiting >= MOST_WAITING) return false;
  waiting++;
  try {
    if (salt === undefined || hash === undefined) {
      await derive(password, Buffer.alloc(16), COST);
      return false;
    }
    const cost = { N: Number(N), r: Number(r), p: Number(p) };
    return timingSafeEqual(
      await derive(password, Buffer.from(salt, 'base64url'), cost),
      Buffer.from(hash, 'base64url'),
    );
  } finally {
    waiting--;
  }
}
