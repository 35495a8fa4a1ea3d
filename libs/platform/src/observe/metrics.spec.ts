import { describe, expect, it } from '@jest/globals';
import { openMetrics } from './metrics.js';

describe('metrics', () => {
  it('are exposed under their standard names with the process as a label', async () => {
    const metrics = openMetrics({ name: 'ingest-1', runtime: false });
    metrics.submissions.inc({ feed: 'north', state: 'loaded' }, 2);
    metrics.requests.observe({ door: 'rest', route: '/v1/series', status: '200' }, 0.003);
    metrics.revision.set(0);
    const { contentType, text } = await metrics.exposition();
    expect(contentType).toContain('text/plain');
    expect(text).toContain('bellwether_submissions_total{feed="north",state="loaded",process="ingest-1"} 2');
    expect(text).toMatch(/bellwether_http_request_seconds_bucket\{le="0.005",.*route="\/v1\/series".*\} 1/);
    expect(text).toContain('bellwether_revision{process="ingest-1"} 0');
  });

  it('of two registries do not mix', async () => {
    const [one, two] = [openMetrics({ name: 'a', runtime: true }), openMetrics({ name: 'b', runtime: true })];
    one.statements.inc({ outcome: 'refused' });
    expect((await one.exposition()).text).toContain('outcome="refused"');
    expect((await one.exposition()).text).toContain('nodejs_eventloop');
    expect((await two.exposition()).text).not.toContain('outcome="refused"');
  });
});
