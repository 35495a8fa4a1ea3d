import { unlink } from 'node:fs/promises';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { openTally, type Tally } from './acknowledgements.js';
import { MESSAGE_LIMIT, type Bus, type Handler, type Message } from './bus.js';
import { addHandler, handle, lineOf, type Handlers } from './handlers.js';
import { readLines } from './lines.js';
import { liveSockets, socketFolder } from './sockets.js';

/** Bytes that may wait for a peer that does not read; beyond, it is cut off and met again at the next message. */
const BACKLOG_LIMIT = 8 * MESSAGE_LIMIT;

interface Peer {
  readonly socket: Socket;
  /** Message id → who waits for the answer. */
  readonly waiting: Map<number, Tally>;
}

let opened = 0;

/**
 * The bus of one machine: each process listens on a Unix socket `<data>/run/<name>-<pid>-<n>.sock` that only its user
 * can reach, and a publisher talks to every socket in the folder. One line of JSON each way:
 * `{"id":7,"topic":"commit","message":…}` and `{"id":7,"handled":true}`.
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
    const tally = openTally();
    tally.expect(1);
    void handle(this.#handlers, topic, message).then(tally.settle);
    for (const path of liveSockets(this.#folder)) {
      if (path === this.#own) continue;
      tally.expect(1);
      this.#send(this.#peer(path), id, line, tally);
    }
    return tally.counted();
  }

  subscribe(topic: string, handler: Handler): Promise<() => Promise<void>> {
    const stop = addHandler(this.#handlers, topic, handler);
    return Promise.resolve(() => Promise.resolve(stop()));
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#handlers.clear();
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const { socket } of this.#peers.values()) socket.destroy();
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
      this.#peers.delete(path);
      for (const tally of peer.waiting.values()) tally.settle(false);
      peer.waiting.clear();
    });
    readLines(socket, ({ id, handled }) => {
      const tally = peer.waiting.get(Number(id));
      peer.waiting.delete(Number(id));
      tally?.settle(handled === true);
    });
    return peer;
  }

  #send({ socket, waiting }: Peer, id: number, line: string, tally: Tally): void {
    waiting.set(id, tally);
    socket.write(line);
    if (socket.writableLength > BACKLOG_LIMIT) socket.destroy();
  }

  #answer(socket: Socket): void {
    this.#callers.add(socket);
    socket.unref();
    socket.on('error', () => undefined);
    socket.on('close', () => this.#callers.delete(socket));
    readLines(socket, ({ id, topic, message }) => {
      if (typeof id !== 'number' || typeof topic !== 'string' || message === undefined) return void socket.destroy();
      void handle(this.#handlers, topic, message).then((handled) => {
        if (socket.writable) socket.write(`${JSON.stringify({ id, handled })}\n`);
      });
    });
  }
}
