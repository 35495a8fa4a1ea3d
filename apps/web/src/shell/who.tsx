import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { fetchJson } from '../ask/fetch-answer.js';
import { forgetKeyOfTab, keyOfTab } from '../ask/key.js';

interface Session {
  readonly principal: { readonly id: string } | null;
  /** Whether one can log in here with a browser. */
  readonly login: boolean;
}

async function leave(session: Session): Promise<void> {
  forgetKeyOfTab();
  const { to } = session.login ? await fetchJson<{ to: string }>('/v1/logout', { method: 'POST' }) : { to: '/' };
  location.assign(to);
}

/** Who is asking, with the way in or out. Nothing where nobody has to say who they are. */
export function Who() {
  const [session, setSession] = useState<Session>();
  const [failed, setFailed] = useState(false);
  useEffect(() => {
    const over = new AbortController();
    fetchJson<Session>('/v1/session', { signal: over.signal }).then(setSession, () => undefined);
    return () => over.abort();
  }, []);
  if (!session) return null;
  const { principal, login } = session;
  if (!principal) {
    const here = encodeURIComponent(`${location.pathname}${location.search}`);
    return login ? (
      <Button component="a" href={`/v1/login?to=${here}`} variant="subtle" color="gray" size="compact-sm">
        Log in
      </Button>
    ) : null;
  }
  if (!login && keyOfTab() === undefined) return null;
  return (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      aria-label={`Log out ${principal.id}`}
      title={failed ? 'It was not possible; try again' : `You are ${principal.id}`}
      onClick={() => {
        leave(session).catch(() => setFailed(true));
      }}
    >
      Log out
    </Button>
  );
}
