export const IDENTIFIER_RULE = 'expected 1 to 128 printable characters';

/**
 * Control characters, line ends of Unicode, marks that reorder what is read, and halves of a pair. An identifier with
 * one of them looks like another, or like nothing, wherever it is shown.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]/u;
const PLAIN = /^[\x20-\x7e]+$/;

/** Whether a text from a file can name a facility or an open category. */
export const isIdentifier = (text: string): boolean =>
  text.length <= 128 && (PLAIN.test(text) || !UNPRINTABLE.test(text));
