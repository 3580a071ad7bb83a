import type { Backbone } from '../../registry/kinds/backbone.ts';
import type { ComponentValue, ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { Emit } from '../events.ts';
import { channelWindows } from '../train/channel-windows.ts';
import { choose } from '../train/components.ts';
import { backboneOf, parseInstance } from '../train/crossfit.ts';
import { loadedSentence } from '../train/input-text.ts';
import { coloursOf } from '../train/layers/pixels.ts';
import { type BackboneParams, describeBackbone } from '../train/network.ts';
import { COLOURS, type InputMapping } from './input-weights.ts';
import { openFor, type WeightsTarget, weightsPath } from './load.ts';
import type { Pretrained } from './pretrained.ts';

interface ReadyOptions {
  recipe: ResolvedRecipe;
  registry: Registry;
  emit: Emit;
  signal: AbortSignal;
}

/**
 * Fetches the weights of the backbones that have to be trained, and finds in each file what its network has. Nothing is
 * loaded: a run that could not train ends here, before its first stage.
 */
export async function readyWeights(
  missing: readonly { instance: { id: string; instance: string } }[],
  weights: ReadonlyMap<string, Pretrained>,
  options: ReadyOptions,
): Promise<void> {
  const done = new Set<Pretrained>();
  for (const { instance } of missing) {
    const pretrained = weights.get(instance.id);
    // Folds share one.
    if (pretrained === undefined || done.has(pretrained)) continue;
    done.add(pretrained);
    const { recipe } = options;
    const path = await weightsPath(pretrained, options);
    const value = backboneOf(recipe, parseInstance(instance.instance));
    const target = targetOf(value, options, { size: recipe.data.image.size, channels: recipe.channels.length });
    const open = await openFor(path, pretrained, target);
    try {
      options.emit({
        type: 'note',
        level: 'info',
        message: loadedSentence(instance.id, open.facts).replace('started', 'starts'),
      });
    } finally {
      await open.close();
    }
  }
}

/** The network of a backbone's block, as weights see it. */
export function targetOf(
  value: ComponentValue,
  { recipe, registry }: Pick<ReadyOptions, 'recipe' | 'registry'>,
  image: { size: number; channels: number },
): WeightsTarget {
  const { component, params } = choose(registry, 'backbone', value);
  const spec = describeBackbone(component, params, { ...image, windows: channelWindows(recipe, registry) });
  const own = describeBackbone(component, params, image);
  return {
    component,
    spec,
    own: new Set(own.weights.map(({ name }) => name).filter((name) => !name.startsWith('predictions/'))),
    besides: Object.values(component.contract(params).weightsFor ?? {}).flatMap(({ file }) => file?.besides ?? []),
    params,
    input: inputOf(component, params, image),
  };
}

/** Null: the network takes as many channels as its weights are for. */
function inputOf(
  component: Backbone,
  params: BackboneParams,
  image: { size: number; channels: number },
): InputMapping | null {
  const { inputWeights: way } = params;
  const { pixels } = component.contract(params);
  if (!way || image.channels === COLOURS || image.channels === 1) return null;
  // What takes the picture has another shape with three channels, and nothing else has.
  const three = describeBackbone(component, params, { ...image, channels: COLOURS });
  const shapes = new Map(three.weights.map(({ name, shape }) => [name, shape]));
  return {
    way,
    channels: image.channels,
    colours: coloursOf(pixels),
    shapeInFile: (weight, shape) => {
      const stored = shapes.get(weight);
      return stored === undefined || String(stored) === String(shape) ? null : stored;
    },
  };
}
