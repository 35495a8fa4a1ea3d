import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { describeBus } from './bus.contract.js';
import { openBus } from './run-folder-bus.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'bus-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describeBus('the bus of the run folder', (name) => openBus({ folder, name }));

/** A real process that listens on a socket of the run folder and does with its callers as told. */
const PEER = `
  const server = require('node:net').createServer((socket) => { eval(process.argv[2]); });
  server.listen(process.argv[1] + '/run/peer-' + process.pid + '-1.sock', () => console.log('listening'));
`;

describe('the run folder', () => {
  const peers: ChildProcess[] = [];
  const startPeer = async (behaviour: string): Promise<ChildProcess> => {
    const peer = spawn(process.execPath, ['-e', PEER, folder, behaviour], { stdio: ['ignore', 'pipe', 'inherit'] });
    peers.push(peer);
    await once(peer.stdout!, 'data');
    return peer;
  };
  const kill = async (peer: ChildProcess): Promise<void> => {
    if (peer.exitCode !== null || peer.signalCode !== null) return;
    peer.kill('SIGKILL');
    await once(peer, 'exit');
  };
  afterEach(async () => {
    await Promise.all(peers.splice(0).map(kill));
  });
  const sockets = async (): Promise<string[]> =>
    (await readdir(join(folder, 'run'))).filter((name) => name.startsWith('peer-'));

  it('is rid of the socket of a killed process at the next message', async () => {
    const bus = await openBus({ folder, name: 'api' });
    const peer = await startPeer('');
    await kill(peer);
    expect(await sockets()).toHaveLength(1);
    expect(await bus.publish('commit', 1)).toBe(0);
    expect(await sockets()).toHaveLength(0);
    await bus.close();
  });

  it('does not wait for a process killed while it handles a message', async () => {
    const bus = await openBus({ folder, name: 'api' });
    await startPeer(`socket.once('data', () => process.kill(process.pid, 'SIGKILL'))`);
    expect(await bus.publish('commit', 1)).toBe(0);
    await bus.close();
  });

  it.each([
    ['accepts and is silent', 'socket.resume()'],
    ['hangs up', 'socket.destroy()'],
    ['answers nonsense', `socket.on('error', () => 0); socket.write('what?\\n')`],
    ['answers a JSON text that is no object', `socket.on('error', () => 0); socket.write('null\\n')`],
    ['answers for a message nobody sent', `socket.write('{"id":99999,"handled":true}\\n')`],
    ['answers without end', `socket.on('error', () => 0); socket.write('x'.repeat(3_000_000))`],
  ])('is not disturbed by a process that %s', async (_, behaviour) => {
    const [bus, other] = [await openBus({ folder, name: 'ingest' }), await openBus({ folder, name: 'api' })];
    await other.subscribe('commit', () => undefined);
    await startPeer(behaviour);
    expect(await bus.publish('commit', 1)).toBe(1);
    await Promise.all([bus.close(), other.close()]);
  });

  it('passes over files and sockets that are not of the bus', async () => {
    const bus = await openBus({ folder, name: 'api' });
    const engine = createServer();
    await new Promise<void>((resolve) => engine.listen(join(folder, 'run', 'engine.sock'), resolve));
    await writeFile(join(folder, 'run', 'lock.1'), '');
    expect(await bus.publish('commit', 1)).toBe(0);
    await bus.close();
    await new Promise((resolve) => engine.close(resolve));
  });

  it('leaves no socket behind when closed', async () => {
    const bus = await openBus({ folder, name: 'peer' });
    expect(await sockets()).toHaveLength(1);
    await bus.close();
    expect(await sockets()).toHaveLength(0);
  });

  it('works in a data folder whose path is too long for a socket', async () => {
    const deep = join(folder, 'x'.repeat(120));
    const [one, two] = [await openBus({ folder: deep, name: 'api' }), await openBus({ folder: deep, name: 'ingest' })];
    await one.subscribe('commit', () => undefined);
    expect(await two.publish('commit', 1)).toBe(1);
    await Promise.all([one.close(), two.close()]);
  });
});
