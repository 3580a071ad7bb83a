import { hasForm, ifThere, isMap, isText, listOf } from '../../../files/json.ts';
import { systemCode } from '../../../files/system-error.ts';
import { beside } from './beside.ts';
import { cutOff, noWeights, unreadableWeights, unsupportedWeights } from './errors.ts';
import { type NpyArray, openNpy } from './npy.ts';
import { cellsOf } from './numbers.ts';
import { rowMajor } from './strides.ts';
import type { WeightFile, WeightTensor } from './weight-tensor.ts';

/** A step of the network; one without a kernel (a pool) has no weights. */
interface Layer {
  name: string;
  kernel?: string;
  /** In the place of `kernel`: whole numbers, and of each output (the first axis) what they are multiplied by. */
  kernelInt8?: string;
  kernelScale?: string;
  kernelLayout?: string;
  bias?: string;
}

const isLayer = hasForm({
  name: isText,
  kernel: ifThere(isText),
  kernelInt8: ifThere(isText),
  kernelScale: ifThere(isText),
  kernelLayout: ifThere(isText),
  bias: ifThere(isText),
});
const hasKernel = (layer: unknown) => isMap(layer) && ('kernel' in layer || 'kernelInt8' in layer);

/** Where each axis of a kernel as Keras has it lies among those of the file: [height, width, in, out], [in, out]. */
const AXES: Readonly<Record<string, readonly number[]>> = {
  ohwi: [1, 2, 3, 0],
  '1hwo': [1, 2, 3, 0],
  hwio: [0, 1, 2, 3],
  hwo1: [0, 1, 2, 3],
  oihw: [2, 3, 1, 0],
  oi: [1, 0],
  io: [0, 1],
};

/** Whether a parsed JSON is a list of layers with arrays beside it. */
export const isArrays = (list: unknown): list is Record<string, unknown> =>
  isMap(list) && listOf(isLayer)(list.layers) && (list.layers as unknown[]).some(hasKernel);

/**
 * Loose NumPy arrays with a list of layers (`layers.json`), of each a kernel and a bias. Kernels come as Keras has them:
 * [height, width, in, out], depthwise [height, width, channels, 1], dense [in, out].
 */
export async function readArrays(path: string, list: Readonly<Record<string, unknown>>): Promise<WeightFile> {
  const tensors: WeightTensor[] = [];
  const packed: string[] = [];
  const seen = new Set<string>();
  for (const layer of list.layers as Layer[]) {
    if (seen.has(layer.name)) throw unreadableWeights(path, `it names the layer ${layer.name} twice`);
    seen.add(layer.name);
    if (!hasKernel(layer)) continue;
    tensors.push(await kernelOf(path, layer));
    if (layer.kernelInt8 !== undefined) packed.push(layer.name);
    if (layer.bias === undefined) continue;
    const bias = await array(path, layer.bias);
    if (bias.shape.length !== 1)
      throw unreadableWeights(path, `the bias of ${layer.name} has the shape [${bias.shape}]`);
    const { shape, type: dtype } = bias;
    tensors.push({ name: layer.bias, layer: layer.name, place: 1, shape, dtype, read: () => bias.read() });
  }
  if (tensors.length === 0)
    throw noWeights(path, 'it lists no layer with a kernel', 'Name a list of layers with arrays.');
  const notes = [
    ...(isText(list.batchNorm) ? [`batch norm ${list.batchNorm.replace(/^batch norm /i, '')}`] : []),
    ...(packed.length > 0
      ? [`quantised to 8 bits an output: ${packed.join(', ')}: the values are near those that were trained, not equal`]
      : []),
  ];
  const about = isText(list.model) ? { model: list.model } : {};
  return { format: 'arrays', tensors, about, notes, close: async () => {} };
}

async function kernelOf(path: string, layer: Layer): Promise<WeightTensor> {
  const { name, kernelLayout = '' } = layer;
  const file = layer.kernel ?? (layer.kernelInt8 as string);
  const kernel = await array(path, file);
  const axes = AXES[kernelLayout];
  if (axes === undefined)
    throw unsupportedWeights(
      path,
      `the kernel of ${name} lies as ${JSON.stringify(kernelLayout)}`,
      `Lay it out as one of ${Object.keys(AXES).join(', ')}.`,
    );
  if (kernel.shape.length !== axes.length || (kernelLayout === '1hwo' && kernel.shape[0] !== 1))
    throw unreadableWeights(path, `the kernel of ${name} is said to lie as ${kernelLayout}, and is [${kernel.shape}]`);
  const shape =
    kernelLayout === '1hwo' ? [...kernel.shape.slice(1), 1] : axes.map((axis) => kernel.shape[axis] as number);
  const own = stridesOf(kernel.shape);
  const strides = axes.map((axis) => own[axis] as number);
  const scale = layer.kernelInt8 === undefined ? null : await scaleOf(path, layer, kernel);
  return {
    name: file,
    layer: name,
    place: 0,
    shape,
    dtype: kernel.type,
    async read() {
      const values = await kernel.read();
      if (scale !== null) multiplyRows(values, await scale.read());
      return rowMajor(values, shape, strides, 0);
    },
  };
}

async function scaleOf(path: string, { name, kernelScale }: Layer, kernel: NpyArray): Promise<NpyArray> {
  if (kernelScale === undefined)
    throw unreadableWeights(path, `it does not say how the kernel of ${name} was quantised`);
  const scale = await array(path, kernelScale);
  if (scale.shape.length !== 1 || scale.shape[0] !== kernel.shape[0])
    throw unreadableWeights(path, `the kernel of ${name} is [${kernel.shape}], and its scales are [${scale.shape}]`);
  return scale;
}

function multiplyRows(values: Float32Array, scale: Float32Array): void {
  const width = values.length / scale.length;
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * (scale[Math.floor(i / width)] as number);
}

const stridesOf = (shape: readonly number[]): number[] => shape.map((_, axis) => cellsOf(shape.slice(axis + 1)));

function array(list: string, name: string): Promise<NpyArray> {
  return openNpy(beside(list, name)).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? ''))
      throw cutOff(list, `the array ${name} is not beside it`, error);
    throw error;
  });
}
