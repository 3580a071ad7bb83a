import type { KernelFunc, NamedAttrMap, NamedTensorInfoMap } from '@tensorflow/tfjs';
import type { TF } from '../../../registry/kinds/layers.ts';
import {
  BATCH_NORM,
  BATCH_NORM_GRAD,
  BIAS_ADD,
  BIAS_ADD_GRAD,
  RELU,
  RELU_GRAD,
  RELU6,
  RELU6_GRAD,
  SIGMOID_GRAD,
  STATELESS_UNIFORM,
  TANH_GRAD,
  WARP,
} from '../ops/kernels.ts';
import type { TensorInfo } from '../tfjs.ts';
import type { OpAttribute } from './attributes.ts';
import { CONSTANTS } from './constants.ts';
import type { NodeBackend } from './kernels.ts';

const { TF_FLOAT, TF_INT32, TF_ATTR_TYPE, TF_ATTR_INT, TF_ATTR_FLOAT, TF_ATTR_BOOL, TF_ATTR_STRING } = CONSTANTS;

const type = (name: string, value: number): OpAttribute => ({ name, type: TF_ATTR_TYPE, value });
const float = (name: string, value: number): OpAttribute => ({ name, type: TF_ATTR_FLOAT, value });
const text = (name: string, value: string): OpAttribute => ({ name, type: TF_ATTR_STRING, value });

type Inputs = Record<string, TensorInfo>;
type Native = (backend: NodeBackend, inputs: Inputs, attributes: NamedAttrMap, tf: TF) => TensorInfo | TensorInfo[];

/** ichor's kernels as single ops of TensorFlow (facts-engine 2.4). */
const KERNELS: Readonly<Record<string, Native>> = {
  [RELU]: (backend, { x }) => backend.executeSingleOutput('Relu', [type('T', TF_FLOAT)], [need(x)]),

  [RELU_GRAD]: (backend, { dy, y }) =>
    backend.executeSingleOutput('ReluGrad', [type('T', TF_FLOAT)], [need(dy), need(y)]),

  [RELU6]: (backend, { x }) => backend.executeSingleOutput('Relu6', [type('T', TF_FLOAT)], [need(x)]),

  [RELU6_GRAD]: (backend, { dy, y }) =>
    backend.executeSingleOutput('Relu6Grad', [type('T', TF_FLOAT)], [need(dy), need(y)]),

  [SIGMOID_GRAD]: (backend, { y, dy }) =>
    backend.executeSingleOutput('SigmoidGrad', [type('T', TF_FLOAT)], [need(y), need(dy)]),

  [TANH_GRAD]: (backend, { y, dy }) =>
    backend.executeSingleOutput('TanhGrad', [type('T', TF_FLOAT)], [need(y), need(dy)]),

  [BATCH_NORM]: (backend, { x, gamma, beta }, { epsilon }, tf) => {
    const empty = tf.tensor1d([]);
    const attributes = [...batchNormAttributes(Number(epsilon)), float('exponential_avg_factor', 1)];
    const inputs = [need(x), need(gamma), need(beta), empty, empty];
    const [y, mean, bessel, ...saved] = backend.executeMultipleOutputs('FusedBatchNormV3', attributes, inputs, 6);
    empty.dispose();
    if (y === undefined || mean === undefined || bessel === undefined)
      throw new Error('FusedBatchNormV3 gave no output');
    // TensorFlow's variance is that of a sample: n - 1 in the denominator.
    const items = y.size / mean.size;
    const variance = tf.mul(bessel, items > 1 ? (items - 1) / items : 1);
    bessel.dispose();
    return [y, mean, variance, ...saved];
  },

  [BATCH_NORM_GRAD]: (backend, { dy, x, gamma, saved1, saved2, saved3 }, { epsilon }) => {
    const inputs = [need(dy), need(x), need(gamma), need(saved1), need(saved2), need(saved3)];
    const attributes = batchNormAttributes(Number(epsilon));
    const [dx, dgamma, dbeta, ...rest] = backend.executeMultipleOutputs('FusedBatchNormGradV3', attributes, inputs, 5);
    for (const tensor of rest) tensor.dispose();
    return [dx, dgamma, dbeta] as TensorInfo[];
  },

  [BIAS_ADD]: (backend, { x, bias }) =>
    backend.executeSingleOutput('BiasAdd', [type('T', TF_FLOAT), text('data_format', 'NHWC')], [need(x), need(bias)]),

  [BIAS_ADD_GRAD]: (backend, { dy }) =>
    backend.executeSingleOutput('BiasAddGrad', [type('T', TF_FLOAT), text('data_format', 'NHWC')], [need(dy)]),

  [WARP]: (backend, { images, transforms }, _attributes, tf) => {
    const size = tf.tensor1d(need(images).shape.slice(1, 3), 'int32');
    const fill = tf.scalar(0);
    const result = backend.executeSingleOutput(
      'ImageProjectiveTransformV3',
      [type('dtype', TF_FLOAT), text('interpolation', 'BILINEAR'), text('fill_mode', 'NEAREST')],
      [need(images), need(transforms), size, fill],
    );
    size.dispose();
    fill.dispose();
    return result;
  },

  [STATELESS_UNIFORM]: (backend, { seed }, { shape }, tf) => {
    const size = tf.tensor1d(shape as number[], 'int32');
    const result = backend.executeSingleOutput(
      'StatelessRandomUniform',
      [type('dtype', TF_FLOAT), type('T', TF_INT32), type('Tseed', TF_INT32)],
      [size, need(seed)],
    );
    size.dispose();
    return result;
  },
};

function batchNormAttributes(epsilon: number): OpAttribute[] {
  return [
    type('T', TF_FLOAT),
    type('U', TF_FLOAT),
    float('epsilon', epsilon),
    text('data_format', 'NHWC'),
    { name: 'is_training', type: TF_ATTR_BOOL, value: true },
  ];
}

/** Products of two matrices as `MatMul`: tfjs-node has `BatchMatMulV2` for them too, which is made for many at once. */
function registerMatMul(tf: TF): void {
  const batched = tf.getKernel('BatchMatMul', 'tensorflow').kernelFunc;
  tf.unregisterKernel('BatchMatMul', 'tensorflow');
  const kernelFunc = (given: Parameters<KernelFunc>[0]) => {
    const { a, b } = given.inputs as NamedTensorInfoMap as Inputs;
    const [left, right] = [need(a), need(b)];
    if (left.shape.length !== 2 || right.shape.length !== 2) return batched(given);
    const attributes = [
      type('T', TF_FLOAT),
      { name: 'transpose_a', type: TF_ATTR_BOOL, value: given.attrs?.transposeA ?? false },
      { name: 'transpose_b', type: TF_ATTR_BOOL, value: given.attrs?.transposeB ?? false },
    ];
    return (given.backend as NodeBackend).executeSingleOutput('MatMul', attributes, [left, right]);
  };
  tf.registerKernel({ kernelName: 'BatchMatMul', backendName: 'tensorflow', kernelFunc: kernelFunc as KernelFunc });
}

/** Types that are gathered here; what tfjs-node does of another one is left to it. */
const GATHERED: Readonly<Record<string, number>> = { float32: TF_FLOAT, int32: TF_INT32 };

/** `gather` without a look at its indices: tfjs-node reads their values, which no recorded step may; TensorFlow looks itself. */
function registerGather(tf: TF): void {
  const reading = tf.getKernel('GatherV2', 'tensorflow').kernelFunc;
  tf.unregisterKernel('GatherV2', 'tensorflow');
  const kernelFunc = (given: Parameters<KernelFunc>[0]) => {
    const { x, indices } = given.inputs as NamedTensorInfoMap as Inputs;
    const [from, places] = [need(x), need(indices)];
    const params = GATHERED[from.dtype];
    if (params === undefined || places.dtype !== 'int32') return reading(given);
    const axis = tf.scalar(Number(given.attrs?.axis ?? 0), 'int32');
    const attributes = [
      { name: 'batch_dims', type: TF_ATTR_INT, value: Number(given.attrs?.batchDims ?? 0) },
      type('Tparams', params),
      type('Tindices', TF_INT32),
      type('Taxis', TF_INT32),
    ];
    const result = (given.backend as NodeBackend).executeSingleOutput('GatherV2', attributes, [from, places, axis]);
    axis.dispose();
    return result;
  };
  tf.registerKernel({ kernelName: 'GatherV2', backendName: 'tensorflow', kernelFunc: kernelFunc as KernelFunc });
}

export function registerNativeKernels(tf: TF): void {
  registerMatMul(tf);
  registerGather(tf);
  for (const [kernelName, run] of Object.entries(KERNELS)) {
    const kernelFunc = (({ inputs, attrs, backend }) =>
      run(backend as NodeBackend, inputs as NamedTensorInfoMap as Inputs, attrs ?? {}, tf)) as KernelFunc;
    tf.registerKernel({ kernelName, backendName: 'tensorflow', kernelFunc });
  }
}

function need(tensor: TensorInfo | undefined): TensorInfo {
  if (tensor === undefined) throw new Error('A kernel of ichor was called without one of its inputs');
  return tensor;
}
