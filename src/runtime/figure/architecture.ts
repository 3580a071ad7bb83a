import { LABELS } from '../../labels.ts';
import type { ComponentValue, ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { choose } from '../train/components.ts';
import { foldsOf, furtherBackbones } from '../train/crossfit.ts';
import { inputChannels } from '../train/layers/pixels.ts';
import type { NetworkSpec } from '../train/layers/spec.ts';
import { inputWidth } from '../train/network.ts';
import { networkCosts } from '../train/network-costs.ts';
import { type BackbonePart, backboneParts } from './backbone-parts.ts';
import { optionsInWords } from './option-words.ts';
import { COMMON_FIELDS, sequenceInWords } from './sequence-words.ts';
import { windowInWords } from './window-words.ts';

/** What the figure of a recipe's architecture shows, counted on the networks that it resolves to. */
export interface Architecture {
  name: string;
  /** `SMOKE` and its like: the networks of such a run are not those of the recipe alone. */
  marks: readonly string[];
  channels: readonly { name: string; window: string }[];
  image: { size: number; interpolation: string; storage: string };
  /** Slices with at most this share of brain do not train the backbone; null: all do. */
  minBrainFraction: number | null;
  /** To how many channels a single one is repeated; 0 where it is not. */
  repeated: number;
  augment: readonly string[];
  backbone: BackboneFacts | null;
  /** Backbones beside the first, whose vectors are joined to its. */
  further: readonly BackboneFacts[];
  /** Folds of a cross-fit, for each of which all backbones are trained once more; 0 without one. */
  folds: number;
  sequence: SequenceFacts | null;
  labels: readonly string[];
}

export interface BackboneFacts {
  component: string;
  /** `from imagenet weights, batch norm frozen, width 0.25` */
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
  /** What the component says of itself. */
  summary: string;
  /** False: no run trains it, and it has no weights. */
  trains: boolean;
  /** Of the component's own. */
  params: string;
  /** How it reads, trains and predicts, a sentence each. */
  how: readonly string[];
  /** What it reads of each slice: `embeddings`. */
  needs: string;
  /** Width of what it reads of a slice: the embeddings of all backbones and what stands beside them. */
  reads: number;
  steps: number;
  /** Layers with weights, in their order, the prediction layer apart. */
  layers: readonly { name: string; parameters: number }[];
  /** 0 where its network gives the logits itself. */
  predictions: number;
  width: number;
  parameters: NetworkSpec['parameters'];
}

const PREDICTIONS = 'predictions';

/** @throws as the networks do over shapes: `network-invalid`, `image-too-small`, `channel-count`. */
export function architectureOf(recipe: ResolvedRecipe, registry: Registry): Architecture {
  const costs = networkCosts(recipe, registry);
  const { size, interpolation, storage } = recipe.data.image;
  const backbone = (value: ComponentValue, spec: NetworkSpec | null): BackboneFacts => {
    const { component, params } = choose(registry, 'backbone', value);
    const { type, weights, batchNorm, ...rest } = value;
    const parts = backboneParts(component, params, { size, channels: recipe.channels.length });
    const layers = spec ? layersOf(spec) : [];
    const own = parts.reduce((sum, part) => sum + part.parameters, 0);
    const width = component.contract(params).embedding;
    const predictions = layers.find(({ name }) => name === PREDICTIONS)?.parameters ?? (width + 1) * LABELS.length;
    const windows = layers.reduce((sum, { name, parameters }) => sum + (isWindow(name) ? parameters : 0), 0);
    const parameters = spec?.parameters ?? { total: own + predictions, trainable: own + predictions, nonTrainable: 0 };
    const from =
      weights === 'none' ? 'from scratch' : `from ${weights === 'imagenet' ? 'ImageNet' : String(weights)} weights`;
    const words = [from, `batch norm ${String(batchNorm)}`, optionsInWords(rest)].filter(Boolean).join(', ');
    return { component: type, params: words, parts, width, predictions, windows, parameters };
  };
  const first = recipe.backbone === 'none' ? null : backbone(recipe.backbone, costs.backbone?.spec ?? null);
  const further = first === null ? [] : furtherBackbones(recipe).map((value) => backbone(value, null));
  const embedding = [first, ...further].reduce((sum, one) => sum + (one?.width ?? 0), 0);
  const sequence =
    recipe.sequence === 'none' || costs.sequence === null
      ? null
      : sequenceFacts(recipe, registry, embedding, recipe.sequence, costs.sequence.spec);
  return {
    name: recipe.name,
    marks: recipe.smoke ? ['SMOKE'] : [],
    channels: recipe.channels.map(({ window }) => ({
      name: window,
      window: windowInWords(recipe.windows[window] ?? { type: window }),
    })),
    image: { size, interpolation, storage },
    minBrainFraction: recipe.data.minBrainFraction,
    repeated: repeatedTo(recipe, registry),
    augment: recipe.augment.map(({ type, ...params }) => `${type} (${optionsInWords(params)})`),
    backbone: first,
    further,
    folds: sequence?.needs === 'embeddings' ? (foldsOf(recipe) ?? 0) : 0,
    sequence,
    labels: LABELS,
  };
}

function repeatedTo({ backbone, channels }: ResolvedRecipe, registry: Registry): number {
  if (backbone === 'none') return 0;
  const { component, params } = choose(registry, 'backbone', backbone);
  const wanted = inputChannels(component.name, component.contract(params).channels, channels.length);
  return wanted === channels.length ? 0 : wanted;
}

function sequenceFacts(
  recipe: ResolvedRecipe,
  registry: Registry,
  embedding: number,
  value: ComponentValue,
  spec: NetworkSpec,
): SequenceFacts {
  const layers = layersOf(spec);
  const { component, params } = choose(registry, 'sequence', value);
  const common: readonly string[] = ['type', ...COMMON_FIELDS];
  const own = Object.fromEntries(Object.entries(value).filter(([name]) => !common.includes(name)));
  const { needs, trains = true } = component.contract(params);
  return {
    component: value.type,
    summary: component.summary,
    trains,
    params: optionsInWords(own),
    how: sequenceInWords(recipe, value, trains),
    needs,
    reads: inputWidth(component, params, embedding),
    steps: Number(value.steps),
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
