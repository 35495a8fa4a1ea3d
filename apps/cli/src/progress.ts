const BAR = 30;
/** Without a terminal, a line is written this often. */
const LINE_MS = 5_000;

/** Shows how far a load is, on one line of a terminal or as lines in a log. */
export class Progress {
  readonly #began = performance.now();
  #received = 0;
  #counted = 0;
  #shown = 0;

  constructor(private readonly total: number) {}

  received(count: number): void {
    this.#received = count;
    this.#show();
  }

  counted(count: number): void {
    this.#counted = count;
    this.#show();
  }

  done(): void {
    this.#received = this.#counted = this.total;
    this.#shown = 0;
    this.#show();
    if (process.stderr.isTTY) process.stderr.write('\n');
  }

  #show(): void {
    const now = performance.now();
    if (now - this.#shown < (process.stderr.isTTY ? 200 : LINE_MS)) return;
    this.#shown = now;
    const share = this.total === 0 ? 1 : this.#counted / this.total;
    const bar = '█'.repeat(Math.round(share * BAR)).padEnd(BAR, '░');
    const seconds = ((now - this.#began) / 1000).toFixed(0);
    const line = `  ${bar} ${this.#counted} of ${this.total} submissions counted, ${this.#received} received, ${seconds} s`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
  }
}
