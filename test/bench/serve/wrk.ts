import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Measured } from './process.js';

export interface Load {
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly seconds: number;
  /** A Lua script for wrk. */
  readonly script?: string | undefined;
  readonly connections?: number;
}

export interface Served {
  readonly requestsPerSecond: number;
  /** Microseconds of the server's CPU a request. */
  readonly cpu: number;
  readonly p50: number;
  readonly p99: number;
  readonly bad: number;
}

async function wrk(args: readonly string[]): Promise<string> {
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
  await once(child, 'close');
  return text;
}

const MICROSECONDS: Readonly<Record<string, number>> = { us: 1, ms: 1000, s: 1_000_000 };
function latency(text: string, share: string): number {
  const found = new RegExp(`${share}%\\s+([\\d.]+)(us|ms|s)`).exec(text);
  return found ? Math.round(Number(found[1]) * MICROSECONDS[found[2]!]!) : NaN;
}

/** One thread of wrk against the server. */
export async function load(
  server: Measured,
  { path, headers = {}, seconds, script, connections = 16 }: Load,
): Promise<Served> {
  const extra = Object.entries(headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`]);
  const args = (duration: number): string[] => [
    '-t1', `-c${connections}`, `-d${duration}s`, '--latency', ...extra, ...(script === undefined ? [] : ['-s', script]), `${server.url}${path}`,
  ]; // prettier-ignore
  const before = await server.cpu();
  const text = await wrk(args(seconds));
  const spent = (await server.cpu()) - before;
  const requests = Number(/(\d+) requests in/.exec(text)?.[1] ?? NaN);
  const bad = Number(/Non-2xx or 3xx responses: (\d+)/.exec(text)?.[1] ?? 0);
  return {
    requestsPerSecond: Math.round(Number(/Requests\/sec:\s+([\d.]+)/.exec(text)?.[1] ?? NaN)),
    cpu: Math.round((spent / requests) * 10) / 10,
    p50: latency(text, '50'),
    p99: latency(text, '99'),
    bad,
  };
}
