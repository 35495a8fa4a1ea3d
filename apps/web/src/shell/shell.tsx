import { ActionIcon, Burger, Loader, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { Suspense, useEffect, useState } from 'react';
import { followed, useHere } from '../address/address.js';
import { useLiveState } from '../ask/live.js';
import { ProblemNote } from '../look/problem-note.js';
import { CatalogueProvider, useDatasets } from './catalogue.js';
import { KeyQuestion } from './key-question.js';
import { NotFound } from './not-found.js';
import { PAGES } from './pages.js';
import { Who } from './who.js';

const LIVE = { connecting: 'Connecting', live: 'Live', lost: 'Connection lost' } as const;

function LiveMark() {
  const state = useLiveState();
  if (state === 'idle') return null;
  return (
    <span className="live" data-state={state} role="status" title={LIVE[state]}>
      <i aria-hidden="true" />
      <span>{LIVE[state]}</span>
    </span>
  );
}

function SchemeButton() {
  const { setColorScheme } = useMantineColorScheme();
  const scheme = useComputedColorScheme('light', { getInitialValueInEffect: false });
  const other = scheme === 'light' ? 'dark' : 'light';
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label={`Use ${other} colours`}
      onClick={() => setColorScheme(other)}
    >
      <svg width="18" height="18" viewBox="0 0 24 24" aria-hidden="true">
        <circle cx="12" cy="12" r="8.5" fill="none" stroke="currentColor" strokeWidth="2" />
        <path d="M12 3.5a8.5 8.5 0 0 1 0 17z" fill="currentColor" />
      </svg>
    </ActionIcon>
  );
}

/** The frame of every page: navigation, whether the page is live, light or dark. */
export function Shell() {
  const { path } = useHere();
  const [open, setOpen] = useState(false);
  const { data, problem } = useDatasets();
  const entry = PAGES.find((one) => one.path === path);
  useEffect(() => {
    document.title = entry ? `${entry.title} · Bellwether` : 'Bellwether';
    setOpen(false);
  }, [entry]);

  return (
    <>
      <a className="skip" href="#content">
        Skip to content
      </a>
      <header className="bar">
        <div className="bar-inside">
          <a className="brand" href="/" onClick={followed}>
            <img src="/favicon.svg" alt="" width="24" height="24" />
            Bellwether
          </a>
          <nav className="pages" aria-label="Pages" data-open={open || undefined}>
            {PAGES.map(({ path: to, title, load }) => (
              <a
                key={to}
                href={to}
                onClick={followed}
                onPointerEnter={load}
                aria-current={to === path ? 'page' : undefined}
              >
                {title}
              </a>
            ))}
          </nav>
          <LiveMark />
          <Who />
          <SchemeButton />
          <div className="menu-button">
            <Burger opened={open} onClick={() => setOpen(!open)} size="sm" aria-label="Pages" aria-expanded={open} />
          </div>
        </div>
      </header>
      <main className="page" id="content">
        {problem?.status === 401 ? (
          <KeyQuestion />
        ) : problem && !data ? (
          <ProblemNote problem={problem} />
        ) : !data ? (
          <Waiting />
        ) : data.items.length === 0 ? (
          <p className="empty">There is no dataset within your reach.</p>
        ) : (
          <CatalogueProvider datasets={data.items}>
            <Suspense fallback={<Waiting />}>{entry ? <entry.page /> : <NotFound />}</Suspense>
          </CatalogueProvider>
        )}
      </main>
    </>
  );
}

function Waiting() {
  return (
    <div className="empty">
      <Loader size="sm" aria-label="Loading" />
    </div>
  );
}
