import { inspect } from 'node:util';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { BellwetherError } from '#vocabulary';
import { readSettings } from './read-settings.js';
import type { Settings } from './settings.js';

const noFile = (): string => {
  throw new Error('ENOENT');
};
const read = (
  env: Record<string, string>,
  argv: string[] = [],
  readFile: (path: string) => string = noFile,
): Settings => readSettings({ env, argv, readFile });
const refusal = (env: Record<string, string>, argv: string[] = []): string => {
  try {
    read(env, argv);
  } catch (error) {
    if (error instanceof BellwetherError && error.code === 'CONFIG_INVALID') return error.detail;
    throw error;
  }
  return 'accepted';
};

describe('settings', () => {
  it('are complete when nothing is said', () => {
    const settings = read({});
    expect(settings.mode).toBe('embedded');
    expect(settings.dataFolder).toBe(resolve('.bellwether'));
    expect(settings.api).toEqual({ host: '127.0.0.1', port: 8080 });
    expect(settings.clickhouse).toEqual({ url: undefined, user: 'default', password: undefined });
    expect(settings.redis).toBeUndefined();
    expect(settings.sample).toBe(false);
    expect(settings.drainWithin).toBe(20_000);
  });

  it('are read from the environment, and from the command line before it', () => {
    const env = { BELLWETHER_API_PORT: '9000', BELLWETHER_DATA: '/srv/a', BELLWETHER_INGEST_PROCESSES: '3' };
    const settings = read(env, ['--api-port', '9001', '--data=/srv/b', '--sample']);
    expect(settings.api.port).toBe(9001);
    expect(settings.dataFolder).toBe('/srv/b');
    expect(settings.ingest.processes).toBe(3);
    expect(settings.sample).toBe(true);
  });

  it('take an empty variable as not set', () => {
    expect(read({ BELLWETHER_API_PORT: '', REDIS_URL: '', CLICKHOUSE_PASSWORD: '' }).api.port).toBe(8080);
  });

  it.each([
    [{ BELLWETHER_API_PORT: '8o8o' }, [], 'BELLWETHER_API_PORT: found "8o8o", expected a port'],
    [{ BELLWETHER_API_PORT: '65536' }, [], 'BELLWETHER_API_PORT: found "65536"'],
    [{ BELLWETHER_API_PORT: '-1' }, [], 'BELLWETHER_API_PORT: found "-1"'],
    [{}, ['--api-port', '1e3'], '--api-port: found "1e3"'],
    [{}, ['--api-port'], '--api-port: found nothing'],
    [{}, ['--apiport', '1'], 'command line: found --apiport, expected --mode, --data'],
    [{}, ['stray'], 'command line: found stray'],
    [{}, ['--clickhouse-password', 'x'], 'command line: found --clickhouse-password'],
    [
      { BELLWETHER_API_PROT: '1' },
      [],
      'BELLWETHER_API_PROT: found a name that is no setting, expected BELLWETHER_API_PORT',
    ],
    [{ BELLWETHER_MODE: 'cluster' }, [], 'BELLWETHER_MODE: found "cluster", expected embedded or distributed'],
    [{ BELLWETHER_ENGINE_HOST: '0.0.0.0' }, [], 'BELLWETHER_ENGINE_HOST: found "0.0.0.0"'],
    [{ CLICKHOUSE_URL: 'http://user:pw@host:8123' }, [], 'CLICKHOUSE_URL: found'],
    [{ CLICKHOUSE_URL: 'clickhouse://host' }, [], 'CLICKHOUSE_URL: found "clickhouse://host"'],
    [{ BELLWETHER_MODE: 'distributed', REDIS_URL: 'redis://r' }, [], 'CLICKHOUSE_URL: found nothing'],
    [{ BELLWETHER_MODE: 'distributed', CLICKHOUSE_URL: 'http://c' }, [], 'REDIS_URL: found nothing'],
    [{ CLICKHOUSE_PASSWORD_FILE: '/nowhere' }, [], 'CLICKHOUSE_PASSWORD_FILE: found /nowhere, expected a file'],
    [{ CLICKHOUSE_PASSWORD: 'a', CLICKHOUSE_PASSWORD_FILE: '/b' }, [], 'expected one of the two'],
  ])('refuse %j %j', (env, argv, message) => {
    expect(refusal(env as Record<string, string>, argv)).toContain(message);
  });

  it('name everything that is wrong at once', () => {
    const detail = refusal({ BELLWETHER_API_PORT: 'x', BELLWETHER_MODE: 'y' }, ['--log-level', 'z']);
    expect(detail.split('; ')).toHaveLength(3);
  });

  it('leave alone a variable that resembles no setting, such as the password of a feed', () => {
    expect(refusal({ BELLWETHER_FEED_NORTH_PASSWORD: 'x', PATH: '/bin' })).toBe('accepted');
  });

  it('read a secret from a file and drop the line end', () => {
    const settings = read({ CLICKHOUSE_PASSWORD_FILE: '/run/pw' }, [], (path) => `${path}!\n`);
    expect(settings.clickhouse.password?.reveal()).toBe('/run/pw!');
  });

  it('print no secret, however they are printed, and refuse one without showing it', () => {
    const env = {
      CLICKHOUSE_PASSWORD: 'hunter-two',
      REDIS_URL: 'redis://:hunter-two@r',
      BELLWETHER_RECORD_KEY: 'hunter-two-hunter-two',
    };
    const settings = read(env);
    const printed = [
      JSON.stringify(settings),
      inspect(settings, { depth: 9, showHidden: true }),
      `${settings.clickhouse.password}`,
    ];
    for (const text of printed) expect(text).not.toContain('hunter');
    expect(settings.redis?.url.reveal()).toBe('redis://:hunter-two@r');
    expect(refusal({ REDIS_URL: 'hunter-two' })).toBe(
      'REDIS_URL: found 10 characters (not shown), expected a redis:// or rediss:// URL',
    );
    expect(refusal({ BELLWETHER_RECORD_KEY: 'hunter-two' })).not.toContain('hunter');
  });
});
