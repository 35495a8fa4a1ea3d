import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** Seals small JSON values so that only we can make and read them (AES-256-GCM, NIST SP 800-38D). */
export interface Seal {
  seal(value: object): string;
  /** Undefined: it was not made by {@link seal} for the same purpose. */
  open(sealed: string): unknown;
}

const NONCE = 12;
const TAG = 16;

/** What is sealed for one purpose is not opened for another. */
export function openSeal(secret: Uint8Array, purpose: string): Seal {
  const key = createHash('sha256').update('bellwether seal').update(secret).digest();
  const about = Buffer.from(purpose);
  return {
    seal(value) {
      const nonce = randomBytes(NONCE);
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(about);
      const text = Buffer.concat([cipher.update(JSON.stringify(value), 'utf8'), cipher.final()]);
      return Buffer.concat([nonce, cipher.getAuthTag(), text]).toString('base64url');
    },
    open(sealed) {
      const bytes = Buffer.from(sealed, 'base64url');
      if (bytes.length <= NONCE + TAG) return undefined;
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, NONCE), { authTagLength: TAG });
      decipher.setAAD(about).setAuthTag(bytes.subarray(NONCE, NONCE + TAG));
      try {
        const text = Buffer.concat([decipher.update(bytes.subarray(NONCE + TAG)), decipher.final()]).toString('utf8');
        return JSON.parse(text) as unknown;
      } catch {
        return undefined;
      }
    },
  };
}
