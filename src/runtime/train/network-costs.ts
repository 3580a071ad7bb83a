import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { NetworkSpec } from './layers/spec.ts';
import { learnedWindows } from './learned-windows.ts';
import { type BackboneParams, describeBackbone, describeSequence, type SequenceParams } from './network.ts';

export interface NetworkCost {
  /** `backbone` or `sequence`, and the component's name. */
  name: string;
  parameters: number;
  /** Of one item, forward: an image, or a group of `steps` slices. */
  multiplyAdds: number;
  /** Width of what the prediction layer reads. */
  width: number;
  /** The whole network as it was run over shapes. */
  spec: NetworkSpec;
}

/** Sizes of a recipe's networks, found by running them over shapes: no engine. */
export function networkCosts(
  recipe: ResolvedRecipe,
  registry: Registry,
): { backbone: NetworkCost | null; sequence: NetworkCost | null } {
  if (recipe.backbone === 'none') return { backbone: null, sequence: null };
  const { type } = recipe.backbone;
  const component = registry.get('backbone', type);
  if (component === undefined) throw new TypeError(`backbone ${type} is not registered`);
  const windows = learnedWindows(recipe, registry);
  const image = { size: recipe.data.image.size, channels: recipe.channels.length, windows };
  const spec = describeBackbone(component, recipe.backbone as unknown as BackboneParams, image);
  const backbone = costOf(`backbone ${type}`, spec);
  if (recipe.sequence === 'none') return { backbone, sequence: null };
  const sequence = registry.get('sequence', recipe.sequence.type);
  if (sequence === undefined) throw new TypeError(`sequence ${recipe.sequence.type} is not registered`);
  const params = recipe.sequence as unknown as SequenceParams;
  const found = describeSequence(sequence, params, { embedding: spec.width });
  return { backbone, sequence: costOf(`sequence ${recipe.sequence.type}`, found) };
}

function costOf(name: string, spec: ReturnType<typeof describeBackbone>): NetworkCost {
  return { name, parameters: spec.parameters.total, multiplyAdds: spec.multiplyAdds, width: spec.width, spec };
}
