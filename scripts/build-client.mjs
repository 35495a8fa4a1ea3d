// Builds the TypeScript client into dist/clients/typescript: one module, its declarations, package.json and README.
import { cpSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';
import { build } from 'vite';

const home = new URL('../clients/typescript/', import.meta.url);
const out = new URL('../dist/clients/typescript/', import.meta.url);
await build({ root: home.pathname, configFile: new URL('vite.config.ts', home).pathname, logLevel: 'warn' });
mkdirSync(new URL('types/', out), { recursive: true });
for (const file of readdirSync(new URL('src/', home))) {
  const fileName = new URL(`src/${file}`, home).pathname;
  // A declaration follows from its file alone, because everything public says its type.
  const { outputText } = ts.transpileDeclaration(readFileSync(fileName, 'utf8'), {
    fileName,
    compilerOptions: { isolatedDeclarations: true, target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext },
  });
  writeFileSync(new URL(`types/${file.replace(/\.ts$/, '.d.ts')}`, out), outputText);
}
// Not named package.json in the repository: there, imports follow that of the whole.
cpSync(new URL('manifest.json', home), new URL('package.json', out));
cpSync(new URL('README.md', home), new URL('README.md', out));
