import type { TObject } from 'typebox';
import type { Diagnostic } from '../diagnostics/diagnostic.ts';
import { notAMap } from '../diagnostics/findings/syntax.ts';
import type { Params } from '../kinds/base.ts';
import type { Executor, ExecutorCommon } from '../kinds/executor.ts';
import { blockSchema, fieldsOf } from '../language/fields.ts';
import { type ReadRecipe, readRecipe } from '../resolve/read-recipe.ts';
import { checkSchema } from '../resolve/steps/check-schema.ts';
import { parse } from '../resolve/steps/parse.ts';
import { formatPath, type Path } from '../values/path.ts';
import type { JsonSchema } from '../values/schema-type.ts';
import { isNull, type MapNode, nodeOf, type Plain, plain } from '../values/value.ts';

/** What an executor is called with. */
export type ExecutorParams = Params<TObject, ExecutorCommon>;

export interface ExecutorConfig {
  /** What the executor is called with, defaults filled in; null where there is an error among the diagnostics. */
  params: ExecutorParams | null;
  diagnostics: readonly Diagnostic[];
  sources: ReadonlyMap<string, string>;
}

/** What a file for `--on-config` holds. */
export const EXECUTOR_FILE: JsonSchema = {
  type: 'object',
  description: 'Where jobs are run: ichor sweep, table or run with --on NAME --on-config FILE.',
  properties: { executor: { type: 'object', description: 'The executor and its parameters.' } },
  required: ['executor'],
  additionalProperties: false,
};

/** The parameters of an executor without a file: its defaults. */
export const executorDefaults = (executor: Executor): ExecutorParams => withDefaults(executor, {});

/** Names of what only a file can say: without one such an executor cannot be called. */
export const statedAlone = (executor: Executor): string[] =>
  Object.entries(fieldsOf(executor)).flatMap(([name, schema]) => (schema.default === undefined ? [name] : []));

/**
 * Reads what a file says of an executor: `executor: { type: slurm, partition: short }`. The type may be left out; null, as in a
 * recipe, leaves a value at its default. All findings at once, each at its line.
 */
export async function loadExecutorConfig(
  file: string,
  executor: Executor,
  read: ReadRecipe = readRecipe,
): Promise<ExecutorConfig> {
  const text = await read(file);
  if ('problem' in text) return { params: null, diagnostics: [text.problem], sources: new Map() };
  const sources = new Map([[file, text.text]]);
  const { node, findings } = parse(text.text, { file, layer: 'recipe' });
  if (node?.kind !== 'map') {
    const what = node === null || isNull(node) ? 'empty' : node.kind === 'list' ? 'a list' : 'a single value';
    const place = node?.place ?? { file, line: 1, column: 1 };
    const problem = notAMap(place, what, {
      of: 'A file for --on-config',
      start: `executor: { type: ${executor.name} }`,
    });
    return { params: null, diagnostics: findings.length > 0 ? findings : [problem], sources };
  }
  const outer = checkSchema(node, [], EXECUTOR_FILE, { owner, homes: () => [] });
  const stated = node.entries.get('executor');
  const block = stated?.kind === 'map' ? completed(stated, executor) : null;
  const inner =
    block === null
      ? []
      : checkSchema(block, ['executor'], schemaOfBlock(executor), {
          owner: (path) => (path.length > 1 ? formatPath(path) : `the executor ${executor.name}`),
          homes: () => [],
        });
  const diagnostics = [...findings, ...outer, ...inner];
  const failed = block === null || diagnostics.some(({ severity }) => severity === 'error');
  return {
    params: failed ? null : withDefaults(executor, plain(block) as Record<string, Plain>),
    diagnostics,
    sources,
  };
}

const owner = (path: Path): string => (path.length === 0 ? 'a file for --on-config' : formatPath(path));

const schemas = new WeakMap<Executor, JsonSchema>();

function schemaOfBlock(executor: Executor): JsonSchema {
  const known = schemas.get(executor) ?? blockSchema(executor);
  schemas.set(executor, known);
  return known;
}

/** With its type and its defaults, which stand at the place of the block; without what null removes. */
function completed(block: MapNode, executor: Executor): MapNode {
  const entries = new Map([...block.entries].filter(([, child]) => !isNull(child)));
  if (!entries.has('type')) entries.set('type', nodeOf(executor.name, block.place, 'default'));
  for (const [name, { default: value }] of Object.entries(fieldsOf(executor)))
    if (value !== undefined && !entries.has(name)) entries.set(name, nodeOf(value, block.place, 'default'));
  return { ...block, entries };
}

function withDefaults(executor: Executor, { type: _, ...stated }: Record<string, Plain>): ExecutorParams {
  const defaults = Object.entries(fieldsOf(executor)).flatMap(([name, schema]) =>
    schema.default === undefined ? [] : [[name, schema.default] as const],
  );
  return { ...Object.fromEntries(defaults), ...stated } as unknown as ExecutorParams;
}
