import { type Client, createClient } from 'graphql-ws';
import { useEffect, useState, useSyncExternalStore } from 'react';
import { keyOfTab } from './key.js';

/** Commits come in bursts while files are loaded; a page asks again at most this often. */
const APART_MS = 400;

/** `idle`: nothing on this page is followed. */
type State = 'idle' | 'connecting' | 'live' | 'lost';
let state: State = 'idle';
const listeners = new Set<() => void>();
function become(next: State): void {
  state = next;
  listeners.forEach((listener) => listener());
}

let client: Client | undefined;
function connection(): Client {
  if (state === 'idle') become('connecting');
  client ??= createClient({
    url: `${location.origin.replace(/^http/, 'ws')}/graphql`,
    connectionParams: () => {
      const key = keyOfTab();
      return key === undefined ? {} : { key };
    },
    shouldRetry: () => true,
    retryAttempts: Infinity,
    keepAlive: 15_000,
    on: { connected: () => become('live'), closed: () => become('lost') },
  });
  return client;
}

const beats = new Set<() => void>();
/** What is not looked at first follows later, so that it does not stand in the way of what is. */
const LATER_MS = 1500;

/** A number that changes a while after any pulse of the page did: once for all that came meanwhile. */
export function useLaterPulse(): number {
  const [pulse, setPulse] = useState(0);
  useEffect(() => {
    let waiting: ReturnType<typeof setTimeout> | undefined;
    const told = (): void => {
      waiting ??= setTimeout(() => ((waiting = undefined), setPulse((before) => before + 1)), LATER_MS);
    };
    beats.add(told);
    return () => {
      clearTimeout(waiting);
      beats.delete(told);
    };
  }, []);
  return pulse;
}

/** Whether commits are told to this page as they happen. */
export function useLiveState(): State {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
}

/**
 * A number that changes with every commit to a region (the nation: every commit to the dataset), and when the
 * connection came back after a loss. Give it to `useAnswer` as pulse.
 */
export function usePulse(dataset: string | undefined, region: string | undefined): number {
  const [pulse, setPulse] = useState(0);
  useEffect(() => {
    if (dataset === undefined || region === undefined) return;
    let waiting: ReturnType<typeof setTimeout> | undefined;
    let last = 0;
    const beat = (): void => {
      const now = performance.now();
      const rest = last + APART_MS - now;
      if (rest <= 0) {
        last = now;
        setPulse((before) => before + 1);
        beats.forEach((told) => told());
      } else waiting ??= setTimeout(() => ((waiting = undefined), beat()), rest);
    };
    const query = `subscription { regionChanged(dataset: ${JSON.stringify(dataset)}, region: ${JSON.stringify(region)}) { rev } }`;
    const stop = connection().subscribe({ query }, { next: beat, error: () => undefined, complete: () => undefined });
    const offLost = connection().on('connected', (_, __, wasRetry) => void (wasRetry && beat()));
    return () => {
      clearTimeout(waiting);
      offLost();
      stop();
    };
  }, [dataset, region]);
  return pulse;
}
