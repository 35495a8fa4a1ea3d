import type { Audit } from '#audit';
import type { LoginTold } from './guests.js';

/**
 * Writes every login, and every one that was refused, to the audit trail. What a client wrote in the place of a name is
 * recorded only when somebody has that name: people write their password there.
 */
export function recordedLogins({
  audit,
  isKnown,
  now,
}: {
  readonly audit: Pick<Audit, 'record'>;
  readonly isKnown: (user: string) => boolean;
  readonly now: () => number;
}): LoginTold {
  return ({ door, principal, user }) => {
    audit.record({
      ...{ at: now(), who: principal?.id ?? 'nobody', does: `login ${door}`, object: isKnown(user) ? user : '' },
      ...(principal ? { outcome: 'done' } : { outcome: 'refused', code: 'UNAUTHENTICATED' }),
    });
  };
}
