import { BellwetherError } from '#vocabulary';

/** The state of one part. `detail` is fit for operators: no secret, no address. */
export interface PartHealth {
  readonly part: string;
  readonly ok: boolean;
  readonly detail: string;
  readonly milliseconds: number;
}

export interface Readiness {
  /** All parts are. */
  readonly ready: boolean;
  readonly parts: readonly PartHealth[];
}

/** Rejects when the part is not fit for use. */
type Check = (signal: AbortSignal) => Promise<unknown>;

/** Milliseconds after which a part that has not answered counts as not ready. */
const CHECK_WITHIN = 1_000;

/**
 * Asks every part at once. Requests that come while it asks share the answer, so that /readyz cannot be used to hammer
 * the engine.
 */
export function openHealth(checks: Readonly<Record<string, Check>>): () => Promise<Readiness> {
  let running: Promise<Readiness> | undefined;
  const askAll = async (): Promise<Readiness> => {
    const parts = await Promise.all(Object.entries(checks).map(([part, check]) => ask(part, check)));
    return { ready: parts.every(({ ok }) => ok), parts };
  };
  return () => {
    running ??= askAll().finally(() => (running = undefined));
    return running;
  };
}

async function ask(part: string, check: Check): Promise<PartHealth> {
  const begun = performance.now();
  const state = (ok: boolean, detail: string): PartHealth => ({
    part,
    ok,
    detail,
    milliseconds: Math.round(performance.now() - begun),
  });
  const patience = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new BellwetherError('NOT_READY', `no answer within ${CHECK_WITHIN} ms`));
      patience.abort();
    }, CHECK_WITHIN);
  });
  try {
    await Promise.race([check(patience.signal), late]);
    return state(true, 'ready');
  } catch (error) {
    return state(false, error instanceof BellwetherError ? error.detail : 'failed; see the log');
  } finally {
    clearTimeout(timer);
  }
}
