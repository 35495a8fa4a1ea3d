import { describe, expect, it } from '@jest/globals';
import { openMetrics } from './metrics.js';
import { serveMetrics } from './metrics-server.js';

describe('the metrics of a process without another door', () => {
  it('are at /metrics and nowhere else', async () => {
    const metrics = openMetrics({ name: 'ingest-1', runtime: false });
    metrics.rows.inc({ feed: 'clinics', outcome: 'refused' }, 3);
    const server = await serveMetrics(metrics, { host: '127.0.0.1', port: 0 });
    try {
      const answer = await fetch(server.url);
      expect(answer.headers.get('content-type')).toContain('text/plain');
      expect(await answer.text()).toMatch(
        /^bellwether_rows_total\{feed="clinics",outcome="refused",process="ingest-1"\} 3$/m,
      );
      expect((await fetch(new URL('/', server.url))).status).toBe(404);
      expect((await fetch(server.url, { method: 'POST' })).status).toBe(404);
    } finally {
      await server.close();
    }
  });
});
