import type { DatasetInfo } from '#analytics';
import { formatDay, NATION } from '#vocabulary';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escape = (text: string): string => text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '');

export interface LandingFacts {
  readonly version: string;
  readonly configuration: string;
  readonly sampleMode: boolean;
  /** `http://localhost:8080` */
  readonly origin: string;
  /** Within reach of whoever looks; empty without a key. */
  readonly datasets: readonly DatasetInfo[];
}

const YEAR = 364;
const MOST_LINES = 3;

/** The question behind the three things to try: the last year of the first dataset that has data. */
function exampleQuery(datasets: readonly DatasetInfo[]): string | undefined {
  for (const { id, categories, firstDay, lastDay } of datasets) {
    const names = categories.slice(0, MOST_LINES).map((category) => category.id);
    if (firstDay === null || lastDay === null || names.length === 0) continue;
    const from = formatDay(Math.max(firstDay, lastDay - YEAR));
    const query = new URLSearchParams({
      dataset: id,
      category: names.join(','),
      region: `nation:${NATION}`,
      from,
      to: formatDay(lastDay),
    });
    return query.toString().replaceAll('%3A', ':').replaceAll('%2C', ',');
  }
  return undefined;
}

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem;color:#1b2530;background:#fff}
h1{margin-bottom:0}code,pre{font:14px/1.45 ui-monospace,monospace;background:#f2f5f8;border-radius:4px}code{padding:.1em .3em}
pre{padding:.7em;overflow-x:auto}img{max-width:100%;height:auto}td,th{text-align:left;padding:.2em 1em .2em 0;vertical-align:top}
.note{border-left:4px solid #b35c00;padding:.3em .8em;background:#fff6ea}a{color:#0b5cad}`;

const ADDRESSES = [
  ['/', 'Dashboard: maps, series, completeness, operations'],
  ['/docs', 'REST: every operation, to read and to try'],
  ['/openapi.json', 'REST: OpenAPI 3.1 document'],
  ['/graphql', 'GraphQL: the same questions, and subscriptions'],
  ['/soap?wsdl', 'SOAP 1.1 and 1.2: WSDL'],
  ['/readyz', 'State of each part'],
  ['/metrics', 'Metrics for Prometheus'],
] as const;

function tries(query: string | undefined, origin: string): string {
  if (query === undefined) {
    return `<p>There is no data yet. Send a file: <code>POST /v1/submissions?feed=…&amp;name=…</code></p>`;
  }
  const at = escape(query);
  return `<ol>
<li>The last year as numbers:<pre>curl '${escape(origin)}/v1/series?${at}&amp;format=csv'</pre></li>
<li>The same as a picture: <a href="/v1/charts/series.png?${at}">PNG</a>, <a href="/v1/charts/series.svg?${at}">SVG</a></li>
<li>Who has reported: <a href="/v1/completeness?${escape(query.replace(/&category=[^&]*/, ''))}">completeness</a></li>
</ol>
<p><img src="/v1/charts/series.svg?${at}" width="800" height="400" alt="The last year of the first dataset"></p>`;
}

/** The page at `/about`: where things are, and three things to try. */
export function landingPage({ version, configuration, sampleMode, origin, datasets }: LandingFacts): string {
  const note = sampleMode
    ? '<p class="note"><strong>Sample mode.</strong> Everything is open to this machine, without a key, and to no other.</p>'
    : '<p>Send an API key with every request: <code>Authorization: Bearer …</code></p>';
  const rows = ADDRESSES.map(
    ([path, what]) => `<tr><td><a href="${path}"><code>${path}</code></a></td><td>${what}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Bellwether</title><style>${STYLE}</style></head>
<body><h1>Bellwether</h1>
<p>Public health surveillance: facility submissions in; counts, completeness, series and charts out.</p>
${note}
<h2>Three things to try</h2>
${tries(exampleQuery(datasets), origin)}
<h2>Addresses</h2>
<table>${rows.join('')}</table>
<p><small>Version ${escape(version)}, configuration ${escape(configuration)}</small></p>
</body></html>
`;
}
