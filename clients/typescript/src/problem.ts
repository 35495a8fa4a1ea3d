/** An answer that is a problem document (RFC 9457), or the error of a GraphQL answer. */
export class BellwetherProblem extends Error {
  override readonly name = 'BellwetherProblem';

  constructor(
    /** Stable, for programs: `UNKNOWN_REGION`; `docs/errors.md` explains them. */
    readonly code: string,
    detail: string,
    readonly more: {
      /** Of HTTP; 0 when there is none. */
      readonly status: number;
      /** What to do about it. */
      readonly remedy: string | undefined;
      /** Id of the request, also in the log of the server. */
      readonly instance: string | undefined;
      /** Seconds to wait, where the server says so. */
      readonly retryAfter: number | undefined;
    },
  ) {
    super(`${code}: ${detail}`);
  }
}

const textIn = (document: Readonly<Record<string, unknown>>, name: string): string | undefined => {
  const value = document[name];
  return typeof value === 'string' ? value : undefined;
};

/** The problem of an answer that is none of 2xx. */
export async function problemOf(response: Response): Promise<BellwetherProblem> {
  const text = await response.text().catch(() => '');
  let document: Readonly<Record<string, unknown>> = {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null) document = parsed as Readonly<Record<string, unknown>>;
  } catch {
    // Something between us and the server answered.
  }
  const after = Number(response.headers.get('retry-after') ?? NaN);
  return new BellwetherProblem(
    textIn(document, 'code') ?? 'INTERNAL',
    textIn(document, 'detail') ?? `status ${response.status}`,
    {
      status: response.status,
      remedy: textIn(document, 'remedy'),
      instance: textIn(document, 'instance') ?? response.headers.get('x-request-id') ?? undefined,
      retryAfter: Number.isFinite(after) ? after : undefined,
    },
  );
}
