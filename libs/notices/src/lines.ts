import type { Socket } from 'node:net';
import { StringDecoder } from 'node:string_decoder';
import { MESSAGE_LIMIT, type Message } from './bus.js';

/** Calls back with each line of JSON; a peer that sends anything else, or a line without end, is cut off. */
export function readLines(socket: Socket, read: (value: { readonly [key: string]: Message }) => void): void {
  const decoder = new StringDecoder('utf8');
  let pending = '';
  socket.on('data', (chunk: Buffer) => {
    pending += decoder.write(chunk);
    const lines = pending.split('\n');
    pending = lines.pop() ?? '';
    if (pending.length > MESSAGE_LIMIT) return void socket.destroy();
    for (const line of lines) {
      const value = parseObject(line);
      if (value === undefined) return void socket.destroy();
      read(value);
    }
  });
}

function parseObject(line: string): { readonly [key: string]: Message } | undefined {
  try {
    const value: unknown = JSON.parse(line);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject ? (value as { readonly [key: string]: Message }) : undefined;
  } catch {
    return undefined;
  }
}
