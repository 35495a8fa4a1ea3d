import { createHash } from 'node:crypto';

/** 32 hex digits made from what something is: the same thing has the same name, whoever finds it, and however often. */
export const nameOf = (...parts: readonly (string | number)[]): string =>
  createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
