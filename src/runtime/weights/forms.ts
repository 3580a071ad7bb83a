import type { WeightNames } from '../../registry/kinds/weights.ts';

/** What of a weight decides where it lies in a file: a NetworkWeight of train/layers/spec.ts is one. */
export interface FormWeight {
  name: string;
  shape: readonly number[];
  /** Of a moving variance: what its batch norm adds to it. */
  epsilon?: number;
}

/** Where a weight of a network comes from in a file of another library's. */
export type Source =
  | {
      /** The file's name, `layer1.0.conv1.weight`; where it is `folded` its layer and place there, `Conv/0`. */
      name: string;
      /** Axes of the file's tensor in the order in which the weight has them; null: as they are. */
      permute: readonly number[] | null;
    }
  | {
      /** What folding leaves of a batch norm. */
      constant: number;
    };

/** `conv2_block1_1_conv/kernel` -> its layer and `kernel`. */
const partsOf = (weight: string): { layer: string; variable: string } => {
  const at = weight.lastIndexOf('/');
  return { layer: weight.slice(0, Math.max(0, at)), variable: weight.slice(at + 1) };
};

/** Null: the library has no such layer, or its layer no such variable. */
export function sourceOf({ name, shape, epsilon = 0 }: FormWeight, names: WeightNames): Source | null {
  const { layer, variable } = partsOf(name);
  const theirs = names.layer(layer);
  if (theirs === null) return null;
  return names.form === 'torch' ? torchSource(theirs, variable, shape) : foldedSource(theirs, variable, epsilon);
}

/** PyTorch's variables. Kernels [out, in, h, w], depthwise [channels, 1, h, w], dense [out, in]. */
function torchSource(layer: string, variable: string, shape: readonly number[]): Source | null {
  const plain = (suffix: string): Source => ({ name: `${layer}.${suffix}`, permute: null });
  switch (variable) {
    case 'kernel':
      return { name: `${layer}.weight`, permute: shape.length === 4 ? [2, 3, 1, 0] : [1, 0] };
    case 'depthwise_kernel':
      return { name: `${layer}.weight`, permute: [2, 3, 0, 1] };
    case 'bias':
    case 'beta':
      return plain('bias');
    case 'gamma':
      return plain('weight');
    case 'moving_mean':
      return plain('running_mean');
    case 'moving_variance':
      return plain('running_var');
    default:
      return null;
  }
}

/**
 * Batch norm that was folded into its convolution: gamma (x - mean) / sqrt(variance + epsilon) + beta is to add the
 * convolution's bias and nothing else, so that gamma is 1, the mean 0 and variance + epsilon 1.
 */
function foldedSource(layer: string, variable: string, epsilon: number): Source | null {
  switch (variable) {
    case 'kernel':
    case 'depthwise_kernel':
      return { name: `${layer}/0`, permute: null };
    case 'bias':
    case 'beta':
      return { name: `${layer}/1`, permute: null };
    case 'gamma':
      return { constant: 1 };
    case 'moving_mean':
      return { constant: 0 };
    case 'moving_variance':
      return { constant: 1 - epsilon };
    default:
      return null;
  }
}

/**
 * Tensors of a file that no weight is and that change nothing where they hold only ones: gammas of batch norms that the
 * network has without scale (timm's Inception-ResNet-v2). Any other value in them would be lost.
 */
export function onesBesides(weights: readonly FormWeight[], names: WeightNames): string[] {
  if (names.form !== 'torch') return [];
  const own = new Set(weights.map(({ name }) => name));
  return weights.flatMap(({ name }) => {
    const { layer, variable } = partsOf(name);
    const theirs = names.layer(layer);
    const scaled = own.has(`${layer}/gamma`);
    return variable === 'moving_variance' && !scaled && theirs !== null ? [`${theirs}.weight`] : [];
  });
}

/** The shape that a tensor has in the file for the weight to have its own. */
export function shapeInFile(shape: readonly number[], permute: readonly number[] | null): number[] {
  const stored = [...shape];
  permute?.forEach((axis, own) => {
    stored[axis] = shape[own] as number;
  });
  return stored;
}

/** Row-major values of a tensor `shape`, its axes in the order `axes`: axis i of what comes out is axis `axes[i]` of it. */
export function permuted(values: Float32Array, shape: readonly number[], axes: readonly number[] | null): Float32Array {
  if (axes === null) return values;
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1));
  const sides = axes.map((axis) => shape[axis] as number);
  const steps = axes.map((axis) => strides[axis] as number);
  const last = sides.length - 1;
  const [inner = 1, step = 1] = [sides[last], steps[last]];
  const output = new Float32Array(values.length);
  const index = sides.map(() => 0);
  let from = 0;
  for (let at = 0; at < output.length; at += inner) {
    for (let i = 0; i < inner; i++) output[at + i] = values[from + i * step] as number;
    // The next row: as an odometer counts.
    for (let axis = last - 1; axis >= 0; axis--) {
      from += steps[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (sides[axis] as number)) break;
      from -= (steps[axis] as number) * (sides[axis] as number);
      index[axis] = 0;
    }
  }
  return output;
}
