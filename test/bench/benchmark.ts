/** One benchmark: a file of its own, named in main.ts. */
export interface Benchmark {
  /** One line for `npm run bench -- --help`. */
  readonly summary: string;
  /** What is measured and how, with every option: `npm run bench -- NAME --help`. */
  readonly help: string;
  /** Prints a table for people; returns the same figures, which main.ts prints as the last line, one JSON object. */
  run(args: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
}
