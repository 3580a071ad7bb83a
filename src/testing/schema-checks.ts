import { COMMON } from '../registry/kinds/common.ts';
import type { Component } from '../registry/kinds/component.ts';
import { createRegistry } from '../registry/registry.ts';
import { type JsonSchema, schemaOf } from '../registry/values/schema-type.ts';
import type { Findings, Report } from './findings.ts';
import { completed, parameters } from './params.ts';
import { blockValidator, type Validator, validator } from './validator.ts';

/**
 * What a recipe, an editor and `ichor describe` read of a component. Gives the validator of its parameters; null where
 * it does not register, so that nothing else can be said of it.
 */
export async function checkSchemas(component: Component, findings: Findings): Promise<Validator | null> {
  const registered = await findings.check('register', () => void createRegistry([component]));
  if (!registered) return null;
  await findings.check('summary', (problem) => {
    const { summary } = component;
    if (!/\.$/.test(summary.trim()))
      problem(`the summary ${JSON.stringify(summary)} is no sentence; end it with a full stop.`);
    if (/\n/.test(summary)) problem('the summary has several lines; `ichor list` shows one.');
  });
  const own = Object.entries(schemaOf(component.params).properties ?? {});
  await findings.check('descriptions', (problem) => {
    for (const [name, schema] of own) {
      described(name, schema, problem);
      bounded(name, schema, problem);
    }
  });
  let valid: Validator | null = null;
  await findings.check('schema', () => {
    const compiled = blockValidator(component);
    compiled(parameters(component));
    valid = compiled;
  });
  if (valid === null) return null;
  await findings.check('defaults', (problem) => {
    for (const [name, schema] of own) validDefault(name, schema, problem);
  });
  return valid;
}

function described(path: string, schema: JsonSchema, problem: Report): void {
  if (!schema.description?.trim()) {
    problem(
      `the parameter ${path} has no description; say what it does (\`ichor describe\`, an editor and \`explain\` show it).`,
    );
  }
  for (const [name, field] of Object.entries(schema.properties ?? {})) described(`${path}.${name}`, field, problem);
}

const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf', 'enum', 'const'] as const;

/** A number without a bound takes -1 and 1e9 alike, and the ends of its range cannot be tried. */
function bounded(path: string, schema: JsonSchema, problem: Report): void {
  const branches = schema.anyOf ?? [schema];
  const open = branches.some(
    (one) => (one.type === 'number' || one.type === 'integer') && BOUNDS.every((bound) => !Object.hasOwn(one, bound)),
  );
  if (open) problem(`the parameter ${path} is a number without a range; give it a minimum, a maximum or both.`);
  if (schema.items) bounded(`${path}[]`, schema.items, problem);
  for (const [name, field] of Object.entries(schema.properties ?? {})) bounded(`${path}.${name}`, field, problem);
}

function validDefault(path: string, schema: JsonSchema, problem: Report): void {
  if (schema.default !== undefined) {
    const wrong = validator(
      { type: 'object', properties: { [path]: schema } },
      'the component',
    )({ [path]: completed(schema, schema.default) });
    for (const message of wrong)
      problem(`the default of ${path} breaks its own schema: ${message} Change the one or the other.`);
  }
  for (const [name, field] of Object.entries(schema.properties ?? {})) validDefault(`${path}.${name}`, field, problem);
}

/** Whether a component can be run at all with what it was given. */
export async function checkParams(
  component: Component,
  stated: Readonly<Record<string, unknown>>,
  option: 'params' | 'small',
  valid: Validator,
  findings: Findings,
): Promise<boolean> {
  const params = parameters(component, stated);
  const wrong = valid(params);
  if (wrong.length === 0) return true;
  await findings.check('parameters', (problem) => {
    const common = Object.keys(schemaOf(COMMON[component.kind]).properties ?? {});
    const names = Object.keys(schemaOf(component.params).properties ?? {}).filter((name) => !common.includes(name));
    const missing = names.filter((name) => params[name] === undefined);
    for (const message of wrong) problem(message);
    if (missing.length > 0) {
      problem(
        `testComponent needs values for what has no default: { ${option}: { ${missing.map((name) => `${name}: …`).join(', ')} } }.`,
      );
    }
  });
  return false;
}
