import { describe, expect, it } from '@jest/globals';
import { Secret } from '../settings/secret.js';
import { openLog, type Log } from './log.js';
import { nestLogOf } from './nest-log.js';

const record = (style: 'json' | 'lines'): { log: Log; lines: string[] } => {
  const lines: string[] = [];
  const log = openLog({ name: 'api', level: 'info', style, to: { write: (line: string) => void lines.push(line) } });
  return { log, lines };
};

describe('the log', () => {
  it('writes one JSON object a line, with process, level, time and message', () => {
    const { log, lines } = record('json');
    log.info({ rev: 7 }, 'committed');
    log.debug('below the level');
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
      pid: process.pid,
      name: 'api',
      rev: 7,
      msg: 'committed',
    });
  });

  it('writes short lines for people', () => {
    const { log, lines } = record('lines');
    log.warn({ feed: 'north', days: 3 }, 'late');
    expect(lines.join('')).toMatch(/^\d\d:\d\d:\d\d api {7}warn {2}late feed=north days=3\n$/);
  });

  it('shows no secret', () => {
    const { log, lines } = record('json');
    log.info({ password: 'hunter-two', request: { headers: { authorization: 'Bearer hunter-two' } } }, 'a');
    log.info({ settings: { clickhouse: { password: new Secret('hunter-two') } } }, 'b');
    log.info({ settings: { nested: { deeper: { still: new Secret('hunter-two') } } } }, 'c');
    expect(lines).toHaveLength(3);
    expect(lines.join('')).not.toContain('hunter');
  });

  it('takes the messages of Nest', () => {
    const { log, lines } = record('json');
    const nest = nestLogOf(log);
    nest.log('Application started', 'NestApplication');
    nest.error('It broke', 'Error: It broke\n    at x', 'Resolver');
    expect(lines.map((line) => JSON.parse(line))).toMatchObject([
      { level: 'info', msg: 'Application started', context: 'NestApplication' },
      { level: 'error', msg: 'It broke', context: 'Resolver', stack: 'Error: It broke\n    at x' },
    ]);
  });
});
