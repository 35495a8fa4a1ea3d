import { basename } from 'node:path';
import { existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { auditTrails, readAudit, verifyAudit } from '#audit';
import { auditFolderOf, auditKeyPathOf, type Settings } from '#platform';
import { BellwetherError } from '#vocabulary';
import type { Command } from './command.js';
import { settingsOf } from './own-settings.js';

/** `audit verify`: whether every trail is as it was written. `audit show`: what stands in them. */
export const audit: Command = async (start) => {
  const { values, positionals } = parseArgs({
    args: [...start.argv],
    allowPositionals: true,
    options: {
      head: { type: 'string', multiple: true, default: [] },
      who: { type: 'string' },
      since: { type: 'string' },
      does: { type: 'string' },
      data: { type: 'string' },
      config: { type: 'string' },
    },
  });
  const settings = settingsOf(start, values);
  const [verb, ...more] = positionals;
  if (more.length > 0 || (verb !== 'verify' && verb !== 'show'))
    throw new BellwetherError('REQUEST_INVALID', 'audit: expected verify or show');
  await (verb === 'verify' ? verify(settings, values.head) : show(settings, values));
};

async function trailsOf(settings: Settings): Promise<readonly string[]> {
  const trails = await auditTrails(auditFolderOf(settings));
  if (trails.length === 0 || !existsSync(auditKeyPathOf(settings)))
    throw new BellwetherError('AUDIT_DAMAGED', 'there is no trail in this data folder, or no key of it');
  return trails;
}

async function verify(settings: Settings, heads: readonly string[]): Promise<void> {
  const expected = new Map(heads.map((head) => [head.split('=')[0], head.slice(head.indexOf('=') + 1)]));
  const trails = await trailsOf(settings);
  const key = readFileSync(auditKeyPathOf(settings));
  let wrong = 0;
  for (const name of expected.keys())
    if (!trails.some((trail) => basename(trail) === name)) {
      wrong++;
      process.stdout.write(`${name}  there is no such trail\n`);
    }
  for (const trail of trails) {
    const name = basename(trail);
    const { entries, segments, head, problems } = await verifyAudit(trail, { key, expected: expected.get(name) });
    process.stdout.write(`${name}=${head}  ${entries} entries in ${segments} segments\n`);
    for (const { segment, byte, after, what } of problems)
      process.stdout.write(`  segment ${segment}, byte ${byte}, after entry ${after}: ${what}\n`);
    wrong += problems.length;
  }
  if (wrong > 0) throw new BellwetherError('AUDIT_DAMAGED', 'it is not as it was written; the places are listed above');
}

async function show(
  settings: Settings,
  { who, since, does }: { who?: string | undefined; since?: string | undefined; does?: string | undefined },
): Promise<void> {
  const from = since === undefined ? -Infinity : Date.parse(since);
  if (Number.isNaN(from)) throw new BellwetherError('REQUEST_INVALID', '--since: expected a day or an instant');
  for (const trail of await trailsOf(settings))
    for await (const entry of readAudit(trail)) {
      if (entry.at < from || (who !== undefined && entry.who !== who)) continue;
      if (does !== undefined && !entry.does.includes(does)) continue;
      const at = new Date(entry.at).toISOString();
      if (!process.stdout.write(`${JSON.stringify({ trail: basename(trail), ...entry, at })}\n`))
        await new Promise((resume) => process.stdout.once('drain', resume));
    }
}
