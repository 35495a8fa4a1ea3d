import type { ApolloServerPlugin } from '@apollo/server';
import type { FastifyInstance } from 'fastify';

const EXAMPLE = `{
  datasets { id title firstDay lastDay categories { id } }
}`;

const PAGE = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bellwether GraphQL</title>
<style>body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2530;background:#fff}
textarea,pre{box-sizing:border-box;width:100%;font:14px/1.45 ui-monospace,monospace;background:#f2f5f8;border:1px solid #9aa7b4;border-radius:4px;padding:.7em}
textarea{height:14rem}pre{min-height:6rem;overflow-x:auto}button{font:inherit;padding:.3em 1.2em}</style></head>
<body><h1>GraphQL</h1>
<form><p><label for="query">Query</label><textarea id="query" spellcheck="false">${EXAMPLE}</textarea></p>
<p><label>API key (not needed in sample mode) <input id="key" type="password" autocomplete="off" size="50"></label></p>
<p><button type="submit">Ask</button> <button type="button" id="schema">Show what can be asked</button></p></form>
<pre id="answer" role="status" aria-label="Answer"></pre>
<script src="/docs/graphql.js"></script></body></html>
`;

const SCRIPT = `const field = (id) => document.getElementById(id);
async function ask(query) {
  const key = field('key').value;
  const headers = { 'content-type': 'application/json', ...(key ? { 'x-api-key': key } : {}) };
  const response = await fetch('/graphql', { method: 'POST', headers, body: JSON.stringify({ query }) });
  field('answer').textContent = JSON.stringify(await response.json(), null, 2);
}
document.querySelector('form').addEventListener('submit', (event) => { event.preventDefault(); ask(field('query').value); });
field('schema').addEventListener('click', () => ask('{ __schema { queryType { fields { name description args { name type { name kind ofType { name } } } } } } }'));
`;

/** What a browser sees at /graphql: a place to ask, whose only script comes from here. */
export const graphqlPage: ApolloServerPlugin = {
  serverWillStart: () => Promise.resolve({ renderLandingPage: () => Promise.resolve({ html: PAGE }) }),
};

/** Serves the script of the page. */
export function serveGraphqlScript(fastify: FastifyInstance): void {
  fastify.get('/docs/graphql.js', (_, reply) =>
    reply.type('text/javascript; charset=utf-8').header('cache-control', 'no-cache').send(SCRIPT),
  );
}
