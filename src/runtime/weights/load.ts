import { join } from 'node:path';
import type { Backbone } from '../../registry/kinds/backbone.ts';
import type { Emit } from '../events.ts';
import type { HostTensor, HostTensors } from '../engine/engine.ts';
import type { NetworkSpec } from '../train/layers/spec.ts';
import { fetchWeights } from './fetch.ts';
import { type InputMapping, mapInput } from './input-weights.ts';
import { layerOf } from './keras-names.ts';
import { type Mapped, type Mapping, mapWeights, permuted } from './map-weights.ts';
import { layersNamed } from './partial.ts';
import type { Pretrained } from './pretrained.ts';
import { weightsUnfit } from './unfit.ts';
import { openWeightFile, type WeightFile, type WeightTensor } from './weight-file.ts';

/** The network that weights are for. */
export interface WeightsTarget {
  component: Pick<Backbone, 'name' | 'names'>;
  /** With the prediction layer and learned windows, which come from a network of ours alone. */
  spec: Pick<NetworkSpec, 'weights'>;
  /** The backbone's own weights by name. */
  own: ReadonlySet<string>;
  /** Epsilon of each batch norm, by layer. */
  epsilons: ReadonlyMap<string, number>;
  /** Null: the network takes as many channels as the weights. */
  input: InputMapping | null;
}

/** What was loaded, for the report and whoever asks. Plain facts. */
export interface LoadedWeights {
  /** `imagenet`, a file's name, `of the run mine-3`. */
  from: string;
  file: string;
  /** What stands in the key. */
  identity: string;
  format: string;
  /** Whose names the file has: `keras`, `torchvision`. */
  names: string;
  /** Tensors that were loaded, of how many that the network has (the prediction layer apart). */
  tensors: number;
  of: number;
  /** Layers that `partial` named; null: all. */
  partial: readonly string[] | null;
  /** Tensors of the file that were left out: after the embedding. */
  leftOut: readonly string[];
  inputWeights: 'mean' | 'cycle' | null;
  notes: readonly string[];
}

export interface FetchedWeights {
  path: string;
  emit: Emit;
}

/** The file that the weights lie in, fetched where it is not there. Throws as `fetchWeights`. */
export async function weightsPath(
  { place }: Pretrained,
  options: { emit: Emit; signal: AbortSignal },
): Promise<string> {
  switch (place.is) {
    case 'file':
      return place.path;
    case 'artifact':
      return join(place.folder, 'weights.safetensors');
    case 'published':
      return (await fetchWeights(place.source, options)).path;
  }
}

/**
 * Opens a file and finds in it what the network has. Only names and shapes are read.
 * @throws IchorError `weights-unfit` with all that does not fit, `weights-partial`, and as `openWeightFile`.
 */
export async function openFor(path: string, pretrained: Pretrained, target: WeightsTarget): Promise<OpenWeights> {
  const file = await openWeightFile(path);
  try {
    return new OpenWeights(path, file, pretrained, target);
  } catch (error) {
    await file.close();
    throw error;
  }
}

export class OpenWeights {
  readonly #mapping: Mapping<WeightTensor>;
  readonly #of: number;

  constructor(
    readonly path: string,
    readonly file: WeightFile,
    readonly pretrained: Pretrained,
    readonly target: WeightsTarget,
  ) {
    const { component, spec, own, epsilons, input } = target;
    const wanted = spec.weights.filter(({ name }) => own.has(name));
    const optional = spec.weights.filter(({ name }) => !own.has(name));
    const { partial } = pretrained.origin;
    const all = mapWeights(file.tensors, {
      wanted,
      optional,
      ...(component.names ? { names: component.names } : {}),
      epsilon: (layer) => epsilons.get(layer) ?? 0,
      sameShape: ({ name, shape }, found) => String(input?.shapeInFile(name, shape) ?? shape) === String(found),
    });
    if (partial === null) {
      this.#mapping = all;
      this.#of = wanted.length;
    } else {
      const layers = [...new Set(wanted.map(({ name }) => layerOf(name)))];
      const chosen = layersNamed(partial, layers, component.name);
      const isChosen = (name: string) => chosen.has(layerOf(name));
      this.#mapping = {
        ...all,
        loaded: all.loaded.filter(({ weight }) => isChosen(weight.name)),
        missing: all.missing.filter(({ name }) => isChosen(name)),
        misshapen: all.misshapen.filter(({ weight }) => isChosen(weight.name)),
        unexpected: [],
      };
      this.#of = wanted.length;
    }
    const problem = weightsUnfit(path, component.name, this.#mapping, this.#of);
    if (problem) throw problem;
  }

  /** What will have been loaded. */
  get facts(): LoadedWeights {
    const { names, loaded, classifier } = this.#mapping;
    const { origin, identity } = this.pretrained;
    return {
      from: originText(this.pretrained),
      file: this.path.split(/[\\/]/).at(-1) ?? this.path,
      identity,
      format: this.file.format,
      names,
      tensors: loaded.length,
      of: this.#of,
      partial: origin.partial,
      leftOut: classifier.map(({ name }) => name),
      inputWeights: this.target.input?.way ?? null,
      notes: this.file.notes,
    };
  }

  /** The network's weights with the file's in the place of those that it has; the others are `initial`. */
  async load(initial: HostTensors): Promise<HostTensors> {
    const weights: Record<string, HostTensor> = { ...initial };
    for (const mapped of this.#mapping.loaded) {
      const { name, shape } = mapped.weight;
      const data = await read(mapped);
      const stored = this.target.input?.shapeInFile(name, shape);
      const own = stored && this.target.input ? mapInput(data, stored, shape, this.target.input) : data;
      weights[name] = { shape, dtype: 'float32', data: own };
    }
    return weights;
  }

  close(): Promise<void> {
    return this.file.close();
  }
}

function originText({ origin, place }: Pretrained): string {
  if (origin.from === 'name') return origin.name;
  if (place.is === 'artifact') return `the backbone of the run ${place.run}`;
  return origin.from === 'url' ? origin.url : (origin.file.split(/[\\/]/).at(-1) ?? origin.file);
}

async function read({ tensor, weight, constant, permute }: Mapped<WeightTensor>): Promise<Float32Array> {
  if (tensor === null) {
    return new Float32Array(weight.shape.reduce((product, side) => product * side, 1)).fill(constant);
  }
  const data = await tensor.read();
  return permute === null ? data : transposed(data, tensor.shape, permute);
}

/** Row-major numbers of `shape` with their axes in the order `permute`. */
export function transposed(data: Float32Array, shape: readonly number[], permute: readonly number[]): Float32Array {
  const to = permuted(shape, permute);
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const steps = permute.map((axis) => strides[axis] as number);
  const out = new Float32Array(data.length);
  const place = to.map(() => 0);
  let from = 0;
  for (let i = 0; i < out.length; i++) {
    out[i] = data[from] as number;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      place[axis] = (place[axis] as number) + 1;
      from += steps[axis] as number;
      if ((place[axis] as number) < (to[axis] as number)) break;
      from -= (steps[axis] as number) * (to[axis] as number);
      place[axis] = 0;
    }
  }
  return out;
}
