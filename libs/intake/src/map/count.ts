import { type ErrorCode, MAX_COUNT, STATUS, type Status } from '#vocabulary';

/** A count as it was written: a status with its value, or why it cannot be one. */
export type Count =
  | { readonly status: Status; readonly value: number; readonly code?: undefined }
  | { readonly code: ErrorCode; readonly detail: string };

interface CountForms {
  readonly missing: readonly string[];
  readonly suppressed: readonly string[];
}

const shapeOf = (text: string): string => `${text.length} characters`;

/** A reader of whole numbers from 0; the configured words for missing and suppressed come first, empty is missing. */
export function countReader({ missing, suppressed }: CountForms): (text: string) => Count {
  const words = new Map<string, Count>([['', { status: STATUS.missing, value: 0 }]]);
  for (const word of missing) words.set(word, { status: STATUS.missing, value: 0 });
  for (const word of suppressed) words.set(word, { status: STATUS.suppressed, value: 0 });
  return (text) => {
    const word = words.get(text);
    if (word) return word;
    if (/^\d{1,10}$/.test(text)) {
      const value = Number(text);
      if (value <= MAX_COUNT) return { status: STATUS.reported, value };
    }
    if (/^\d+$/.test(text)) return { code: 'VALUE_TOO_LARGE', detail: `expected at most ${MAX_COUNT}` };
    if (/^-\s*\d+(\.\d+)?$/.test(text)) return { code: 'VALUE_NEGATIVE', detail: 'expected a whole number from 0' };
    return { code: 'VALUE_NOT_A_NUMBER', detail: `expected a whole number, found ${shapeOf(text)}` };
  };
}
