import { ERRORS } from '#vocabulary';

const STYLE = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b2530;background:#fff}
code{font:14px ui-monospace,monospace}td,th{text-align:left;padding:.3em 1em .3em 0;vertical-align:top}:target{background:#fff6ea}`;

/** The page that the `type` of every problem document points into: `/docs/errors#<code in small letters>`. */
export function errorsPage(): string {
  const rows = Object.entries(ERRORS).map(
    ([code, { http, title, remedy }]) =>
      `<tr id="${code.toLowerCase()}"><td><code>${code}</code></td><td>${http}</td><td>${title}</td><td>${remedy.replaceAll('<', '&lt;')}</td></tr>`,
  );
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Bellwether errors</title>
<style>${STYLE}</style></head><body><h1>Errors</h1>
<table><thead><tr><th>Code</th><th>Status</th><th>What happened</th><th>What to do</th></tr></thead><tbody>
${rows.join('\n')}
</tbody></table></body></html>
`;
}
