import { readdirSync, readFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import ts from 'typescript';

/** One parsed source file; what the rules judge. */
export interface Module {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  readonly imports: readonly string[];
  /** Looks at the clock, the environment or the command line: `Date.now()`, `process.env`, … with its line. */
  readonly ambient: readonly { readonly what: string; readonly line: number }[];
  readonly lines: number;
}

/** Path → text. A planted house is one of these in memory. */
export type Sources = ReadonlyMap<string, string>;

/** Every TypeScript file below the given folders. */
export function readSources(root: string, folders: readonly string[]): Sources {
  const sources = new Map<string, string>();
  for (const folder of folders) {
    for (const entry of readdirSync(join(root, folder), { recursive: true, withFileTypes: true })) {
      if (!entry.isFile() || !/\.tsx?$/.test(entry.name)) continue;
      const full = join(entry.parentPath, entry.name);
      const path = full.slice(root.length).replaceAll('\\', '/').replace(/^\/+/, '');
      sources.set(path, readFileSync(full, 'utf8'));
    }
  }
  return sources;
}

export function parseModules(sources: Sources): readonly Module[] {
  return [...sources].map(([path, text]) => parseModule(path, text));
}

function parseModule(path: string, text: string): Module {
  const file = ts.createSourceFile(
    path,
    text,
    ts.ScriptTarget.ES2022,
    true,
    path.endsWith('x') ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const imports: string[] = [];
  const ambient: { what: string; line: number }[] = [];
  const visit = (node: ts.Node): void => {
    const specifier = importedBy(node);
    if (specifier !== undefined) imports.push(specifier);
    const what = ambientUse(node);
    if (what !== undefined) ambient.push({ what, line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return { path, imports, ambient, lines: text.split('\n').length - 1 };
}

/** The specifier of an import in any of its forms: import, export from, import(), import('…').Type, require(). */
function importedBy(node: ts.Node): string | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return literal(node.moduleSpecifier);
  if (ts.isImportEqualsDeclaration(node) && ts.isExternalModuleReference(node.moduleReference)) {
    return literal(node.moduleReference.expression);
  }
  if (ts.isImportTypeNode(node))
    return ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal) : undefined;
  if (!ts.isCallExpression(node)) return undefined;
  const { expression } = node;
  const dynamic = expression.kind === ts.SyntaxKind.ImportKeyword;
  const required = ts.isIdentifier(expression) && expression.text === 'require';
  return dynamic || required ? literal(node.arguments[0]) : undefined;
}

function literal(node: ts.Node | undefined): string | undefined {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : undefined;
}

const AMBIENT = new Set(['Date.now', 'performance.now', 'process.env', 'process.argv', 'process.hrtime']);

function ambientUse(node: ts.Node): string | undefined {
  if (ts.isNewExpression(node) && isNamed(node.expression, 'Date') && (node.arguments?.length ?? 0) === 0) {
    return 'new Date()';
  }
  if (ts.isCallExpression(node) && isNamed(node.expression, 'Date')) return 'Date()';
  if (ts.isPropertyAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const name = `${node.expression.text}.${node.name.text}`;
    return AMBIENT.has(name) ? name : undefined;
  }
  if (ts.isElementAccessExpression(node) && ts.isIdentifier(node.expression)) {
    const name = `${node.expression.text}.${literal(node.argumentExpression) ?? ''}`;
    return AMBIENT.has(name) ? name : undefined;
  }
  return undefined;
}

function isNamed(node: ts.Node, name: string): boolean {
  return ts.isIdentifier(node) && node.text === name;
}

/** The module a relative import leads to, as a path of the repository; undefined for packages and doors. */
export function relativeTarget(module: Module, specifier: string): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  return posix.join(posix.dirname(module.path), specifier).replace(/\.js$/, '.ts');
}

/** `libs/warehouse`, `apps/api` or `clients/typescript`: what a path belongs to. */
export function homeOf(
  path: string,
): { readonly kind: 'apps' | 'clients' | 'libs'; readonly name: string } | undefined {
  const [kind, name] = path.split('/');
  return (kind === 'apps' || kind === 'clients' || kind === 'libs') && name !== undefined ? { kind, name } : undefined;
}

/** Specifications, and the fixtures, slow twins and contract suites that only they import. */
export function isTest(path: string): boolean {
  return /\.(spec|fixture|twin|contract|bench)\.tsx?$/.test(path) || path.includes('/testing/');
}
