/** What Epidata answers when it cannot: result −1 and a sentence. */
export class EpidataFailure extends Error {
  override readonly name = 'EpidataFailure';

  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Validation of parameters fails with 400. */
export const invalid = (message: string): EpidataFailure => new EpidataFailure(400, message);

/** The body of a failure, as JSON; docs of Delphi Epidata, "API return codes". */
export const failureText = (message: string): string => JSON.stringify({ epidata: [], result: -1, message });
