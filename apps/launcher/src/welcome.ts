import type { Settings } from '#platform';

/** What to open, and three things to try. */
export function welcome({ dataFolder, configFolder, sql, sample }: Settings, url: string): string {
  const dataset = sample ? 'ed-visits' : 'DATASET';
  const category = sample ? 'gastrointestinal' : 'CATEGORY';
  return `
Bellwether is open to this machine only, without a key: sample mode.

  ${url}/             the dashboard; start here
  ${url}/docs         REST, to try in the browser (document: /openapi.json)
  ${url}/graphql      GraphQL, with subscriptions
  ${url}/soap?wsdl    SOAP 1.1 and 1.2
  http://${sql.host}:${sql.port}/              SQL for BI tools, over the ClickHouse protocol

Three things to try:

  curl '${url}/v1/charts/series.png?dataset=${dataset}&category=${category}&region=nation:us' -o chart.png
  curl '${url}/v1/completeness?dataset=${dataset}&region=nation:us&format=csv' | tail -5
  cp a-file ${dataFolder}/inbox/FEED/     (a feed of ${configFolder}/feeds; counted within two seconds)

Ctrl-C stops everything cleanly; the data stay in ${dataFolder}.
`;
}
