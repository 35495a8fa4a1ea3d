import type { Asking } from './asking.js';
import { BellwetherProblem } from './problem.js';

interface GraphqlResult {
  readonly data?: Readonly<Record<string, unknown>> | null;
  readonly errors?: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string; readonly remedy?: string };
  }[];
}

/** Events of a stream (HTML Living Standard, server-sent events): type and data of each. */
async function* eventsOf(body: ReadableStream<Uint8Array>): AsyncGenerator<{ event: string; data: string }> {
  const reader = body.getReader();
  const text = new TextDecoder();
  let waiting = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return;
      waiting += text.decode(value, { stream: true });
      for (let end = waiting.indexOf('\n\n'); end >= 0; end = waiting.indexOf('\n\n')) {
        const lines = waiting.slice(0, end).split('\n');
        waiting = waiting.slice(end + 2);
        const valueOf = (name: string): string =>
          lines
            .filter((line) => line.startsWith(`${name}:`))
            .map((line) => line.slice(name.length + 1).trimStart())
            .join('\n');
        if (valueOf('event') !== '') yield { event: valueOf('event'), data: valueOf('data') };
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function dataOf({ data, errors }: GraphqlResult): Readonly<Record<string, unknown>> {
  const [error] = errors ?? [];
  if (!error) return data ?? {};
  const { code = 'INTERNAL', remedy } = error.extensions ?? {};
  throw new BellwetherProblem(code, error.message, { status: 0, remedy, instance: undefined, retryAfter: undefined });
}

/** Results of a GraphQL operation over server-sent events, until the operation ends or the reader leaves. */
export async function* stream(
  asking: Asking,
  operation: { readonly query: string; readonly variables?: object },
  signal?: AbortSignal,
): AsyncGenerator<Readonly<Record<string, unknown>>> {
  const abort = new AbortController();
  const stop = (): void => abort.abort();
  signal?.addEventListener('abort', stop);
  try {
    const response = await asking.ask(asking.url('/graphql/stream'), {
      method: 'POST',
      headers: { accept: 'text/event-stream', 'content-type': 'application/json' },
      body: JSON.stringify(operation),
      signal: abort.signal,
    });
    if (!response.body) return;
    for await (const { event, data } of eventsOf(response.body)) {
      if (event === 'complete') return;
      if (event === 'next') yield dataOf(JSON.parse(data) as GraphqlResult);
    }
  } finally {
    signal?.removeEventListener('abort', stop);
    stop();
  }
}
