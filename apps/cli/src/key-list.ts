import { lastUses, readKeyFile } from '#access';
import { keyUseFolderOf, type Settings } from '#platform';

const DAY_MS = 86_400_000;
const dayOf = (at: number | undefined, otherwise: string): string =>
  at === undefined ? otherwise : new Date(at).toISOString().slice(0, 10);

/**
 * A line a key: principal, key, roles, expiry, last use. With `idleDays` only those that nobody has used for more days
 * than that, or ever.
 */
export async function listKeys(
  settings: Settings,
  { path, idleDays }: { path: string; idleDays: number | undefined },
): Promise<void> {
  const ring = await readKeyFile(path);
  const uses = await lastUses(keyUseFolderOf(settings));
  const now = Date.now();
  for (const { principal, keys } of ring.entries) {
    for (const { name, expires } of keys) {
      const used = uses.get(name);
      if (idleDays !== undefined && used !== undefined && now - used <= idleDays * DAY_MS) continue;
      const ends = expires !== undefined && expires <= now ? 'EXPIRED' : dayOf(expires, 'does not expire');
      process.stdout.write(
        `${principal.id.padEnd(24)}  ${name}  ${principal.roles.join(',').padEnd(14)}  ${ends.padEnd(15)}  ${dayOf(used, 'never used')}\n`,
      );
    }
  }
}
