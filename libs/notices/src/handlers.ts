import { BellwetherError } from '#vocabulary';
import { MESSAGE_LIMIT, type Handler, type Message } from './bus.js';

/** The handlers of one process, by topic. */
export type Handlers = Map<string, Set<Handler>>;

export function addHandler(handlers: Handlers, topic: string, handler: Handler): () => void {
  // A wrapper of its own, so that the same function may be subscribed twice and stopped once.
  const own: Handler = (message) => handler(message);
  const ofTopic = handlers.get(topic) ?? new Set();
  handlers.set(topic, ofTopic.add(own));
  return () => {
    ofTopic.delete(own);
    if (ofTopic.size === 0 && handlers.get(topic) === ofTopic) handlers.delete(topic);
  };
}

/** True when the topic has handlers here and none of them failed. Never rejects: a failing handler is its owner's. */
export async function handle(handlers: Handlers, topic: string, message: Message): Promise<boolean> {
  const ofTopic = [...(handlers.get(topic) ?? [])];
  if (ofTopic.length === 0) return false;
  const outcomes = await Promise.allSettled(ofTopic.map(async (handler) => handler(message)));
  return outcomes.every(({ status }) => status === 'fulfilled');
}

/** The message as one line of JSON; refuses what could never be delivered. */
export function lineOf(
  envelope: { readonly topic: string; readonly message: Message } & Readonly<Record<string, Message>>,
): string {
  const line = JSON.stringify(envelope);
  if (Buffer.byteLength(line) > MESSAGE_LIMIT) {
    throw new BellwetherError('INTERNAL', `a notice on ${envelope.topic} exceeds ${MESSAGE_LIMIT} bytes`);
  }
  return line;
}
