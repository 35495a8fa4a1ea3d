/** Files of one listing; a longer one is refused whole. */
export const MOST_LISTED = 100_000;
