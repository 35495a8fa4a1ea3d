import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { exportJWK, generateKeyPair, type JWK } from 'jose';

/** A port that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

/** A private key of an identity provider. */
export async function signingKey(kid: string): Promise<JWK> {
  const { privateKey } = await generateKeyPair('ES256', { extractable: true });
  return { ...(await exportJWK(privateKey)), kid, alg: 'ES256', use: 'sig' };
}

/** The identity provider, as long as the process lives. */
export async function runProvider(given: {
  port: number;
  jwks: readonly JWK[];
  redirect: string;
}): Promise<ChildProcess> {
  const script = join(import.meta.dirname, 'identity-provider.mjs');
  const child = spawn(process.execPath, [script, JSON.stringify(given)], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  child.stderr.on('data', (data: Buffer) => (said += data.toString()));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error(`the provider ended: ${said}`)));
  });
  return child;
}

export async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await ended;
}

/** A browser as far as logging in needs one: cookies by host, redirects one by one. */
export class Browser {
  readonly cookies = new Map<string, string>();
  /** Every Set-Cookie that came. */
  readonly set: string[] = [];

  async go(address: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(address, { ...init, redirect: 'manual', headers: { ...init.headers, cookie } });
    for (const line of response.headers.getSetCookie()) {
      this.set.push(line);
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (/max-age=0|expires=thu, 01 jan 1970/i.test(line) || value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    return response;
  }

  /** Logs in at the provider's own pages, from its authorization endpoint on; the address it sends the browser to at the end. */
  async logIn(location: string, user: string, until: string): Promise<string> {
    let at = location;
    for (let step = 0; step < 15; step++) {
      if (at.startsWith(until)) return at;
      const page = await this.go(at);
      const next = page.headers.get('location');
      if (next !== null) {
        at = new URL(next, at).href;
        continue;
      }
      const html = await page.text();
      const prompt = /name="prompt" value="(\w+)"/.exec(html)?.[1] ?? '';
      const action = /action="([^"]+)"/.exec(html)?.[1] ?? '';
      const body = new URLSearchParams({ prompt, login: user, password: 'any' });
      const answer = await this.go(new URL(action, at).href, { method: 'POST', body });
      at = new URL(answer.headers.get('location') ?? '', at).href;
    }
    throw new Error(`no end to the login, at ${at}`);
  }
}
