import { codeFrame } from '../registry/diagnostics/code-frame.ts';
import { type Explanation, explainRecipe, explainValue, helpText, valueText } from '../registry/explain.ts';
import type { Resolution } from '../registry/resolve/resolve.ts';
import { formatPath, type Path, parsePath } from '../registry/values/path.ts';
import { type Layer, type Node, type Place, plain } from '../registry/values/value.ts';
import { inputSentences } from '../runtime/train/input-text.ts';
import { printJson } from './json.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { loadRecipe } from './recipe.ts';
import type { RecipeOptions } from './recipe-options.ts';
import { openRegistry } from './registry.ts';

/** `ichor explain RECIPE [PATH]`: what a recipe resolves to and where each value comes from. 2 where it is not valid. */
export async function explainCommand(
  file: string,
  path: string | undefined,
  options: RecipeOptions & { json?: boolean },
): Promise<number> {
  const resolution = await loadRecipe(file, options, openRegistry());
  const { tree, registry, recipe } = resolution;
  if (tree === null) return options.json ? printJson(findingsOf(resolution), 2) : 2;
  if (options.json)
    return printJson({ ...explained(resolution, path), ...findingsOf(resolution) }, recipe === null ? 2 : 0);
  if (path === undefined) {
    process.stdout.write(explainRecipe(tree, { registry, place: placeText }));
    // Comments, so that what is printed stays a recipe.
    if (recipe !== null) for (const text of inputSentences(recipe, registry)) process.stdout.write(`# ${text}\n`);
  } else {
    const explanation = explainValue(tree, registry, path);
    process.stdout.write(`${valueExplained(explanation, resolution)}\n`);
  }
  return recipe === null ? 2 : 0;
}

function valueExplained({ path, help, node, origins }: Explanation, resolution: Resolution): string {
  const lines = [`${paint.bold(path)} = ${valueText(node)}`];
  const text = helpText(help);
  if (text) lines.push(`  ${text}`);
  const [own, ...shadowed] = origins;
  if (own) {
    lines.push('', `  ${LAYERS[own.layer]}${own.layer === 'default' ? '' : `, ${placeText(own.place)}`}`);
    const frame = own.layer === 'default' ? '' : frameAt(own.place, resolution);
    if (frame) lines.push(indented(frame));
    for (const { path: target, place } of own.via) lines.push(`  read from ${target}, ${placeText(place)}`);
  }
  const tried = triedBy(path, resolution);
  if (tried.length > 0) lines.push('', `  its sweep tries ${tried.join(', ')}`);
  if (shadowed.length > 0) {
    lines.push('', '  in the place of, the nearest first:');
    for (const { layer, place, value } of shadowed) {
      lines.push(`    ${value}  ${paint.dim(layer === 'default' ? 'default' : `${layer}, ${placeText(place)}`)}`);
    }
  }
  if (ABOUT_INPUT.has(path) && resolution.recipe !== null)
    lines.push('', ...inputSentences(resolution.recipe, resolution.registry).map((each) => `  ${each}`));
  if (node.kind !== 'scalar') {
    const parts = parsePath(path)?.map(({ part }) => part) ?? [];
    const tree = resolution.tree;
    if (tree) lines.push('', explainRecipe(tree, { registry: resolution.registry, place: placeText }, parts).trimEnd());
  }
  return lines.join('\n');
}

/** The values that the recipe's own sweep gives a path, in their order. */
function triedBy(path: string, { sweep }: Resolution): string[] {
  const values = sweep?.points.flatMap(({ values: own, seed }) => own[path] ?? (path === 'seed' ? (seed ?? []) : []));
  return [...new Set((values ?? []).map((value) => JSON.stringify(value)))];
}

/** Paths that decide what goes into the network. */
const ABOUT_INPUT = new Set(['channels', 'backbone', 'backbone.type', 'backbone.weights', 'backbone.inputWeights']);

const LAYERS: Readonly<Record<Layer, string>> = {
  default: 'the default: no file states it',
  base: 'set by a base',
  recipe: 'set by the recipe',
  profile: 'set by a profile',
  sweep: 'set by the sweep',
  'command line': 'set on the command line',
};

function frameAt({ file, line, column }: Place, { sources }: Resolution): string {
  const source = sources.get(file);
  return source === undefined ? '' : codeFrame(source, { line, column, severity: 'note' });
}

const indented = (text: string): string => text.replaceAll(/^/gm, '  ');

/** `recipes/row.yaml:3:7`, or `--set`. */
const placeText = ({ file, line, column }: Place): string =>
  file.startsWith('--') ? file : `${shown(file)}:${line}:${column}`;

/** A value with all that set it, or every value of the recipe with what set it last. */
function explained({ tree, registry, recipe }: Resolution, path: string | undefined): object {
  if (tree === null) return {};
  const inputs = recipe === null ? [] : inputSentences(recipe, registry);
  if (path === undefined) return { name: recipe?.name ?? null, values: plain(tree), origins: originsOf(tree), inputs };
  const { help, node, origins, path: named } = explainValue(tree, registry, path);
  return {
    path: named,
    value: plain(node),
    help: help && { ...help, text: helpText(help) },
    origins: origins.map(({ layer, place, value, via }) => ({
      layer,
      place: placeOf(place),
      value,
      via: via.map((one) => ({ path: one.path, place: placeOf(one.place) })),
    })),
  };
}

/** What set each value that is no map or list of others, by its path. */
function originsOf(node: Node, path: Path = []): Record<string, { layer: Layer; place: object | null }> {
  if (node.kind === 'map')
    return Object.assign({}, ...[...node.entries].map(([key, child]) => originsOf(child, [...path, key])));
  if (node.kind === 'list' && node.items.length > 0)
    return Object.assign({}, ...node.items.map((item, i) => originsOf(item, [...path, i])));
  return path.length === 0
    ? {}
    : { [formatPath(path)]: { layer: node.layer, place: node.layer === 'default' ? null : placeOf(node.place) } };
}

const placeOf = ({ file, line, column }: Place) => ({ file, line, column });

const findingsOf = ({ diagnostics }: Pick<Resolution, 'diagnostics'>) => ({ diagnostics });
