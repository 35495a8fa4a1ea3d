import { BellwetherError } from '#vocabulary';

/** `what` is about the form of the object, never its content. */
export function damaged(submission: string, what: string): BellwetherError {
  return new BellwetherError('OBJECT_DAMAGED', `${submission}: ${what}`);
}
