import { readFileSync } from 'node:fs';
import { alarms } from './alarms.js';
import { ask } from './ask.js';
import { audit } from './audit.js';
import { backup } from './backup.js';
import { checksum } from './checksum.js';
import { correct, tryFile } from './correct.js';
import { deadLetters, replay } from './dead-letters.js';
import { detect } from './detect.js';
import { disclosure } from './disclosure.js';
import { key } from './key.js';
import { keys } from './keys.js';
import { load } from './load.js';
import { pulls } from './pulls.js';
import { rebuild } from './rebuild.js';
import { restore } from './restore.js';
import { sample } from './sample.js';
import { silent } from './silent.js';
import { sqlGrants } from './sql-grants.js';
import { tier } from './tier.js';
import { verify } from './verify.js';
import { HELP, type Command } from './command.js';
import { BellwetherError, ERRORS } from '#vocabulary';

const COMMANDS: Readonly<Record<string, Command>> = {
  audit,
  alarms,
  backup,
  checksum,
  'dead-letters': deadLetters,
  detect,
  disclosure,
  key,
  keys,
  load,
  pulls,
  rebuild,
  replay,
  restore,
  sample,
  silent,
  'sql-grants': sqlGrants,
  tier,
  verify,
  try: tryFile,
  undo: correct('undo'),
  withdraw: correct('withdraw'),
  status: ask('status'),
  series: ask('series'),
  completeness: ask('completeness'),
};

const [name = '', ...argv] = process.argv.slice(2);
const command = COMMANDS[name];
if (!command || argv.includes('--help')) {
  process.stdout.write(HELP);
  process.exit(command || name === '' || name === '--help' ? 0 : 2);
}
try {
  await command({ argv, env: process.env, readFile: (path) => readFileSync(path, 'utf8') });
  process.exit(0);
} catch (error) {
  process.stderr.write(`${worded(error)}\n`);
  process.exit(1);
}

/** What a person is told: what is wrong, its code in docs/errors.md, and what to do. */
function worded(error: unknown): string {
  if (error instanceof BellwetherError) {
    const { title, remedy } = ERRORS[error.code];
    return `${title}: ${error.detail}${/[.?]$/.test(error.detail) ? '' : '.'} ${remedy} (${error.code})`;
  }
  // An option that is not known, or lacks its value; the rest of Node's text is about its own function.
  if (error instanceof TypeError && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS'))
    return `${name}: ${error.message.replace(/\. To specify.*$/s, '')}; bellwether --help lists the options`;
  return String(error);
}
