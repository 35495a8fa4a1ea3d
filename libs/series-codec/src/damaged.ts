import { BellwetherError } from '#vocabulary';

/** The one error of the readers: the bytes are not what a writer of this library wrote. */
export const damaged = (how: string): BellwetherError => new BellwetherError('SERIES_DAMAGED', how);
