import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { IchorError } from '../../../errors.ts';
import type { Diagnostic } from '../../diagnostics/diagnostic.ts';
import { choicesOf, expectation } from '../../diagnostics/expectation.ts';
import { show } from '../../diagnostics/findings/finding.ts';
import { outdatedKey } from '../../diagnostics/findings/outdated.ts';
import { aboutValue } from '../../diagnostics/findings/value-hint.ts';
import {
  keyMeant,
  missingKey,
  notOneOf,
  outOfRange,
  unknownKey,
  wrongForm,
  wrongType,
} from '../../diagnostics/findings/values.ts';
import { thrownText } from '../../diagnostics/thrown-text.ts';
import type { Home } from '../../language/homes.ts';
import { NAME_PATTERN } from '../../language/language.ts';
import type { Outdated } from '../../migrations/outdated.ts';
import { at, formatPath, type Path } from '../../values/path.ts';
import type { JsonSchema } from '../../values/schema-type.ts';
import { sharedPlain } from '../../values/shared-plain.ts';
import { isReference, type Node } from '../../values/value.ts';

// Each schema is used once or twice in a process, so that compiling it quickly counts: no check of the schemas against
// their meta-schema, which is most of the time, and no optimising of the generated code.
const ajv = new Ajv({
  allErrors: true,
  strict: false,
  verbose: true,
  messages: false,
  meta: false,
  validateSchema: false,
  validateFormats: false,
  code: { optimize: false },
});
/** Of a file of nonsense: unions are compared with each other's errors. */
const MOST_ERRORS = 1000;
const compiled = new WeakMap<object, ValidateFunction>();

export interface SchemaContext {
  /** Who has these keys, in a message: `the optimizer adam`. */
  owner: (path: Path) => string;
  /** Where the language knows a key, the likeliest places from this one first. */
  homes: (key: string, from: Path) => readonly Home[];
  /** What became of a key that the owner had in an earlier version. */
  outdated?: (key: string) => Outdated | null;
}

/** Checks one node against one schema (ajv); its findings stand at the values' own places. `node` lies at `path`. */
export function checkSchema(node: Node, path: Path, schema: JsonSchema, context: SchemaContext): Diagnostic[] {
  let validate = compiled.get(schema);
  if (!validate) {
    validate = compile(schema, context.owner(path));
    compiled.set(schema, validate);
  }
  if (validate(sharedPlain(node))) return [];
  const errors = relevant((validate.errors ?? []).slice(0, MOST_ERRORS));
  const found = new Map<string, Diagnostic>();
  for (const error of errors) {
    // A reference that could not be followed has a finding of its own.
    if (isReference(at(node, partsOf(error.instancePath, node)))) continue;
    const finding = explain(error, node, path, context);
    const key = `${finding.code} ${finding.path}`;
    if (!found.has(key)) found.set(key, finding);
  }
  return withoutMeant([...found.values()], schema, path);
}

/** A key that is missing because it is misspelt is told once: at the word that stands for it. */
function withoutMeant(findings: readonly Diagnostic[], schema: JsonSchema, path: Path): Diagnostic[] {
  const names = Object.keys(schema.properties ?? {});
  const start = path.length === 0 ? '' : formatPath(path);
  const below = (key: string) => formatPath([...path, key]);
  const meant = new Set(
    findings
      .filter(({ code, path: at }) => code === 'unknown-key' && lastOf(at, start) !== null)
      .map(({ path: at }) => keyMeant(lastOf(at, start) ?? '', names)),
  );
  return findings.filter(
    ({ code, path: at }) => code !== 'missing-key' || ![...meant].some((key) => key !== null && at === below(key)),
  );
}

/** The key of a path right below a block; null for what lies deeper. */
function lastOf(path: string, block: string): string | null {
  const rest = block === '' ? path : path.startsWith(`${block}.`) ? path.slice(block.length + 1) : null;
  return rest === null || /[.[]/.test(rest) ? null : rest;
}

/** Why nothing can be checked against this schema; null where it can. */
export function schemaProblem(schema: JsonSchema): string | null {
  try {
    if (!compiled.has(schema)) compiled.set(schema, ajv.compile(schema));
    return null;
  } catch (error) {
    return thrownText(error);
  }
}

function compile(schema: JsonSchema, owner: string): ValidateFunction {
  try {
    return ajv.compile(schema);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const hint = 'The component itself is at fault: tell its author.';
    throw new IchorError('component-invalid', `The parameters of ${owner} are no valid schema: ${why}`, hint, 2, {
      cause: error,
    });
  }
}

/**
 * A union fails with one error per branch and one of its own. Where exactly one branch is of the value's form, its
 * errors say more than the union's; otherwise the union's says all.
 */
function relevant(errors: readonly ErrorObject[]): ErrorObject[] {
  const unions = errors.filter((error) => error.keyword === 'anyOf');
  const dropped = new Set<ErrorObject>();
  for (const union of unions) {
    const prefix = `${union.schemaPath}/`;
    const inside = errors.filter(
      (error) => error.schemaPath.startsWith(prefix) && error.instancePath.startsWith(union.instancePath),
    );
    const fitting = fittingBranches(union);
    const branch = fitting.length === 1 ? `${prefix}${fitting[0]}/` : null;
    for (const error of inside) if (branch === null || !error.schemaPath.startsWith(branch)) dropped.add(error);
    if (branch !== null) dropped.add(union);
  }
  return errors.filter((error) => !dropped.has(error));
}

function fittingBranches(union: ErrorObject): number[] {
  const branches = (union.parentSchema as JsonSchema).anyOf ?? [];
  return branches.flatMap((branch, index) =>
    branch.const === undefined && isOfType(branch.type, union.data) ? [index] : [],
  );
}

function isOfType(type: JsonSchema['type'], value: unknown): boolean {
  if (type === 'integer' || type === 'number') return typeof value === 'number';
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return value !== null && typeof value === 'object' && !Array.isArray(value);
  return type === typeof value;
}

function explain(error: ErrorObject, root: Node, base: Path, context: SchemaContext): Diagnostic {
  const below = partsOf(error.instancePath, root);
  const path = [...base, ...below];
  const node = at(root, below) ?? root;
  const schema = error.parentSchema as JsonSchema;
  const place = node.place;
  switch (error.keyword) {
    case 'additionalProperties': {
      const key = String((error.params as { additionalProperty: string }).additionalProperty);
      const where = at(node, [key])?.key ?? place;
      const outdated = below.length === 0 ? context.outdated?.(key) : null;
      if (outdated) return outdatedKey(where, [...path, key], context.owner(path), outdated);
      const names = Object.keys(schema.properties ?? {}).filter((name) => name !== 'extends');
      return unknownKey(where, [...path, key], names, context.owner(path), (name) =>
        context.homes(name, [...path, name]),
      );
    }
    case 'required': {
      const key = String((error.params as { missingProperty: string }).missingProperty);
      return missingKey(node.key ?? place, [...path, key], schema.properties?.[key] ?? null);
    }
    case 'type':
      // A whole number's schema refuses 1.5 by its type.
      return schema.type === 'integer' && typeof error.data === 'number'
        ? outOfRange(place, path, schema, error.data)
        : wrongType(place, path, schema, error.data);
    case 'minimum':
    case 'maximum':
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
    case 'multipleOf':
      return outOfRange(place, path, schema, error.data);
    case 'const':
    case 'enum':
    case 'anyOf':
      return choicesOf(schema) ? notOneOf(place, path, schema, error.data) : wrongType(place, path, schema, error.data);
    default:
      return wrongForm(place, path, formMessage(error, schema, path), aboutValue(schema));
  }
}

function formMessage(error: ErrorObject, schema: JsonSchema, path: Path): string {
  const name = formatPath(path);
  switch (error.keyword) {
    case 'minItems':
      return `${name} must have at least ${schema.minItems === 1 ? '1 item' : `${schema.minItems} items`}.`;
    case 'maxItems':
      return `${name} must have at most ${schema.maxItems} items.`;
    case 'uniqueItems':
      return `${name} names one item twice.`;
    case 'minLength':
      return `${name} must not be empty.`;
    case 'pattern':
      return `${name} is ${show(error.data)}, which ${schema.pattern === NAME_PATTERN ? 'is no name: letters, digits, dots, hyphens and underscores, at most 64, a letter or a digit first' : `does not have the form ${schema.pattern}`}.`;
    default:
      return `${name} must be ${expectation(schema)}, and here is ${show(error.data)}.`;
  }
}

/** A JSON pointer's parts, indices as numbers where the node is a list. */
function partsOf(pointer: string, root: Node): Path {
  const parts: (string | number)[] = [];
  let node: Node | undefined = root;
  for (const text of pointer.split('/').slice(1)) {
    const key = text.replaceAll('~1', '/').replaceAll('~0', '~');
    const part: string | number = node?.kind === 'list' ? Number(key) : key;
    parts.push(part);
    node = at(node, [part]);
  }
  return parts;
}
