import type { Tensor } from '@tensorflow/tfjs';
import { stream } from '../random.ts';
import type { Layers } from '../registry/kinds/layers.ts';
import type { HostTensors } from '../runtime/engine/engine.ts';
import { initialise } from '../runtime/train/layers/initialise.ts';
import { type NetworkSpec, trainableOf } from '../runtime/train/layers/spec.ts';
import { tensorLayers } from '../runtime/train/layers/tensors.ts';
import type { Bench } from './bench.ts';
import type { Report } from './findings.ts';
import { outside, same, shapeWords, shown } from './words.ts';

/** Part of a network over tensors, with words that hold its weights. */
export type Forward = (layers: Layers<Tensor>) => Tensor;

/** Weights as training starts from them, the ones that start at zero moved too, so that nothing hides behind a zero. */
export function movedWeights(spec: Pick<NetworkSpec, 'weights'>, seed: number, by = 0.05): HostTensors {
  return Object.fromEntries(
    Object.entries(initialise(spec, seed)).map(([name, tensor]) => {
      const random = stream(seed, 'ichor/testing', name);
      const trainable = spec.weights.find((weight) => weight.name === name)?.trainable === true;
      const data = Float32Array.from(tensor.data, (value) => (trainable ? value + random.between(-by, by) : value));
      return [name, { ...tensor, data }];
    }),
  );
}

type Mode = 'inference' | 'training' | 'frozen';

export interface RunOptions {
  bench: Bench;
  problem: Report;
  weights: HostTensors;
  /** `frozen`: training with the statistics of inference. Left out: inference. */
  mode?: Mode;
}

/** The values that a part of a network gives, and its shape. */
export function forwardValues({ bench, problem, weights, mode = 'inference' }: RunOptions, forward: Forward) {
  return bench.use(problem, (call) => {
    const output = call(() => forward(layersOn(bench, upload(bench, weights), mode)));
    return { shape: [...output.shape], dtype: output.dtype, values: Float32Array.from(output.dataSync()) };
  });
}

/**
 * Checks the gradients of the mean square of what `forward` gives: each finite, and each trainable weight reached, while
 * training; and together as steep as the function really is, by central differences along the gradient itself. That
 * with the statistics of inference: batch norm over a few values bends so much that no difference tells a slope.
 */
export function checkGradients(options: RunOptions, spec: Pick<NetworkSpec, 'weights'>, forward: Forward): void {
  const names = trainableOf(spec);
  let broken = false;
  for (const { name, values } of gradients({ ...options, mode: 'training' }, names, forward)) {
    const bad = values && outside(values);
    if (bad !== null && bad !== undefined) {
      broken = true;
      options.problem(
        `the gradient of the weight ${name} is ${shown(bad)}; keep logarithms, roots and divisions away from 0.`,
      );
    } else if (!values) {
      options.problem(
        `no gradient reaches the weight ${name}; use it, or leave it out (a running average is trainable: false).`,
      );
    }
  }
  if (!broken) checkSteepness({ ...options, mode: 'frozen' }, names, forward);
}

interface Gradient {
  name: string;
  /** Null: none reaches it. */
  values: Float32Array | null;
}

function gradients({ bench, problem, weights, mode = 'inference' }: RunOptions, names: string[], forward: Forward) {
  const { tf } = bench;
  return bench.use(problem, (call): Gradient[] => {
    const all = upload(bench, weights);
    const of = names.map((name) => all[name] as Tensor);
    const loss = () => tf.mean(tf.square(call(() => forward(layersOn(bench, all, mode)))));
    // tf.grads would throw where one of them leads nowhere; here that is a finding.
    const { grads } = tf.engine().gradients(loss, of, null as never, true);
    return names.map((name, i) => ({ name, values: grads[i] ? Float32Array.from(grads[i].dataSync()) : null }));
  });
}

/** Step sizes to try: large ones cross the kinks of a ReLU, small ones drown in single precision. */
const STEPS = [1e-1, 3e-2, 1e-2, 3e-3, 1e-3];
const TOLERANCE = 0.1;
const near = (a: number, b: number) => Math.abs(a - b) <= TOLERANCE * Math.max(Math.abs(a), Math.abs(b));

function checkSteepness(options: RunOptions, names: string[], forward: Forward): void {
  const found = gradients(options, names, forward);
  const norm = Math.sqrt(found.reduce((sum, { values }) => sum + (values?.reduce((s, v) => s + v * v, 0) ?? 0), 0));
  if (!(norm > 1e-5)) return;
  const lossAt = (step: number) => {
    const moved = { ...options.weights };
    for (const { name, values } of found) {
      const old = moved[name];
      if (!values || !old) continue;
      const data = Float32Array.from(old.data, (value, i) => value + (step * (values[i] as number)) / norm);
      moved[name] = { ...old, data };
    }
    const { values } = forwardValues({ ...options, weights: moved }, forward);
    return values.reduce((sum, value) => sum + value * value, 0) / values.length;
  };
  const slopes = STEPS.map((step) => (lossAt(step) - lossAt(-step)) / (2 * step));
  if (slopes.some((slope) => near(slope, norm))) return;
  // Two steps that agree tell a slope; where none do, nothing is said.
  const agreed = slopes.find((slope, i) => near(slope, slopes[i + 1] ?? Number.NaN));
  if (agreed === undefined) return;
  options.problem(
    `the gradients say that the function rises by ${shown(norm)} along them, and it rises by ${shown(agreed)}; correct the gradient of what you wrote with tf.customGrad, or what is rounded or cut off from the tape.`,
  );
}

/** Says where a second run differs from a first one. */
export function checkRepeats(problem: Report, first: ArrayLike<number>, second: ArrayLike<number>): void {
  if (same(first, second)) return;
  problem(
    'two runs on the same input and weights give different numbers; draw with `layers.dropout` or from the `random` that you are given, never with Math.random or tf.random….',
  );
}

export function checkShape(
  problem: Report,
  given: readonly number[],
  wanted: readonly number[],
  what: string,
): boolean {
  if (String(given) === String(wanted)) return true;
  problem(
    `${what} has the shape ${shapeWords(given)} on the engine, and ${shapeWords(wanted)} was promised; correct \`shape\` of the layer, or what it computes.`,
  );
  return false;
}

export function upload({ tf }: Bench, tensors: HostTensors): Record<string, Tensor> {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data, shape, dtype }]) => [
      name,
      tf.tensor(data as Float32Array, [...shape], dtype),
    ]),
  );
}

/** Seeded, so that dropout is the same in each run. */
function layersOn({ engine, tf }: Bench, weights: Record<string, Tensor>, mode: Mode): Layers<Tensor> {
  const training = mode !== 'inference';
  const seed = training ? tf.tensor1d([1, 2], 'int32') : null;
  return tensorLayers({ engine, weights, training, batchNorm: mode === 'frozen' ? 'frozen' : 'trained', seed });
}
