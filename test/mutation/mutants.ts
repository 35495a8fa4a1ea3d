import ts from 'typescript';

/** One small change of a source file. */
export interface Mutant {
  readonly line: number;
  /** What was, and what is in its place. */
  readonly what: string;
  readonly text: string;
}

/** The operators (after Offutt's sufficient set): relations, logic, negation, constants, returns, and calls left out. */
const SWAPPED: Readonly<Partial<Record<ts.SyntaxKind, readonly string[]>>> = {
  [ts.SyntaxKind.EqualsEqualsEqualsToken]: ['!=='],
  [ts.SyntaxKind.ExclamationEqualsEqualsToken]: ['==='],
  [ts.SyntaxKind.LessThanToken]: ['<=', '>'],
  [ts.SyntaxKind.LessThanEqualsToken]: ['<'],
  [ts.SyntaxKind.GreaterThanToken]: ['>=', '<'],
  [ts.SyntaxKind.GreaterThanEqualsToken]: ['>'],
  [ts.SyntaxKind.AmpersandAmpersandToken]: ['||'],
  [ts.SyntaxKind.BarBarToken]: ['&&'],
};
const CALLS: Readonly<Record<string, string>> = { some: 'every', every: 'some', min: 'max', max: 'min' };

/** Every mutant of a file; types and imports are left alone. */
export function mutantsOf(source: string): readonly Mutant[] {
  const file = ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true);
  const mutants: Mutant[] = [];
  function replace(node: ts.Node, by: string): void {
    const [from, to] = [node.getStart(file), node.getEnd()];
    const line = file.getLineAndCharacterOfPosition(from).line + 1;
    const what = `${source.slice(from, to).slice(0, 60).replaceAll(/\s+/g, ' ')} → ${by}`;
    mutants.push({ line, what, text: source.slice(0, from) + by + source.slice(to) });
  }
  function visit(node: ts.Node): void {
    if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || ts.isInterfaceDeclaration(node)) return;
    if (ts.isTypeAliasDeclaration(node)) return;
    if (ts.isBinaryExpression(node)) for (const by of SWAPPED[node.operatorToken.kind] ?? []) replace(node.operatorToken, by); // prettier-ignore
    if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken)
      replace(node, node.operand.getText(file));
    if (node.kind === ts.SyntaxKind.TrueKeyword) replace(node, 'false');
    if (node.kind === ts.SyntaxKind.FalseKeyword) replace(node, 'true');
    if (ts.isConditionalExpression(node)) {
      replace(node.condition, 'true');
      replace(node.condition, 'false');
    }
    if (ts.isIfStatement(node)) {
      replace(node.expression, 'true');
      replace(node.expression, 'false');
    }
    if (ts.isCallExpression(node) && ts.isPropertyAccessExpression(node.expression)) {
      const by = CALLS[node.expression.name.text];
      if (by !== undefined) replace(node.expression.name, by);
      if (node.expression.name.text === 'filter') replace(node, node.expression.expression.getText(file));
    }
    if (ts.isStringLiteral(node) && !isKey(node)) replace(node, node.text === '' ? "'x'" : "''");
    if (ts.isNumericLiteral(node)) replace(node, String(Number(node.text.replaceAll('_', '')) + 1));
    if (ts.isReturnStatement(node) && node.expression && !ts.isIdentifier(node.expression)) replace(node.expression, 'undefined!'); // prettier-ignore
    ts.forEachChild(node, visit);
  }
  visit(file);
  return mutants.filter(({ text }) => text !== source);
}

const isKey = (node: ts.StringLiteral): boolean => ts.isPropertyAssignment(node.parent) && node.parent.name === node;
