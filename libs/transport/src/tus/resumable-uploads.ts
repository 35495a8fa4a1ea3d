import { AsyncLocalStorage } from 'node:async_hooks';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Metadata, Server } from '@tus/server';
import { LRUCache } from 'lru-cache';
import type { Policy, Principal } from '#access';
import { BellwetherError, problemOf, type Receipt } from '#vocabulary';
import { EXPIRES_MS, type Staging } from '../staging/index.js';
import { type Progress, StagedStore } from './staged-store.js';

/** Uploads that can be interrupted and resumed: tus 1.0.0 with creation, creation with upload, termination, expiration. */
export interface ResumableUploads {
  /**
   * Answers a request of the protocol (POST to the path itself; HEAD, PATCH, DELETE of an upload), or throws what is
   * to be answered. The receipt of a completed upload is in the headers of the answer to its last bytes.
   */
  handle(exchange: {
    readonly request: IncomingMessage;
    readonly response: ServerResponse;
    readonly principal: Principal;
  }): Promise<void>;
  /** How far an upload of the principal is. Throws NOT_FOUND for one that is unknown, expired, or of somebody else. */
  look(id: string, principal: Principal): Promise<Progress & { readonly receipt: Receipt | undefined }>;
  close(): void;
}

export interface ResumableUploadsOptions {
  /** Where the doors serve it, without a slash at its end. */
  readonly path: string;
  readonly staging: Staging;
  readonly maxBytes: number;
  readonly policy: Policy;
  /** Counts a file of a sender, or throws. */
  enter(principal: Principal): Promise<void>;
  receive(upload: {
    readonly feed: string;
    readonly name: string;
    readonly body: AsyncIterable<Uint8Array>;
    readonly principal: Principal;
  }): Promise<Receipt>;
}

interface Done {
  readonly owner: string;
  readonly progress: Progress;
  readonly receipt: Receipt;
}

/** Finished uploads whose receipt can still be asked for here; the submission itself is known for ever. */
const REMEMBERED = 10_000;
const SWEEP_MS = 10 * 60_000;

export function openResumableUploads(options: ResumableUploadsOptions): ResumableUploads {
  const { path, staging, maxBytes, policy } = options;
  const finished = new LRUCache<string, Done>({ max: REMEMBERED });
  const settling = new Map<string, Promise<Receipt>>();
  const asking = new AsyncLocalStorage<{ principal: Principal; feed: string; name: string }>();

  async function settleNow(id: string, principal: Principal): Promise<Receipt> {
    const file = await staging.open(id);
    if (!file) throw nowhere();
    try {
      const { owner, feed, name } = file.facts();
      demand(policy, principal, feed);
      const receipt = await options.receive({ feed, name, body: file.content(), principal });
      const length = file.bytes();
      finished.set(id, { owner, progress: { feed, name, length, offset: length }, receipt });
      await file.remove();
      return receipt;
    } finally {
      await file.close();
    }
  }

  /** The receipt of an upload all bytes of which are here; asked for twice at a time, it is received once. */
  function settle(id: string): Promise<Receipt> {
    const done = finished.get(id);
    if (done) return Promise.resolve(done.receipt);
    const underway = settling.get(id);
    if (underway) return underway;
    const principal = asking.getStore()?.principal;
    if (!principal) return Promise.reject(nowhere());
    const work = settleNow(id, principal).finally(() => settling.delete(id));
    settling.set(id, work);
    return work;
  }

  const store = new StagedStore({
    staging,
    expiresAfter: EXPIRES_MS,
    intended: () => {
      const { principal, feed, name } = asking.getStore()!;
      return { owner: principal.id, feed, name };
    },
    settle: async (id) => void (await settle(id)),
    done: (id) => finished.get(id)?.progress,
  });
  const server = new Server({
    path,
    datastore: store,
    maxSize: maxBytes,
    relativeLocation: true,
    allowedOrigins: [],
    onUploadFinish: async (_, upload) => ({ headers: receiptHeaders(await settle(upload.id)) }),
    onResponseError: (_, error) => {
      if (!(error instanceof BellwetherError)) return undefined;
      return { status_code: error.http, body: JSON.stringify(problemOf(error)) };
    },
  });
  const sweeping = setInterval(() => void staging.sweep().catch(() => undefined), SWEEP_MS).unref();

  async function look(id: string, principal: Principal): ReturnType<ResumableUploads['look']> {
    const done = finished.get(id);
    if (done?.owner === principal.id) return { ...done.progress, receipt: done.receipt };
    const file = done ? undefined : await staging.open(id);
    await file?.close();
    if (file?.facts().owner !== principal.id) throw nowhere();
    const { feed, name, length = 0 } = file.facts();
    return { feed, name, length, offset: file.bytes(), receipt: undefined };
  }

  return {
    look,
    async handle({ request, response, principal }) {
      const id = idOf(request, path);
      if (id !== undefined) {
        const { feed, name, receipt } = await look(id, principal);
        if (receipt && request.method === 'HEAD') setHeaders(response, receiptHeaders(receipt));
        return asking.run({ principal, feed, name }, () => server.handle(request, response));
      }
      if (request.method !== 'POST') {
        return asking.run({ principal, feed: '', name: '' }, () => server.handle(request, response));
      }
      const { feed, name } = intentOf(request);
      demand(policy, principal, feed);
      if (Number(request.headers['upload-length'] ?? 0) > maxBytes)
        throw new BellwetherError('PAYLOAD_TOO_LARGE', `more than ${maxBytes} bytes`);
      await options.enter(principal);
      return asking.run({ principal, feed, name }, () => server.handle(request, response));
    },
    close: () => clearInterval(sweeping),
  };
}

const nowhere = (): BellwetherError => new BellwetherError('NOT_FOUND', 'no upload of yours has this address');

function demand(policy: Policy, principal: Principal, feed: string): void {
  const decision = policy.decide(principal, 'submit', { kind: 'feed', feed });
  if (!decision.allowed) throw new BellwetherError('FORBIDDEN', decision.why);
}

function idOf({ url = '' }: IncomingMessage, path: string): string | undefined {
  const rest = url.split('?')[0]!.slice(path.length).replace(/^\//, '');
  return rest === '' ? undefined : rest;
}

/** Feed and name, from `Upload-Metadata: feed …,filename …`. */
function intentOf({ headers }: IncomingMessage): { feed: string; name: string } {
  const text = headers['upload-metadata'];
  let metadata: Record<string, string | null | undefined> = {};
  try {
    metadata = Metadata.parse(typeof text === 'string' ? text : undefined);
  } catch {
    // as if there were none
  }
  const { feed, filename, name = filename } = metadata;
  if (!feed) throw new BellwetherError('REQUEST_INVALID', 'Upload-Metadata: expected "feed", the id of a feed');
  if (!name || name.length > 255 || /[/\\\0]/.test(name)) {
    throw new BellwetherError('REQUEST_INVALID', 'Upload-Metadata: expected "filename", 1 to 255 characters, no path');
  }
  return { feed, name };
}

/** Of the answer to the last bytes, and of HEAD afterwards. */
function receiptHeaders({ submission, sha256, duplicate }: Receipt): Record<string, string> {
  return {
    'Bellwether-Submission': submission,
    'Bellwether-Sha256': sha256,
    'Bellwether-Duplicate': String(duplicate),
    Link: `</v1/submissions/${submission}>; rel="describedby"`,
  };
}

function setHeaders(response: ServerResponse, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}
