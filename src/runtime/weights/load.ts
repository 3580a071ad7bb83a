import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import type { Backbone } from '../../registry/kinds/backbone.ts';
import type { LoadedWeights } from '../artifacts/weights.ts';
import { withoutPassword } from '../download/address.ts';
import type { HostTensor, HostTensors } from '../engine/engine.ts';
import type { Emit } from '../events.ts';
import { assertSound } from '../store/sound.ts';
import { layerOf, layersOf } from '../train/layer-names.ts';
import type { NetworkSpec } from '../train/layers/spec.ts';
import { fetchWeights } from './fetch.ts';
import { permuted } from './forms.ts';
import { type InputMapping, mapInput } from './input-weights.ts';
import { type Mapped, type Mapping, mapWeights } from './map-weights.ts';
import { partialLayers } from './partial.ts';
import type { Pretrained } from './pretrained.ts';
import { lostScale, otherVariant, weightsUnfit } from './unfit.ts';
import { openWeightFile, type WeightFile, type WeightTensor } from './weight-file.ts';

/** The network that weights are for. */
export interface WeightsTarget {
  component: Pick<Backbone, 'name' | 'names'>;
  /** With the prediction layer and learned windows, which come from a network of ours alone. */
  spec: Pick<NetworkSpec, 'weights'>;
  /** The backbone's own weights by name. */
  own: ReadonlySet<string>;
  /** Keras' layers in its files that are none of its own. */
  besides: readonly string[];
  /** The block's parameters: names of another library may need some of them. */
  params: Readonly<Record<string, unknown>>;
  /** Null: the network takes as many channels as the weights. */
  input: InputMapping | null;
}

/** The file that the weights lie in, fetched where it is not there. Throws as `fetchWeights`, and IchorError `artifact-damaged`. */
export async function weightsPath(
  { place }: Pretrained,
  options: { emit: Emit; signal: AbortSignal },
): Promise<string> {
  switch (place.is) {
    case 'file':
      return place.path;
    case 'artifact':
      // Nothing else of the run reads it: it is held against its manifest here.
      await assertOwnSound(place, options.signal);
      return join(place.folder, 'weights.safetensors');
    case 'published':
      return (await fetchWeights(place.source, options)).path;
  }
}

async function assertOwnSound(
  { folder, run }: Extract<Pretrained['place'], { is: 'artifact' }>,
  signal: AbortSignal,
): Promise<void> {
  try {
    await assertSound({ folder }, signal);
  } catch (error) {
    if (!(error instanceof IchorError) || error.code !== 'artifact-damaged') throw error;
    const hint = `Delete the folder ${folder}, then run the recipe of ${run} again: it trains that backbone anew.`;
    throw new IchorError(error.code, error.message, hint, error.exit, { cause: error });
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
    const { component, spec, own, besides, params, input } = target;
    const wanted = spec.weights.filter(({ name }) => own.has(name));
    const optional = spec.weights.filter(({ name }) => !own.has(name));
    const { partial } = pretrained.origin;
    const all = mapWeights(file.tensors, {
      wanted,
      optional,
      ...(component.names ? { names: component.names } : {}),
      besides,
      sameShape: ({ name, shape }, found) => String(input?.shapeInFile(name, shape) ?? shape) === String(found),
    });
    if (partial === null) {
      this.#mapping = all;
      this.#of = wanted.length;
    } else {
      const layers = layersOf(wanted.map(({ name }) => name));
      const chosen = partialLayers(partial, layers, component.name);
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
    const problem =
      weightsUnfit(path, component.name, this.#mapping, this.#of) ??
      otherVariant(path, component, this.#mapping.names, params);
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
    for (const tensor of this.#mapping.ones) {
      if ((await tensor.read()).some((value) => value !== 1))
        throw lostScale(this.path, tensor.name, this.target.component.name);
    }
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
  switch (origin.from) {
    case 'name':
      return origin.name;
    case 'url':
      return withoutPassword(origin.url);
    case 'file':
      return origin.file.split(/[\\/]/).at(-1) ?? origin.file;
    case 'run':
      return `the backbone of the run ${place.is === 'artifact' ? place.run : origin.run}`;
  }
}

async function read({ tensor, weight, constant, permute }: Mapped<WeightTensor>): Promise<Float32Array> {
  if (tensor === null) {
    return new Float32Array(weight.shape.reduce((product, side) => product * side, 1)).fill(constant);
  }
  const data = await tensor.read();
  return permuted(data, tensor.shape, permute);
}
