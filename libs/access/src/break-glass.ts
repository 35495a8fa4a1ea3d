import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { BellwetherError } from '#vocabulary';
import { z } from 'zod';
import { watchedFile } from './keys/watched-file.js';
import type { Principal } from './principal.js';

/** A reach that was widened: why, and until when (milliseconds since the epoch). */
export interface Grant {
  readonly reason: string;
  readonly until: number;
}

/** Principals that have widened their reach in an emergency, as far and as long as their entry lets them. */
export interface BreakGlass {
  /** The principal as it is now. Costs nothing while nobody has widened anything. */
  widened(principal: Principal): Principal;
  current(principal: Principal): Grant | undefined;
  /** Fails with FORBIDDEN without the right, REQUEST_INVALID without a reason or for too long. Durable when it resolves. */
  begin(principal: Principal, wanted: { readonly reason: string; readonly minutes: number }): Promise<Grant>;
  end(principal: Principal): Promise<void>;
  close(): void;
}

const SHORTEST_REASON = 10;
const LONGEST_REASON = 200;
const grantFile = z.record(z.string(), z.object({ reason: z.string(), until: z.number() }));

/** Kept in a file, so that a restart and the other processes of this data folder know (within two seconds). */
export async function openBreakGlass({
  path,
  now,
  onError,
}: {
  readonly path: string;
  readonly now: () => number;
  readonly onError: (error: unknown) => void;
}): Promise<BreakGlass> {
  let grants = new Map<string, Grant>();
  const wider = new WeakMap<Principal, { grant: Grant; principal: Principal }>();
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const watched = await watchedFile({
    path,
    read: (text) => new Map(Object.entries(grantFile.parse(JSON.parse(text)))),
    onChange: (found) => (grants = found),
    onError(error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') onError(error);
    },
  });

  async function change(edit: (kept: Map<string, Grant>) => void): Promise<void> {
    await watched.look(); // what another process has written is not to be lost
    const at = now();
    const kept = new Map([...grants].filter(([, { until }]) => until > at));
    edit(kept);
    await writeFile(`${path}.new`, JSON.stringify(Object.fromEntries(kept)), { mode: 0o600, flush: true });
    await rename(`${path}.new`, path);
    await watched.look();
  }

  function current({ id }: Principal): Grant | undefined {
    const grant = grants.get(id);
    return grant && now() < grant.until ? grant : undefined;
  }

  return {
    current,
    widened(principal) {
      const right = principal.breakGlass;
      if (grants.size === 0 || !right) return principal;
      const grant = current(principal);
      if (!grant) return principal;
      const known = wider.get(principal);
      if (known?.grant === grant) return known.principal;
      const widened = { ...right.widened, breakGlass: right, broken: grant };
      wider.set(principal, { grant, principal: widened });
      return widened;
    },
    async begin(principal, { reason, minutes }) {
      const right = principal.breakGlass;
      if (!right) throw new BellwetherError('FORBIDDEN', `${principal.id} may not widen its reach`);
      if (reason.trim().length < SHORTEST_REASON || reason.length > LONGEST_REASON)
        throw new BellwetherError(
          'REQUEST_INVALID',
          `reason: expected ${SHORTEST_REASON} to ${LONGEST_REASON} characters`,
        );
      if (!Number.isInteger(minutes) || minutes < 1 || minutes > right.minutes)
        throw new BellwetherError('REQUEST_INVALID', `minutes: expected a whole number, 1 to ${right.minutes}`);
      const grant = { reason, until: now() + minutes * 60_000 };
      await change((kept) => kept.set(principal.id, grant));
      return grant;
    },
    end: (principal) => change((kept) => kept.delete(principal.id)),
    close: watched.close,
  };
}
