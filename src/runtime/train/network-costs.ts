import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { channelWindows } from './channel-windows.ts';
import { choose } from './components.ts';
import { furtherBackbones } from './crossfit.ts';
import { jointSpec } from './joint-network.ts';
import type { NetworkSpec } from './layers/spec.ts';
import { describeBackbone, describeSequence, inputWidth } from './network.ts';
import { assertTrains } from './train-problems.ts';

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

/**
 * Sizes of a recipe's networks, found by running them over shapes: no engine.
 * @throws as `describeBackbone`, `describeSequence` and `assertTrains`.
 */
export function networkCosts(
  recipe: ResolvedRecipe,
  registry: Registry,
): { backbone: NetworkCost | null; sequence: NetworkCost | null } {
  const backbones = recipe.backbone === 'none' ? [] : [recipe.backbone, ...furtherBackbones(recipe)];
  const windows = channelWindows(recipe, registry);
  const image = { size: recipe.data.image.size, channels: recipe.channels.length, windows };
  const specs = backbones.map((value) => {
    const { component, params } = choose(registry, 'backbone', value);
    const spec = describeBackbone(component, params, image);
    assertTrains(spec, params.train, recipe.train.backbone.epochs);
    return spec;
  });
  const [first] = specs;
  const backbone = first ? costOf(`backbone ${first.component}`, first) : null;
  if (recipe.sequence === 'none') return { backbone, sequence: null };
  const { component, params } = choose(registry, 'sequence', recipe.sequence);
  // Nothing makes what it reads: `ichor check` has said so.
  if (backbones.length === 0 && component.contract(params).needs !== 'position') return { backbone, sequence: null };
  const embedding = specs.reduce((sum, { width }) => sum + width, 0);
  const found = describeSequence(component, params, { embedding: inputWidth(component, params, embedding) });
  return { backbone, sequence: costOf(`sequence ${component.name}`, found) };
}

function costOf(name: string, spec: ReturnType<typeof describeBackbone>): NetworkCost {
  return { name, parameters: spec.parameters.total, multiplyAdds: spec.multiplyAdds, width: spec.width, spec };
}

/**
 * Both networks as one, of a run of slices: null where the recipe trains nothing end-to-end, or nothing that could be.
 * @throws as `networkCosts`.
 */
export function jointCost(recipe: ResolvedRecipe, registry: Registry): NetworkCost | null {
  const { endToEnd } = recipe.train;
  const { backbone, sequence } = networkCosts(recipe, registry);
  if (endToEnd === undefined || backbone === null || sequence === null || recipe.sequence === 'none') return null;
  const { component, params } = choose(registry, 'sequence', recipe.sequence);
  const embedding = inputWidth(component, params, backbone.width);
  const head = describeSequence(component, params, { steps: endToEnd.slices, embedding });
  const spec = jointSpec(backbone.spec, head, endToEnd.slices);
  return costOf(`${backbone.spec.component} and ${component.name}, end to end`, spec);
}

/** Weights, their gradients and two slots. */
const PER_WEIGHT = 4;

/**
 * What an update of a network holds at once, in bytes, at most: the maps of a batch that backward reads, and four numbers a weight.
 * @param items in a batch.
 */
export const stepBytes = ({ spec }: NetworkCost, items: number): number =>
  4 * (items * spec.maps + PER_WEIGHT * spec.parameters.total);
