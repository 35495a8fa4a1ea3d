import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from './tasks.js';

/** Version of the package surveillance that R has here; undefined without either. */
export function surveillanceVersion(): string | undefined {
  const asked = 'cat(as.character(packageVersion("surveillance")))';
  const { status, stdout } = spawnSync('Rscript', ['-e', asked], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}

/** What R took for a series, and its last bound of each. */
export interface RTime {
  readonly cpuMs: number;
  readonly upperbounds: readonly number[];
}

/** CPU time of R for each series of a task: the median of three runs over all of them, less nothing. */
export function timeR({ r }: Task, series: readonly Float64Array[]): RTime {
  const folder = mkdtempSync(join(tmpdir(), 'bellwether-bench-r-'));
  try {
    writeFileSync(join(folder, 'series.csv'), series.map((values) => values.join(',')).join('\n'));
    const script = `suppressMessages(library(surveillance))
lines <- strsplit(readLines("series.csv"), ",")
series <- lapply(lines, as.numeric)
times <- c()
for (run in 1:3) {
  gc()
  t <- proc.time()
  bounds <- sapply(series, function(x) { s <- ${String(r)}; u <- upperbound(s); u[length(u)] })
  t <- proc.time() - t
  times <- c(times, t[["user.self"]] + t[["sys.self"]])
}
cat(median(times), "\\n")
cat(format(bounds, digits=17), "\\n")
`;
    writeFileSync(join(folder, 'task.R'), script);
    const out = execFileSync('Rscript', ['task.R'], { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }); // prettier-ignore
    const [seconds = '', bounds = ''] = out.split('\n');
    const upperbounds = bounds.trim().split(/\s+/).map(Number);
    return { cpuMs: (Number(seconds) * 1000) / series.length, upperbounds };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
