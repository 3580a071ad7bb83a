import { readExactly } from './bytes.ts';
import { noWeights, unreadableWeights, unsafeWeights } from './errors.ts';
import { cellsOf, finite, isShape, NUMBER_BYTES, type NumberType, toFloat32 } from './numbers.ts';
import { type Pickled, PickledGlobal, PickledMap, PickledObject, PickleRefused, unpickle } from './pickle.ts';
import { rowMajor } from './strides.ts';
import type { WeightFile, WeightTensor } from './weight-tensor.ts';
import type { Zip } from './zip-file.ts';

/** Of the pickle: names, shapes and strides of a thousand tensors take some 200 kB. */
const PICKLE_LIMIT = 16 << 20;

/** One line of Python, where torch is: what any other form of a network can be made into. */
export const TO_SAFETENSORS =
  "Write it as safetensors where it can be trusted: python -c \"import torch, safetensors.torch as s; d = torch.load('in.pth', map_location='cpu', weights_only=True); s.save_file({k: v.contiguous() for k, v in d.get('state_dict', d).items()}, 'out.safetensors')\"";

const STORAGES: Readonly<Record<string, NumberType>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};
const FUNCTIONS = [
  'collections.OrderedDict',
  'torch._utils._rebuild_tensor_v2',
  'torch._utils._rebuild_parameter',
  'torch.Size',
];
/** Where training scripts put the weights, in the order in which they are looked for. */
const STATE = ['state_dict', 'model_state_dict', 'model', 'net', 'network', 'weights', 'module'];

interface Storage {
  key: string;
  type: NumberType;
  /** Values in it. */
  count: number;
}
interface Tensor {
  storage: Storage;
  offset: number;
  shape: readonly number[];
  strides: readonly number[];
}

const isStorage = (made: unknown): made is Storage => typeof made === 'object' && made !== null && 'key' in made;
const isTensor = (made: unknown): made is Tensor => typeof made === 'object' && made !== null && 'storage' in made;

const knows = (global: PickledGlobal): boolean =>
  FUNCTIONS.includes(global.path) || (global.module === 'torch' && Object.hasOwn(STORAGES, global.name));

const PREFIX = /^(.*\/)?data\.pkl$/;

/** Whether the names in a zip are those that `torch.save` writes, or `torch.jit.save`. */
export function torchKind(names: readonly string[]): 'pth' | 'torchscript' | null {
  const pickle = names.find((name) => PREFIX.test(name));
  if (pickle === undefined) return null;
  const base = pickle.slice(0, -'data.pkl'.length);
  return names.some((name) => name === `${base}constants.pkl` || name.startsWith(`${base}code/`))
    ? 'torchscript'
    : 'pth';
}

/** The zip form of `torch.save`, since version 1.6: `data.pkl`, and a file for each storage. Takes the zip over. */
export async function readPth(path: string, zip: Zip): Promise<WeightFile> {
  const pickle = zip.names.find((name) => PREFIX.test(name)) as string;
  const base = pickle.slice(0, -'data.pkl'.length);
  const bigEndian = zip.has(`${base}byteorder`) && (await zip.read(`${base}byteorder`, 16)).toString() === 'big';
  const { state, key } = stateIn(path, read(path, await zip.read(pickle, PICKLE_LIMIT)));
  const tensors: WeightTensor[] = [];
  const left: string[] = [];
  const seen = new Set<string>();
  for (const [name, value] of state.entries) {
    const tensor = value instanceof PickledObject && isTensor(value.made) ? value.made : null;
    if (typeof name !== 'string') throw unreadableWeights(path, 'it has a tensor under a name that is no text');
    if (seen.has(name)) throw unsafeWeights(path, `it has ${name} twice`);
    seen.add(name);
    if (tensor === null) {
      left.push(name);
      continue;
    }
    const { storage, shape, strides, offset } = tensor;
    const member = `${base}data/${storage.key}`;
    if (!zip.has(member)) throw unreadableWeights(path, `the bytes of ${name} (${member}) are not in it`);
    if (zip.bytesOf(member) < storage.count * NUMBER_BYTES[storage.type])
      throw unreadableWeights(path, `${member} in it is too short for ${name}`);
    const load = async () => {
      const values = await part(path, zip, member, tensor, bigEndian);
      return finite(path, name, rowMajor(values, shape, strides, 0));
    };
    if (!fits(tensor))
      throw unsafeWeights(
        path,
        `${name} [${shape}] reaches beyond its ${storage.count} values (offset ${offset}, strides ${strides})`,
      );
    tensors.push({ name, layer: null, place: 0, shape, dtype: storage.type, read: load });
  }
  const notes = [
    ...(key === null ? [] : [`the weights under ${key} of the checkpoint were taken`]),
    ...(left.length > 0
      ? [`left out, since they are no tensors: ${left.slice(0, 10).join(', ')}${left.length > 10 ? ', …' : ''}`]
      : []),
  ];
  return { format: 'pth', tensors, about: {}, notes, close: () => zip.close() };
}

function read(path: string, bytes: Uint8Array): Pickled {
  try {
    return unpickle(bytes, { knows, call, persistent });
  } catch (error) {
    if (!(error instanceof PickleRefused)) throw error;
    if (error.kind === 'global')
      throw unsafeWeights(
        path,
        `it asks Python for ${error.message}, which tensors do not need and which is not run here`,
        `If its origin cannot be trusted, delete it. ${TO_SAFETENSORS}`,
      );
    throw unreadableWeights(path, error.message, error);
  }
}

function call(global: PickledGlobal, args: readonly Pickled[]): Pickled {
  switch (global.path) {
    case 'collections.OrderedDict':
      return ordered(args[0]);
    case 'torch.Size':
      return (args[0] ?? []) as Pickled;
    case 'torch._utils._rebuild_parameter':
      return args[0] as Pickled;
    case 'torch._utils._rebuild_tensor_v2':
      return new PickledObject(tensorOf(args));
    default:
      throw new PickleRefused('damaged', `its pickle calls ${global.path}, which is no function`);
  }
}

/** With pairs in its first argument, or (the rule) filled afterwards. */
function ordered(pairs: Pickled | undefined): PickledMap {
  const map = new PickledMap();
  if (pairs === undefined) return map;
  if (!Array.isArray(pairs)) throw new PickleRefused('damaged', 'its pickle fills a map with what are no pairs');
  for (const pair of pairs) {
    if (!Array.isArray(pair) || pair.length !== 2)
      throw new PickleRefused('damaged', 'its pickle fills a map with what are no pairs');
    map.entries.push(pair as [Pickled, Pickled]);
  }
  return map;
}

/** `('storage', torch.FloatStorage, '0', 'cpu', 1728)` */
function persistent(id: Pickled): Pickled {
  const [word, type, key, , count] = Array.isArray(id) ? id : [];
  const known = type instanceof PickledGlobal && type.module === 'torch' ? STORAGES[type.name] : undefined;
  if (word !== 'storage' || known === undefined || typeof key !== 'string' || !isCount(count))
    throw new PickleRefused('damaged', 'its pickle names a storage in a way that torch does not');
  return new PickledObject({ key, type: known, count } satisfies Storage);
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

function tensorOf([from, offset, size, stride]: readonly Pickled[]): Tensor {
  const storage = from instanceof PickledObject && isStorage(from.made) ? from.made : null;
  if (
    storage === null ||
    !isCount(offset) ||
    !Array.isArray(size) ||
    !Array.isArray(stride) ||
    !isShape(size) ||
    !isShape(stride) ||
    size.length !== stride.length
  )
    throw new PickleRefused('damaged', 'its pickle has a tensor whose size, offset or strides are none');
  return { storage, offset, shape: size, strides: stride };
}

/** Index of the last value that a tensor reaches, from its first. */
const reach = ({ shape, strides }: Tensor) =>
  shape.reduce((sum, side, axis) => sum + (side - 1) * (strides[axis] as number), 0);

/** Within its storage, and (what an expanded tensor of stride 0 is not) no larger than that. */
function fits(tensor: Tensor): boolean {
  const count = cellsOf(tensor.shape);
  if (count === 0) return true;
  return count <= tensor.storage.count && tensor.offset + reach(tensor) < tensor.storage.count;
}

/** Its values from the first to the last that it reaches: several tensors may share one storage. */
async function part(path: string, zip: Zip, member: string, tensor: Tensor, bigEndian: boolean): Promise<Float32Array> {
  const { type } = tensor.storage;
  if (cellsOf(tensor.shape) === 0) return new Float32Array(0);
  const width = NUMBER_BYTES[type];
  const from = tensor.offset * width;
  const length = (reach(tensor) + 1) * width;
  const place = await zip.place(member);
  const bytes =
    place.bytes === null
      ? await readExactly(path, zip.handle, place.start + from, length)
      : new Uint8Array(place.bytes, from, length).slice();
  return toFloat32(bytes, type, bigEndian);
}

/** The map of tensors: the checkpoint itself, or what lies in it under one of the usual names. */
function stateIn(path: string, root: Pickled): { state: PickledMap; key: string | null } {
  let state = root;
  let key: string | null = null;
  for (let depth = 0; depth < 4; depth++) {
    if (!(state instanceof PickledMap)) break;
    if (state.entries.some(([, value]) => value instanceof PickledObject && isTensor(value.made)))
      return { state, key };
    const map: PickledMap = state;
    const next = STATE.find((name) => map.get(name) instanceof PickledMap);
    if (next === undefined) break;
    key = key === null ? next : `${key}.${next}`;
    state = map.get(next) as Pickled;
  }
  const names =
    root instanceof PickledMap
      ? root.entries.flatMap(([name]) => (typeof name === 'string' ? [name] : [])).slice(0, 8)
      : [];
  throw noWeights(
    path,
    names.length > 0
      ? `it has ${names.join(', ')}, and tensors by name neither there nor under ${STATE.join(', ')}`
      : 'it is no map of tensors by name',
    'Save the weights alone: torch.save(model.state_dict(), "weights.pth").',
  );
}
