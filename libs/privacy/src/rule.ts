/** How small counts are kept from being read or derived. */
export interface PrivacyRule {
  /** Counts from 1 to this are small. Zero is not: it is a fact about nobody. */
  readonly threshold: number;
  /**
   * From everything that is released, a small count is never known to within less than this: the highest value it can
   * have less the lowest is at least so much. Below `threshold`, because who sees that a count is hidden knows that it
   * may lie from 1 to `threshold`.
   */
  readonly protection: number;
}

/** Half the threshold: for 10, five. */
export const protectionFor = (threshold: number): number => Math.max(1, Math.ceil(threshold / 2));

export const isSmall = (count: number, { threshold }: Pick<PrivacyRule, 'threshold'>): boolean =>
  count >= 1 && count <= threshold;
