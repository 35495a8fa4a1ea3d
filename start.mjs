#!/usr/bin/env node
// The one command: installs, builds, starts everything embedded, loads the national sample, prints the addresses.
// Options are those of the launcher (see docs/operations.md); --empty starts without the sample.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createHash } from 'node:crypto';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const NEEDED = [20, 19];
const root = fileURLToPath(new URL('.', import.meta.url));
process.chdir(root);

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1])) {
  console.error(`Bellwether needs Node ${NEEDED.join('.')} or later; this is ${process.versions.node}.`);
  process.exit(1);
}

const began = Date.now();
const seconds = () => `${((Date.now() - began) / 1000).toFixed(0)} s`;

function step(what, args) {
  console.error(`${what} …`);
  const { status } = spawnSync('npm', args, {
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error(`${what}: failed. Run "npm ${args.join(' ')}" to see why.`);
    process.exit(1);
  }
}

const installed = 'node_modules/.package-lock.json';
if (!existsSync(installed) || statSync(installed).mtimeMs < statSync('package-lock.json').mtimeMs) {
  step('Installing packages (1 GB, once; a minute or two)', ['ci', '--loglevel=error']);
  console.error(`  done at ${seconds()}`);
}
// Built again when the sources are not those that were built.
const listing =
  spawnSync('git', ['rev-parse', 'HEAD'], { encoding: 'utf8' }).stdout +
  spawnSync('git', ['status', '--porcelain'], { encoding: 'utf8' }).stdout;
const stamp = createHash('sha256').update(listing).update(readFileSync('package-lock.json')).digest('hex');
const stampFile = 'dist/.built';
if (listing.trim().includes('\n') || !existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
  rmSync(stampFile, { force: true });
  step('Building', ['run', 'build']);
  writeFileSync(stampFile, stamp);
  console.error(`  done at ${seconds()}`);
}

const given = process.argv.slice(2);
const args = given.includes('--empty') ? given.filter((one) => one !== '--empty') : ['--sample', ...given];
// The progress is what a person wants to see here; what the processes log in the ordinary course is not.
const env = { BELLWETHER_LOG_LEVEL: 'error', ...process.env };
const launcher = spawn(process.execPath, ['dist/apps/launcher/src/main.js', ...args], { stdio: 'inherit', env });
// A ctrl-C reaches the launcher by itself: it shares our terminal. We end when it has drained.
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => signal === 'SIGTERM' && launcher.kill(signal));
launcher.on('exit', (code) => process.exit(code ?? 1));
