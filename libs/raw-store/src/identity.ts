import { createHash } from 'node:crypto';
import type { ArrivalFacts } from './port.js';

/** Identity of a submission: the same file of the same feed, stating the same about itself, is the same submission. */
export function identify(facts: ArrivalFacts, sha256: string): string {
  const stated = Object.entries(facts.stated).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([facts.feed, stated, sha256, ...(facts.kind === 'order' ? ['order'] : [])]))
    .digest('hex');
}

export const isSubmission = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/** The folder of an object below objects/ and cool/. */
export const shardOf = (submission: string): string => submission.slice(0, 2);
