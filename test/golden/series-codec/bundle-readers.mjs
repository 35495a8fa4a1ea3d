// Prints what a web page's bundler makes of the codec's readers: one minified script that leaves them in `codec`.
import { resolve } from 'node:path';
import { build } from 'vite';

const entry = {
  name: 'entry',
  enforce: 'pre',
  resolveId: (id) => {
    if (id === 'entry' || id === resolve('entry')) return '\0entry';
    return id.startsWith('#') ? resolve('libs', id.slice(1), 'src/index.ts') : null;
  },
  load: (id) =>
    id === '\0entry'
      ? `export { decodeRecord, decodeRegionYear, openRegionYear, peekRegionYear } from '#series-codec';`
      : null,
};
const [{ output }] = await build({
  configFile: false,
  logLevel: 'silent',
  plugins: [entry],
  build: { write: false, minify: true, lib: { entry: 'entry', formats: ['iife'], name: 'codec', fileName: 'codec' } },
});
if (output.length !== 1) throw new Error(`${output.length} files where one script is wanted`);
const [{ code, imports, dynamicImports }] = output;
if (imports.length + dynamicImports.length > 0) throw new Error('the script imports something');
process.stdout.write(code);
