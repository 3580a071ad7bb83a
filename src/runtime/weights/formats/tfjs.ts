import { open, stat } from '../../../files/fs.ts';
import { hasForm, ifThere, isList, isMap, isNumber, isText, listOf } from '../../../files/json.ts';
import { systemCode } from '../../../files/system-error.ts';
import { beside } from './beside.ts';
import { readExactly } from './bytes.ts';
import { cutOff, noWeights, unreadableWeights, unsafeWeights, unsupportedWeights } from './errors.ts';
import { cellsOf, finite, isShape, NUMBER_BYTES, type NumberType, toFloat32 } from './numbers.ts';
import type { WeightFile, WeightTensor } from './weight-tensor.ts';

interface Spec {
  name: string;
  shape: number[];
  dtype: string;
  quantization?: { dtype: string; min?: number; scale?: number };
}
interface Group {
  paths: string[];
  weights: Spec[];
}

const isSpec = hasForm({
  name: isText,
  shape: isList,
  dtype: isText,
  quantization: ifThere(hasForm({ dtype: isText, min: ifThere(isNumber), scale: ifThere(isNumber) })),
});
const isGroup = hasForm({ paths: listOf(isText), weights: listOf(isSpec) });

/** TensorFlow.js' names of what lies in the shards. Texts have no fixed size and stand in no network's weights. */
const TYPES: Readonly<Record<string, NumberType>> = {
  float32: 'F32',
  float16: 'F16',
  int32: 'I32',
  uint16: 'U16',
  uint8: 'U8',
  bool: 'BOOL',
};

/** A file, and where in the group's bytes it begins. */
interface Shard {
  path: string;
  begin: number;
  bytes: number;
}

/**
 * TensorFlow.js: `model.json` with `weightsManifest`, the bytes of each of its groups cut into files beside it.
 * @param model the parsed `model.json`
 */
export async function readTfjs(path: string, model: Readonly<Record<string, unknown>>): Promise<WeightFile> {
  const manifest = model.weightsManifest;
  if (!listOf(isGroup)(manifest))
    throw unreadableWeights(path, 'its weightsManifest is not of the form of TensorFlow.js');
  const named = model.format === 'layers-model' || !('format' in model && model.format === 'graph-model');
  const places = new Map<string, number>();
  const seen = new Set<string>();
  const packed = new Set<string>();
  const tensors: WeightTensor[] = [];
  for (const group of manifest as Group[]) {
    const shards = await shardsOf(path, group.paths);
    let begin = 0;
    for (const spec of group.weights) {
      const { name, shape } = spec;
      if (seen.has(name)) throw unreadableWeights(path, `it names ${name} twice`);
      seen.add(name);
      const type = TYPES[spec.quantization?.dtype ?? spec.dtype];
      if (type === undefined || TYPES[spec.dtype] === undefined)
        throw unsupportedWeights(
          path,
          `${name} in it is of type ${spec.quantization?.dtype ?? spec.dtype}`,
          'Convert the network again with the weights as float32 (tensorflowjs_converter without --quantize_*).',
        );
      if (!isShape(shape)) throw unreadableWeights(path, `${name} in it has the shape [${shape}]`);
      const bytes = NUMBER_BYTES[type] * cellsOf(shape);
      if (!Number.isSafeInteger(bytes)) throw unsafeWeights(path, `${name} in it claims ${bytes} bytes`);
      if (spec.quantization !== undefined) packed.add(spec.quantization.dtype);
      const layer = named && name.includes('/') ? name.slice(0, name.lastIndexOf('/')) : null;
      const place = layer === null ? 0 : (places.get(layer) ?? 0);
      if (layer !== null) places.set(layer, place + 1);
      const from = begin;
      const read = async () => finite(path, name, unpacked(path, spec, type, await readAcross(shards, from, bytes)));
      tensors.push({ name, layer, place, shape, dtype: type, read });
      begin += bytes;
    }
    requireSizes(path, shards, begin);
  }
  if (tensors.length === 0) throw noWeights(path, 'its weightsManifest is empty', 'Convert the network again.');
  const notes = [
    ...[...packed]
      .sort()
      .map((dtype) => `quantised to ${dtype}: the values are near those that were trained, not equal`),
    ...(model.format === 'graph-model'
      ? ['a graph model: the converter may have folded batch norm into its kernels']
      : []),
  ];
  return { format: 'tfjs', tensors, about: aboutTfjs(model), notes, close: async () => {} };
}

const aboutTfjs = (model: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    ['format', 'generatedBy', 'convertedBy'].flatMap((name) => (isText(model[name]) ? [[name, model[name]]] : [])),
  );

async function shardsOf(model: string, paths: readonly string[]): Promise<Shard[]> {
  const shards: Shard[] = [];
  let begin = 0;
  for (const name of paths) {
    const path = beside(model, name);
    const found = await stat(path).catch((error: unknown) => {
      if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return null;
      throw error;
    });
    if (found === null || !found.isFile())
      throw cutOff(model, `the file ${name} with a part of its weights is not beside it`);
    shards.push({ path, begin, bytes: found.size });
    begin += found.size;
  }
  return shards;
}

function requireSizes(path: string, shards: readonly Shard[], wanted: number): void {
  const there = shards.reduce((sum, { bytes }) => sum + bytes, 0);
  const files = shards.length === 1 ? 'its file of weights has' : `its ${shards.length} files of weights have`;
  if (there < wanted) throw cutOff(path, `${files} ${there} of ${wanted} bytes`);
  if (there > wanted) throw unreadableWeights(path, `${files} ${there} bytes, and its list says ${wanted}`);
}

async function readAcross(shards: readonly Shard[], begin: number, length: number): Promise<Uint8Array> {
  const whole = new Uint8Array(length);
  for (const shard of shards) {
    const from = Math.max(begin, shard.begin);
    const to = Math.min(begin + length, shard.begin + shard.bytes);
    if (from >= to) continue;
    const handle = await open(shard.path, 'r');
    try {
      whole.set(await readExactly(shard.path, handle, from - shard.begin, to - from), from - begin);
    } finally {
      await handle.close();
    }
  }
  return whole;
}

/** `value = min + scale * q`; halves are stored as they are. */
function unpacked(path: string, { name, quantization }: Spec, type: NumberType, bytes: Uint8Array): Float32Array {
  const values = toFloat32(bytes, type);
  if (quantization === undefined || type === 'F16') return values;
  const { min, scale } = quantization;
  if (min === undefined || scale === undefined)
    throw unreadableWeights(path, `it does not say how ${name} was quantised (min, scale)`);
  for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * scale + min;
  return values;
}

export const isTfjs = (model: unknown): model is Record<string, unknown> => isMap(model) && 'weightsManifest' in model;
