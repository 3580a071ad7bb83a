import { nearest } from '../../registry/diagnostics/nearest.ts';
import { count } from './layers/geometry.ts';
import type { NetworkSpec } from './layers/spec.ts';

/** What an item of `partial`, or of a backbone's `train`, names; or which of its words names nothing. */
export type Named = { names: readonly string[]; unknown: null } | { names: null; unknown: string };

/** The layer that a weight is of: `conv1_conv` of `conv1_conv/kernel`. */
export const layerOf = (weight: string): string => weight.slice(0, Math.max(0, weight.lastIndexOf('/')));

/** Layers of weights, each once, in their order. */
export const layersOf = (weights: readonly string[]): string[] => [...new Set(weights.map(layerOf))];

/**
 * The layers that an item names, of a network's in their order. `conv2`: the layer of this name and all whose names go on
 * behind it with `_`, `/`, `.` or `-`; `conv1..conv4`: from the first layer of the one to the last of the other; `*` stands for
 * any letters.
 */
export function layersNamed(item: string, layers: readonly string[]): Named {
  const [from, to = from] = item.split('..').map((part) => part.trim()) as [string, string?];
  const first = layers.findIndex((layer) => isOf(layer, from));
  const last = layers.findLastIndex((layer) => isOf(layer, to));
  if (first < 0 || last < first) return { names: null, unknown: first < 0 ? from : to };
  // A range is all between; a name is its own layers only.
  const between = layers.slice(first, last + 1);
  return { names: item.includes('..') ? between : between.filter((layer) => isOf(layer, from)), unknown: null };
}

/** The weights that an item names: those of its layers, or where it has a `/` those whose whole names it is, layer and weight. */
export function weightsNamed(item: string, weights: readonly string[]): Named {
  if (item.includes('/')) {
    const whole = pattern(item);
    const names = weights.filter((weight) => whole.test(weight));
    return names.length > 0 ? { names, unknown: null } : { names: null, unknown: item };
  }
  const { names, unknown } = layersNamed(item, layersOf(weights));
  if (names === null) return { names, unknown };
  const layers = new Set(names);
  return { names: weights.filter((weight) => layers.has(layerOf(weight))), unknown };
}

/** Says what an item that names nothing may have meant: `Did you mean conv5? Its layers begin with conv1, conv2, conv3.` */
export function namesHint(unknown: string, weights: readonly string[]): string {
  const layers = layersOf(weights);
  const starts = [...new Set(layers.map((layer) => layer.split(/[_/]/)[0] as string))];
  const near = nearest(unknown, [...starts, ...layers, ...(unknown.includes('/') ? weights : [])]);
  const shown = starts.slice(0, 12).join(', ');
  return `${near === null ? '' : `Did you mean ${near}? `}Its layers begin with ${shown}${starts.length > 12 ? ' and others' : ''}.`;
}

/** A few layers under the name that an item may have for them. */
export interface NamedLayers {
  name: string;
  layers: number;
  /** Numbers in their weights. */
  parameters: number;
}

/** More names than these are no overview. */
const MOST_NAMES = 40;

/** A network's layers under as few names as tell its parts apart, in their order: `conv1`, `block_3`, `predictions`. */
export function layerGroups({ weights }: Pick<NetworkSpec, 'weights'>): NamedLayers[] {
  const first = (layer: string) => layer.split(/[_/]/)[0] as string;
  const numbered = (layer: string) => /^[^_/]+(_\d+(?=[_/]))?/.exec(layer)?.[0] ?? layer;
  const layers = layersOf(weights.map(({ name }) => name));
  const nameOf = new Set(layers.map(numbered)).size > MOST_NAMES ? first : numbered;
  const groups = new Map<string, NamedLayers>();
  for (const layer of layers) {
    const name = nameOf(layer);
    const group = groups.get(name) ?? { name, layers: 0, parameters: 0 };
    group.layers += 1;
    groups.set(name, group);
  }
  for (const { name, shape } of weights) {
    const group = groups.get(nameOf(layerOf(name))) as NamedLayers;
    group.parameters += count(shape);
  }
  return [...groups.values()];
}

const isOf = (layer: string, word: string): boolean =>
  word.includes('*') ? pattern(word).test(layer) : goesOn(layer, word);

const goesOn = (layer: string, start: string): boolean =>
  start !== '' && (layer === start || (layer.startsWith(start) && /^[_/.-]/.test(layer.slice(start.length))));

const pattern = (glob: string): RegExp =>
  new RegExp(
    `^${glob
      .split('*')
      .map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'))
      .join('.*')}$`,
  );
