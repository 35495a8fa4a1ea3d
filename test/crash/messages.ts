import type { Order, Step } from './failpoints.js';

export type ToWorker =
  | { readonly kind: 'start'; readonly data: string; readonly config: string; readonly url: string }
  | { readonly kind: 'order'; readonly order: Order | undefined }
  /** `content` is base64. */
  | { readonly kind: 'put'; readonly feed: string; readonly name: string; readonly content: string }
  /** Answered by `idle` when nothing is on its way and nothing pending. */
  | { readonly kind: 'quiesce' }
  | { readonly kind: 'continue' };

export type FromWorker =
  | { readonly kind: 'started' }
  | { readonly kind: 'idle' }
  | { readonly kind: 'receipt'; readonly submission: string }
  | { readonly kind: 'notice'; readonly dataset: string; readonly rev: number }
  /** The step of the order is reached; the worker is about to die, or waits for the engine's death. */
  | { readonly kind: 'at'; readonly step: Step; readonly victim: Order['victim'] }
  | { readonly kind: 'log'; readonly line: string };
