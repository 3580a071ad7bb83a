import type { Backbone } from '../../registry/kinds/backbone.ts';
import type { Layers } from '../../registry/kinds/layers.ts';
import { inputChannels } from '../train/layers/pixels.ts';
import { shapeLayers } from '../train/layers/shapes.ts';
import type { Shape } from '../train/layers/spec.ts';
import type { BackboneParams } from '../train/network.ts';

/** What a backbone does at one size of its map. */
export interface BackbonePart {
  /** Sides of the map, pixels, as the part begins; null behind the last map, where there are only vectors. */
  map: readonly [height: number, width: number] | null;
  /** The most channels of a layer. */
  channels: number;
  /** How often each word of the network was called: `conv`, `batchNorm`, `add`, … */
  words: Readonly<Record<string, number>>;
  parameters: number;
}

/** A map that is smaller than this share of the one before begins a part; a border that is cut off does not. */
const SMALLER = 0.7;

interface Call {
  word: string;
  shape: Shape;
  parameters: number;
}

/** The parts of a backbone, its prediction layer apart, found by running it over shapes. Words of any plugin count. */
export function backboneParts(
  component: Backbone,
  params: BackboneParams,
  image: { size: number; channels: number },
): BackbonePart[] {
  const calls: Call[] = [];
  const { layers, found } = shapeLayers(component.name);
  const watched = Object.fromEntries(
    Object.entries(layers).map(([word, run]) => [
      word,
      (...given: unknown[]) => {
        const before = found.weights.length;
        const shape = (run as (...args: unknown[]) => Shape)(...given);
        const made = found.weights.slice(before);
        const parameters = made.reduce((sum, weight) => sum + weight.shape.reduce((all, side) => all * side, 1), 0);
        // Zeros around a map are no map of their own.
        if (word !== 'shape' && word !== 'pad') calls.push({ word, shape, parameters });
        return shape;
      },
    ]),
  ) as unknown as Layers<Shape>;
  const channels = inputChannels(component.name, component.contract(params).channels, image.channels);
  component.network(watched, [null, image.size, image.size, channels], params);
  return partsOf(calls);
}

/** Calls by the size of what they give: branches that halve a map are called between ones that do not. */
function partsOf(calls: readonly Call[]): BackbonePart[] {
  const maps = calls.flatMap(({ shape }) => (shape.length === 4 ? [[shape[1] ?? 0, shape[2] ?? 0] as const] : []));
  const starts: (readonly [number, number])[] = [];
  for (const map of [...maps].sort(([a], [b]) => b - a)) {
    const last = starts.at(-1);
    if (last === undefined || map[0] < SMALLER * last[0]) starts.push(map);
  }
  const levelOf = ({ shape }: Call) =>
    shape.length === 4 ? starts.findLastIndex(([height]) => (shape[1] ?? 0) <= height) : starts.length;
  return [...starts, null].flatMap((map, level) => {
    const own = calls.filter((call) => levelOf(call) === level);
    if (own.length === 0) return [];
    const words: Record<string, number> = {};
    for (const { word } of own) words[word] = (words[word] ?? 0) + 1;
    const parameters = own.reduce((sum, call) => sum + call.parameters, 0);
    return [{ map, channels: Math.max(...own.map(({ shape }) => shape.at(-1) ?? 0)), words, parameters }];
  });
}
