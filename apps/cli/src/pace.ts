/** Without a terminal, a line is written this often. */
const LINE_MS = 5_000;
const TERMINAL_MS = 200;

/** Shows how far a long work is, how fast it goes and when it ends: on one line of a terminal, or as lines of a log. */
export function openPace(what: string): { show(state: { done: number; total: number }): void; end(): void } {
  const began = performance.now();
  let first: number | undefined;
  let shown = 0;
  let last: { done: number; total: number } | undefined;

  function write({ done, total }: { done: number; total: number }): void {
    const seconds = (performance.now() - began) / 1000;
    const pace = seconds > 0 ? (done - (first ?? 0)) / seconds : 0;
    const left = pace > 0 ? `, ${Math.ceil((total - done) / pace)} s left` : '';
    const line = `  ${done} of ${total} ${what}, ${pace.toFixed(0)} a second${done < total ? left : `, ${seconds.toFixed(1)} s`}`;
    process.stderr.write(process.stderr.isTTY ? `\r${line}\u001b[K` : `${line}\n`);
  }

  return {
    show(state) {
      first ??= state.done;
      last = state;
      const now = performance.now();
      if (now - shown < (process.stderr.isTTY ? TERMINAL_MS : LINE_MS)) return;
      shown = now;
      write(state);
    },
    end() {
      if (last) write(last);
      if (process.stderr.isTTY) process.stderr.write('\n');
    },
  };
}
