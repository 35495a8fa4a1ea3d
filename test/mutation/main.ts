import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Mutant, mutantsOf } from './mutants.js';
import { EQUIVALENT, SUBJECTS } from './subjects.js';

/**
 * `npm run test:mutation -- access [--sample N] [--seed S]`: changes the sources of the policy in one place after the
 * other, and runs their specs against each. A change that no spec notices survives, and is listed; the exit status is
 * then 1, unless subjects.ts says why it changes nothing.
 */
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { sample: { type: 'string' }, seed: { type: 'string', default: '1' } },
});
const [name = 'access'] = positionals;
const subject = SUBJECTS[name];
if (!subject) {
  process.stderr.write(`expected one of ${Object.keys(SUBJECTS).join(', ')}\n`);
  process.exit(2);
}

const root = resolve('.');
const work = mkdtempSync(join(tmpdir(), 'mutation-'));
for (const path of ['libs', 'package.json', 'jest.config.mjs', 'tsconfig.json'])
  if (existsSync(join(root, path))) cpSync(join(root, path), join(work, path), { recursive: true });
symlinkSync(join(root, 'node_modules'), join(work, 'node_modules'));
const config = join(work, 'jest.config.mjs');
// Only libs were copied.
writeFileSync(config, readFileSync(config, 'utf8').replace(/roots: \[[^\]]*\]/, "roots: ['<rootDir>/libs']"));

const MINUTES = 2;
/** Whether the specs notice; also when they never end. */
function isKilled(): boolean {
  const jest = join('node_modules', 'jest', 'bin', 'jest.js');
  const args = ['--experimental-vm-modules', '--no-warnings', jest, '--runInBand', '--bail', ...subject!.specs];
  const { status } = spawnSync(process.execPath, args, { cwd: work, timeout: MINUTES * 60_000, stdio: 'ignore' });
  return status !== 0;
}

/** A sequence that looks random (Lehmer, 1951), the same for the same seed. */
function* lehmer(seed: number): Generator<number> {
  for (let state = seed * 48_271 + 1; ;) {
    state = (state * 48_271) % 2_147_483_647;
    yield state / 2_147_483_647;
  }
}

const all: (Mutant & { readonly path: string })[] = subject.sources.flatMap((path) =>
  mutantsOf(readFileSync(join(root, path), 'utf8')).map((mutant) => ({ ...mutant, path })),
);
const random = lehmer(Number(values.seed));
const order = all.map((mutant) => ({ mutant, at: random.next().value as number })).sort((a, b) => a.at - b.at);
const chosen = order
  .slice(0, values.sample === undefined ? all.length : Number(values.sample))
  .map(({ mutant }) => mutant);

let killed = 0;
const survivors: string[] = [];
const excused: string[] = [];
try {
  if (isKilled()) {
    process.stderr.write('the specs fail without any change\n');
    process.exit(2);
  }
  for (const { path, line, what, text } of chosen) {
    const original = readFileSync(join(root, path), 'utf8');
    writeFileSync(join(work, path), text);
    const wasKilled = isKilled();
    writeFileSync(join(work, path), original);
    if (wasKilled) killed++;
    else {
      const reason = EQUIVALENT.find((one) => path.endsWith(one.path) && what.startsWith(one.what))?.because;
      (reason === undefined ? survivors : excused).push(`${path}:${line}  ${what}${reason === undefined ? '' : `  (${reason})`}`); // prettier-ignore
    }
    process.stderr.write(`${wasKilled ? 'killed  ' : 'SURVIVED'} ${path}:${line}  ${what}\n`);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}
process.stdout.write(`${chosen.length} of ${all.length} mutants: ${killed} killed, ${excused.length} change nothing, ${survivors.length} survived\n`); // prettier-ignore
for (const one of [...excused, ...survivors]) process.stdout.write(`  ${one}\n`);
process.exit(survivors.length > 0 ? 1 : 0);
