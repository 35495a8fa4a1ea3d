import { describe, expect, it } from '@jest/globals';
import { loadConfiguration } from './load.js';

describe('the configuration that comes with Bellwether', () => {
  it('has no problem, and every feed reports into one of its datasets', () => {
    const { datasets, feeds, crosswalk, version } = loadConfiguration('config');
    expect(feeds.size).toBeGreaterThan(0);
    for (const feed of feeds.values()) expect([...datasets.keys()]).toContain(feed.dataset);
    expect(crosswalk.zips().length).toBeGreaterThan(40_000);
    expect(version).toMatch(/^[0-9a-f]{64}$/);
  });

  it('does not read an unchanged geography twice', () => {
    expect(loadConfiguration('config').crosswalk).toBe(loadConfiguration('config').crosswalk);
  });

  it('has the same version when it is read again', () => {
    expect(loadConfiguration('config').version).toBe(loadConfiguration('config').version);
  });
});
