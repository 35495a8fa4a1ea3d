const TERMINAL_MS = 200;
/** Without a terminal, a line is written this often. */
const LOG_MS = 5_000;

/** One line on standard error that says how far something is. */
export function say(): { show(line: string): void; end(): void } {
  const isTerminal = process.stderr.isTTY;
  let shownAt = 0;
  return {
    show(line) {
      const now = performance.now();
      if (now - shownAt < (isTerminal ? TERMINAL_MS : LOG_MS)) return;
      shownAt = now;
      process.stderr.write(isTerminal ? `\r${line}\u001b[K` : `${line}\n`);
    },
    end() {
      if (isTerminal && shownAt > 0) process.stderr.write('\r\u001b[K');
    },
  };
}
