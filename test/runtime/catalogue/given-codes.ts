import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { top } from '../../cli.ts';

/** One place of the sources that gives a code. */
export interface Given {
  code: string;
  /** `src/runtime/lines.ts:57`. */
  place: string;
  /** What every message from there looks like; null where it is put together elsewhere. */
  message: RegExp | null;
  hint: RegExp | null;
}

/** Every code that the sources give, and places whose code cannot be told. */
export interface Found {
  given: Given[];
  unknown: string[];
}

const CODE = /^[a-z]+(-[a-z0-9]+)*$/;

/**
 * Codes of `new IchorError(CODE, …)`, of `super(CODE, …)` in classes of it, of objects with `code:` (notes, tables of
 * codes), of notes about a side or a network, and `error[CODE]` in a text. A code that stands in a constant or is an
 * argument of a function of the same file is followed.
 */
export function givenCodes(): Found {
  const given: Given[] = [];
  const unknown: string[] = [];
  for (const file of sources()) {
    const source = parsed(file);
    const classes: boolean[] = [];
    const add = (expression: ts.Expression, message?: ts.Expression, hint?: ts.Expression) => {
      const at = source.getLineAndCharacterOfPosition(expression.getStart(source)).line + 1;
      const place = `${file}:${at}`;
      const codes = literals(expression, file);
      if (codes === null) unknown.push(`${place} ${expression.getText(source)}`);
      for (const code of codes ?? [])
        given.push({ code, place, message: message ? pattern(message) : null, hint: hint ? pattern(hint) : null });
    };
    const visit = (node: ts.Node): void => {
      const isClass = ts.isClassDeclaration(node);
      if (isClass)
        classes.push(node.heritageClauses?.some((one) => /\bIchorError\b/.test(one.getText(source))) ?? false);
      if (ts.isNewExpression(node) && node.expression.getText(source) === 'IchorError') {
        const [code, message, hint] = node.arguments ?? [];
        if (code) add(code, message, hint);
      }
      if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.SuperKeyword && classes.at(-1)) {
        const [code, message, hint] = node.arguments;
        if (code) add(code, message, hint);
      }
      if (ts.isObjectLiteralExpression(node)) {
        const [type, code, what, reason] = ['type', 'code', 'what', 'reason'].map((name) => property(node, name));
        const [message, hint] = [property(node, 'message'), property(node, 'hint')];
        if (code && ts.isStringLiteral(code) && CODE.test(code.text)) add(code, message, hint);
        else if (code && type && ts.isStringLiteral(type) && type.text === 'note') {
          // What is said early is of a ledger: its reasons are found where they are given.
          if (property(node, 'inLedger') === undefined) add(code, message, hint);
        }
        if (what && reason && ts.isStringLiteral(what) && ['side', 'network'].includes(what.text))
          add(reason, message, hint);
      }
      if (ts.isStringLiteralLike(node)) {
        const [, code] = /^error\[([a-z-]+)\]/.exec(node.text) ?? [];
        if (code) given.push({ code, place: file, message: null, hint: null });
      }
      ts.forEachChild(node, visit);
      if (isClass) classes.pop();
    };
    visit(source);
  }
  return { given, unknown };
}

/** But data about codes, and the language of recipes, whose catalogue has a test of its own. */
function sources(): string[] {
  return ['src', 'plugins'].flatMap((folder) =>
    readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' })
      .map((name) => `${folder}/${name.replaceAll('\\', '/')}`)
      .filter((name) => name.endsWith('.ts') && !name.includes('/catalogue/')),
  );
}

const files = new Map<string, ts.SourceFile>();

function parsed(file: string): ts.SourceFile {
  const known = files.get(file);
  if (known) return known;
  const source = ts.createSourceFile(file, readFileSync(join(top, file), 'utf8'), ts.ScriptTarget.ESNext, true);
  files.set(file, source);
  return source;
}

/** The value of a property, a shorthand's name included. */
function property(node: ts.ObjectLiteralExpression, name: string): ts.Expression | undefined {
  for (const one of node.properties) {
    if (ts.isPropertyAssignment(one) && one.name.getText() === name) return one.initializer;
    if (ts.isShorthandPropertyAssignment(one) && one.name.text === name) return one.name;
  }
  return undefined;
}

/** The texts that an expression can be; none where it hands on the code of another error; null where that is not known. */
function literals(node: ts.Expression, file: string): string[] | null {
  if (ts.isStringLiteralLike(node)) return [node.text];
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return literals(node.expression, file);
  if (ts.isConditionalExpression(node)) return joined([node.whenTrue, node.whenFalse], file);
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.QuestionQuestionToken)
    return joined([node.left, node.right], file);
  if (ts.isPropertyAccessExpression(node)) return node.name.text === 'code' ? [] : null;
  if (ts.isIdentifier(node)) return ofName(node, file);
  return null;
}

function joined(nodes: readonly ts.Expression[], file: string): string[] | null {
  const all = nodes.map((node) => literals(node, file));
  return all.some((one) => one === null) ? null : all.flatMap((one) => one ?? []);
}

function ofName(node: ts.Identifier, file: string): string[] | null {
  for (let scope: ts.Node = node.parent; scope; scope = scope.parent) {
    if (ts.isFunctionLike(scope)) {
      const at = scope.parameters.findIndex((one) => ts.isIdentifier(one.name) && one.name.text === node.text);
      if (at >= 0) return ofCalls(scope, at, file);
    }
    // `for (const { code, message, hint } of damaged)`: handed on.
    if (ts.isForOfStatement(scope) && /\{[^}]*\bcode\b/.test(scope.initializer.getText()))
      return node.text === 'code' ? [] : null;
    if (!ts.isBlock(scope) && !ts.isSourceFile(scope)) continue;
    for (const statement of scope.statements) {
      if (ts.isVariableStatement(statement))
        for (const { name, initializer } of statement.declarationList.declarations) {
          if (ts.isIdentifier(name) && name.text === node.text) return initializer ? literals(initializer, file) : null;
          // `const { code, message } = error`: handed on.
          if (ts.isObjectBindingPattern(name) && name.elements.some((one) => one.name.getText() === node.text))
            return node.text === 'code' ? [] : null;
        }
      if (ts.isImportDeclaration(statement)) {
        const { importClause, moduleSpecifier } = statement;
        const named = importClause?.namedBindings;
        if (!named || !ts.isNamedImports(named) || !ts.isStringLiteral(moduleSpecifier)) continue;
        if (named.elements.some((one) => one.name.text === node.text))
          return ofExport(node.text, join(dirname(file), moduleSpecifier.text).replaceAll('\\', '/'));
      }
    }
  }
  return null;
}

function ofExport(name: string, file: string): string[] | null {
  for (const statement of parsed(file).statements)
    if (ts.isVariableStatement(statement))
      for (const one of statement.declarationList.declarations)
        if (one.name.getText() === name && one.initializer) return literals(one.initializer, file);
  return null;
}

/** What calls of this function, in its own file, give as its argument. */
function ofCalls(of: ts.SignatureDeclaration, at: number, file: string): string[] | null {
  const name = of.name?.getText() ?? (ts.isVariableDeclaration(of.parent) ? of.parent.name.getText() : null);
  if (name === null) return null;
  const found: (string[] | null)[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.getText() === name) {
      const given = node.arguments[at];
      found.push(given ? literals(given, file) : null);
    }
    ts.forEachChild(node, visit);
  };
  visit(parsed(file));
  return found.length === 0 || found.includes(null) ? null : found.flatMap((one) => one ?? []);
}

/** What a text can be: what stands in a template is anything. */
function pattern(node: ts.Expression): RegExp {
  return new RegExp(`^${patternText(node)}$`, 's');
}

function patternText(node: ts.Expression): string {
  if (ts.isStringLiteralLike(node)) return quote(node.text);
  if (ts.isParenthesizedExpression(node)) return patternText(node.expression);
  if (ts.isConditionalExpression(node)) return `(?:${patternText(node.whenTrue)}|${patternText(node.whenFalse)})`;
  if (ts.isBinaryExpression(node) && node.operatorToken.kind === ts.SyntaxKind.PlusToken)
    return patternText(node.left) + patternText(node.right);
  if (ts.isTemplateExpression(node))
    return [
      quote(node.head.text),
      ...node.templateSpans.map(({ expression, literal }) => `${patternText(expression)}${quote(literal.text)}`),
    ].join('');
  return '.*';
}

const quote = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&');
