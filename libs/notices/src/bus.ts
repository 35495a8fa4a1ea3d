/** What travels over the bus: anything JSON can say. */
export type Message = string | number | boolean | null | readonly Message[] | { readonly [key: string]: Message };

export type Handler = (message: Message) => void | Promise<void>;

/**
 * Short notices between the processes of one Bellwether ("revision 812 touched these regions").
 *
 * Promised: every process that was subscribed to the topic when `publish` was called is handed the message once;
 * messages of one publisher on one topic are handed over in order (a handler that is still awaiting does not hold up
 * the next message). Not promised: delivery to a process that crashes, stalls or joins later; any order between
 * publishers; persistence. A receiver must be able to catch up by itself from the revision it last saw.
 */
export interface Bus {
  /**
   * Resolves to the number of processes, this one included, that awaited a handler of the topic without an error;
   * about ACKNOWLEDGE_WITHIN later at the latest. A handler that throws, or is late, is not counted. Once it has resolved, no
   * process that {@link Bus.follow | follows} is current without having been handed the message.
   */
  publish(topic: string, message: Message): Promise<number>;
  /** Resolves once messages arrive, to the way to stop. */
  subscribe(topic: string, handler: Handler): Promise<() => Promise<void>>;
  /**
   * For a process that keeps answers. Resolves to whether it is current: that every message whose `publish` has resolved
   * was handed to the handlers here (the synchronous part of a handler has run; the rest may be under way). Whoever is not
   * current must not answer from memory. `lost` is called before it is current again after messages may have been lost.
   */
  follow(lost: () => void): Promise<() => boolean>;
  /** Stops listening and lets go of all connections; messages that are being handled are not waited for. */
  close(): Promise<void>;
}

/** Milliseconds a publisher waits for acknowledgements. */
export const ACKNOWLEDGE_WITHIN = 1_000;

/**
 * Milliseconds for which a process that follows may take itself for current after it has made sure. Less than what a
 * publisher waits for a process that does not answer: Gray & Cheriton, "Leases", SOSP 1989.
 */
export const CURRENT_FOR = 800;

/** Milliseconds between two times that a process makes sure. */
export const MAKE_SURE_EVERY = 200;

/** Bytes of one message, written as JSON. A larger change is published as "everything changed". */
export const MESSAGE_LIMIT = 1_048_576;
