import { LABELS } from '../../labels.ts';
import type { ComponentValue, ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { choose } from '../train/components.ts';
import { inputChannels } from '../train/layers/pixels.ts';
import type { NetworkSpec } from '../train/layers/spec.ts';
import { networkCosts } from '../train/network-costs.ts';
import { type BackbonePart, backboneParts } from './backbone-parts.ts';
import { scalarsInWords, windowInWords } from './window-words.ts';

/** What the figure of a recipe's architecture shows, counted on the networks that it resolves to. */
export interface Architecture {
  name: string;
  /** `SMOKE` and its like: the networks of such a run are not those of the recipe alone. */
  marks: readonly string[];
  channels: readonly { name: string; window: string }[];
  image: { size: number; interpolation: string };
  /** To how many channels a single one is repeated; 0 where it is not. */
  repeated: number;
  augment: readonly string[];
  backbone: BackboneFacts | null;
  /** Backbones beside the first, whose vectors are joined to its. */
  further: readonly BackboneFacts[];
  sequence: SequenceFacts | null;
  labels: readonly string[];
}

export interface BackboneFacts {
  component: string;
  /** `weights imagenet, batchNorm frozen` */
  params: string;
  parts: readonly BackbonePart[];
  /** Width of the embedding. */
  width: number;
  /** The prediction layer's. */
  predictions: number;
  /** Learned windows before it; 0 where there are none. */
  windows: number;
  parameters: NetworkSpec['parameters'];
}

export interface SequenceFacts {
  component: string;
  params: string;
  /** What it reads of each slice: `embeddings`. */
  needs: string;
  group: string;
  steps: number;
  /** Layers with weights, in their order, the prediction layer apart. */
  layers: readonly { name: string; parameters: number }[];
  /** 0 where its network gives the logits itself. */
  predictions: number;
  width: number;
  parameters: NetworkSpec['parameters'];
}

const PREDICTIONS = 'predictions';

/** @throws as the networks do over shapes: `network-invalid`, `image-too-small`, `channels-unfit`. */
export function architectureOf(recipe: ResolvedRecipe, registry: Registry): Architecture {
  const costs = networkCosts(recipe, registry);
  const { size, interpolation } = recipe.data.image;
  const backbone = (value: ComponentValue, spec: NetworkSpec | null): BackboneFacts => {
    const { component, params } = choose(registry, 'backbone', value);
    const { type, ...rest } = value;
    const parts = backboneParts(component, params, { size, channels: recipe.channels.length });
    const layers = spec ? layersOf(spec) : [];
    const own = parts.reduce((sum, part) => sum + part.parameters, 0);
    const width = component.contract(params).embedding;
    const predictions = layers.find(({ name }) => name === PREDICTIONS)?.parameters ?? (width + 1) * LABELS.length;
    const windows = layers.reduce((sum, { name, parameters }) => sum + (isWindow(name) ? parameters : 0), 0);
    const parameters = spec?.parameters ?? { total: own + predictions, trainable: own + predictions, nonTrainable: 0 };
    return { component: type, params: scalarsInWords(rest), parts, width, predictions, windows, parameters };
  };
  const further = recipe.sequence === 'none' ? undefined : recipe.sequence.backbones;
  return {
    name: recipe.name,
    marks: recipe.smoke ? ['SMOKE'] : [],
    channels: recipe.channels.map(({ window }) => ({
      name: window,
      window: windowInWords(recipe.windows[window] ?? { type: window }),
    })),
    image: { size, interpolation },
    repeated: repeatedTo(recipe, registry),
    augment: recipe.augment.map(({ type, ...params }) => `${type} (${scalarsInWords(params)})`),
    backbone: recipe.backbone === 'none' ? null : backbone(recipe.backbone, costs.backbone?.spec ?? null),
    further: Array.isArray(further) ? further.map((value: ComponentValue) => backbone(value, null)) : [],
    sequence:
      recipe.sequence === 'none' || costs.sequence === null
        ? null
        : sequenceFacts(recipe.sequence, needsOf(recipe.sequence, registry), costs.sequence.spec),
    labels: LABELS,
  };
}

function needsOf(value: ComponentValue, registry: Registry): string {
  const { component, params } = choose(registry, 'sequence', value);
  return component.contract(params).needs;
}

function repeatedTo({ backbone, channels }: ResolvedRecipe, registry: Registry): number {
  if (backbone === 'none') return 0;
  const { component, params } = choose(registry, 'backbone', backbone);
  const wanted = inputChannels(component.name, component.contract(params).channels, channels.length);
  return wanted === channels.length ? 0 : wanted;
}

function sequenceFacts({ type, ...params }: ComponentValue, needs: string, spec: NetworkSpec): SequenceFacts {
  const layers = layersOf(spec);
  const { group, steps, ...rest } = params;
  return {
    component: type,
    params: scalarsInWords(rest),
    needs,
    group: String(group),
    steps: Number(steps),
    layers: layers.filter(({ name }) => name !== PREDICTIONS),
    predictions: layers.find(({ name }) => name === PREDICTIONS)?.parameters ?? 0,
    width: spec.width,
    parameters: spec.parameters,
  };
}

/** Weights by the layer that they are of: `bi_lstm_1/forward/kernel` is of `bi_lstm_1`. */
function layersOf({ weights }: NetworkSpec): { name: string; parameters: number }[] {
  const layers = new Map<string, number>();
  for (const { name, shape } of weights) {
    const layer = name.split('/')[0] as string;
    layers.set(layer, (layers.get(layer) ?? 0) + shape.reduce((product, side) => product * side, 1));
  }
  return [...layers].map(([name, parameters]) => ({ name, parameters }));
}

const isWindow = (layer: string): boolean => /^window_\d+$/.test(layer);
