import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import {
  ACKNOWLEDGE_WITHIN,
  type Bus,
  CURRENT_FOR,
  type Handler,
  MAKE_SURE_EVERY,
  MESSAGE_LIMIT,
  type Message,
} from './bus.js';
import { addHandler, handle, lineOf, type Handlers } from './handlers.js';
import { readLines } from './lines.js';
import { isLive, liveSockets, socketFolder } from './sockets.js';

/** Bytes that may wait for a peer that does not read; beyond, it is cut off and met again at the next message. */
const BACKLOG_LIMIT = 8 * MESSAGE_LIMIT;

/** One message on its way to one peer. */
interface Delivery {
  readonly answered: (handled: boolean) => void;
  readonly cutOff: () => void;
}

interface Peer {
  readonly socket: Socket;
  /** Message id → who waits for the answer. */
  readonly waiting: Map<number, Delivery>;
}

let opened = 0;

/**
 * The bus of one machine: each process listens on a Unix socket `<data>/run/<name>-<pid>-<n>.sock` that only its user
 * can reach, and a publisher talks to every socket in the folder. One line of JSON each way:
 * `{"id":7,"topic":"commit","message":…}` and `{"id":7,"handled":true}`; a publisher that closes says `{"bye":true}`, so that
 * any other end of a connection tells that messages may have been lost.
 */
export async function openBus({ folder, name }: { folder: string; name: string }): Promise<Bus> {
  const sockets = await socketFolder(folder);
  const bus = new RunFolderBus(sockets, join(sockets, `${name}-${process.pid}-${++opened}.sock`));
  await bus.listen();
  return bus;
}

class RunFolderBus implements Bus {
  readonly #folder: string;
  readonly #own: string;
  readonly #handlers: Handlers = new Map();
  readonly #peers = new Map<string, Peer>();
  readonly #callers = new Set<Socket>();
  readonly #followers = new Set<() => void>();
  #makingSure: NodeJS.Timeout | undefined;
  readonly #server: Server;
  #nextId = 1;
  #closed = false;

  constructor(folder: string, own: string) {
    this.#folder = folder;
    this.#own = own;
    this.#server = createServer((socket) => this.#answer(socket));
  }

  async listen(): Promise<void> {
    // A process that had this pid may have been killed before it could remove its socket.
    await unlink(this.#own).catch(() => undefined);
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(this.#own, resolve);
    });
    this.#server.unref();
  }

  async publish(topic: string, message: Message): Promise<number> {
    if (this.#closed) return 0;
    const id = this.#nextId++;
    const line = `${lineOf({ id, topic, message })}\n`;
    const own = handle(this.#handlers, topic, message);
    const others = liveSockets(this.#folder)
      .filter((path) => path !== this.#own)
      .map((path) => this.#deliver(path, id, line));
    const outcomes = await Promise.all([inTime(own), ...others]);
    return outcomes.filter(Boolean).length;
  }

  subscribe(topic: string, handler: Handler): Promise<() => Promise<void>> {
    const stop = addHandler(this.#handlers, topic, handler);
    return Promise.resolve(() => Promise.resolve(stop()));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers.clear();
    clearInterval(this.#makingSure);
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const { socket } of this.#peers.values()) socket.end('{"bye":true}\n');
    for (const socket of this.#callers) socket.destroy();
    await closed; // Node removes the socket's file
  }

  #peer(path: string): Peer {
    const known = this.#peers.get(path);
    if (known !== undefined) return known;
    const socket = connect(path);
    const peer: Peer = { socket, waiting: new Map() };
    this.#peers.set(path, peer);
    socket.unref();
    socket.on('error', () => undefined); // 'close' follows
    socket.on('close', () => {
      if (this.#peers.get(path) === peer) this.#peers.delete(path);
      for (const { cutOff } of [...peer.waiting.values()]) cutOff();
    });
    readLines(socket, ({ id, handled }) => peer.waiting.get(Number(id))?.answered(handled === true));
    return peer;
  }

  /**
   * Whether the peer handled it. A peer that lives and does not answer is waited for as long as it may take itself for
   * current: from when it could have read the message, or else from when it could have seen that it was cut off.
   */
  #deliver(path: string, id: number, line: string): Promise<boolean> {
    const { socket, waiting } = this.#peer(path);
    return new Promise((resolve) => {
      const answered = (handled: boolean): void => {
        clearTimeout(timer);
        waiting.delete(id);
        resolve(handled);
      };
      const wait = (): void => {
        if (!waiting.has(id)) return;
        clearTimeout(timer);
        timer = setTimeout(() => answered(false), ACKNOWLEDGE_WITHIN);
      };
      let timer = setTimeout(() => socket.destroy(), ACKNOWLEDGE_WITHIN);
      waiting.set(id, { answered, cutOff: () => (isLive(path) ? wait() : answered(false)) });
      socket.write(line, (error) => {
        if (!error) wait();
      });
      if (socket.writableLength > BACKLOG_LIMIT) socket.destroy();
    });
  }

  /**
   * Between a machine's processes a message can be read as soon as it is written. So whoever has polled all connections
   * after an instant, twice because a connection is accepted by one poll and read by the next, has read what was written
   * before it.
   */
  follow(lost: () => void): Promise<() => boolean> {
    this.#followers.add(lost);
    let until = 0;
    return new Promise((resolve) => {
      const makeSure = (): void => {
        const asked = performance.now();
        setImmediate(() =>
          setImmediate(() => {
            until = asked + CURRENT_FOR;
            resolve(() => performance.now() < until);
          }),
        );
      };
      this.#makingSure = setInterval(makeSure, MAKE_SURE_EVERY).unref();
      makeSure();
    });
  }

  #answer(socket: Socket): void {
    let parted = false;
    const end = (): void => {
      if (!parted && !this.#closed) for (const lost of this.#followers) lost();
      parted = true;
    };
    this.#callers.add(socket);
    socket.unref();
    socket.on('error', end);
    socket.on('end', end);
    socket.on('close', () => {
      end();
      this.#callers.delete(socket);
    });
    readLines(socket, ({ id, topic, message, bye }) => {
      if (bye === true) {
        parted = true;
        return;
      }
      if (typeof id !== 'number' || typeof topic !== 'string' || message === undefined) return void socket.destroy();
      void handle(this.#handlers, topic, message).then((handled) => {
        if (socket.writable) socket.write(`${JSON.stringify({ id, handled })}\n`);
      });
    });
  }
}

/** What a handler's outcome is, or false when it is not there in time. */
async function inTime(outcome: Promise<boolean>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), ACKNOWLEDGE_WITHIN)));
  return Promise.race([outcome, late]).finally(() => clearTimeout(timer));
}
