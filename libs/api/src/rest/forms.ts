import { TABULAR_FORMS, type TabularForm } from '../ask/index.js';
import { TABULAR } from '../tabular/index.js';
import { RECORDS_TYPE } from './records-binary.js';

export type Form = 'json' | 'binary' | TabularForm;

const OFFERS: readonly (readonly [type: string, form: Form])[] = [
  ['application/json', 'json'],
  [RECORDS_TYPE, 'binary'],
  ...TABULAR_FORMS.map((form) => [TABULAR[form].accepts, form] as const),
];

/** Almost no request names a form by its Accept header, and this is on the way of each. */
const NAMES_A_FORM = /csv|jsonl|arrow|parquet|bellwether/;

/**
 * The form that an Accept header likes best (RFC 9110 §12.5.1) of those that are offered under a name of their own;
 * undefined where it names none, or likes JSON as much.
 */
export function formAccepted(accept: string | undefined): Form | undefined {
  if (accept === undefined || !NAMES_A_FORM.test(accept)) return undefined;
  let best: { form: Form; quality: number } | undefined;
  for (const part of accept.split(',')) {
    const [type = '', ...parameters] = part.split(';').map((text) => text.trim().toLowerCase());
    const form = OFFERS.find(([offered]) => offered === type)?.[1];
    const stated = parameters.find((text) => text.startsWith('q='));
    const quality = stated === undefined ? 1 : Number(stated.slice(2));
    if (form !== undefined && quality > (best?.quality ?? 0)) best = { form, quality };
  }
  return best?.form === 'json' ? undefined : best?.form;
}

/** The form of an answer: as the parameter says, else as Accept does, else JSON. */
export const formOf = (format: Form | undefined, accept: string | undefined): Form =>
  format ?? formAccepted(accept) ?? 'json';

/** The same where there are no stored records to send. */
export function tabularFormOf(
  format: 'json' | TabularForm | undefined,
  accept: string | undefined,
): 'json' | TabularForm {
  const form = formOf(format, accept);
  return form === 'binary' ? 'json' : form;
}

/** Of answers under `format=`, in OpenAPI. */
export const TABULAR_CONTENT = {
  'text/csv': 'text',
  'application/jsonl': 'text',
  'application/vnd.apache.arrow.stream': 'binary',
  'application/vnd.apache.parquet': 'binary',
} as const;
