import type { WeightNames } from '../../registry/kinds/weights.ts';
import type { FormWeight as Wanted } from './forms.ts';
import { onesBesides, sourceOf } from './forms.ts';
import { byFlatName, byLayer } from './keras-names.ts';
import type { FileTensor } from './tensors.ts';

/** Where one weight of a network comes from. */
export interface Mapped<T extends FileTensor = FileTensor> {
  weight: Wanted;
  /** Null: a constant that a folded batch norm stands for. */
  tensor: T | null;
  constant: number;
  /** Axes of the tensor in the order in which the weight has them; null: as they are. */
  permute: readonly number[] | null;
}

/** What of a file becomes what of a network. */
export interface Mapping<T extends FileTensor = FileTensor> {
  /** Whose names the file has: `keras`, one of the backbone's, or `ichor` for a network of ours with its prediction layer. */
  names: string;
  loaded: readonly Mapped<T>[];
  missing: readonly Wanted[];
  misshapen: readonly Mapped<T>[];
  /** Tensors of the file that no weight is. */
  unexpected: readonly T[];
  /** Those after the embedding, which no network here has. */
  classifier: readonly T[];
  /** Scales that the network has none for: they change nothing where they hold only ones. */
  ones: readonly T[];
}

export interface MapOptions {
  /** The backbone's own weights, in their order. */
  wanted: readonly Wanted[];
  /** Weights that are taken where the file has them and that nothing misses: the prediction layer of a network of ours. */
  optional?: readonly Wanted[];
  names?: Readonly<Record<string, WeightNames>>;
  /** Keras' layers that are none of the network's, since the way of its pixels does what they do: `normalization`. */
  besides?: readonly string[];
  /** Whether a tensor of this shape can become the weight; left out: where the shapes are equal. */
  sameShape?: (wanted: Wanted, shape: readonly number[]) => boolean;
}

type Found<T extends FileTensor> = { tensor: T | null; constant?: number; permute?: readonly number[] | null };
type Find<T extends FileTensor> = (wanted: Wanted) => Found<T> | undefined;

/** Keras' names of the layers after the embedding. */
const KERAS_CLASSIFIER = new Set(['predictions', 'fc1000', 'logits', 'probs']);

/**
 * Reads a file's tensors as the weights of a network. The names decide, never the order: every way of naming is tried,
 * and the one that finds the most is taken. Nothing is loaded here, and nothing is thrown.
 */
export function mapWeights<T extends FileTensor>(tensors: readonly T[], options: MapOptions): Mapping<T> {
  const ways = waysOf(withoutPrefix(tensors), options);
  const tried = ways.map((way) => apply(way, tensors, options));
  const [first, ...rest] = tried as [Mapping<T>, ...Mapping<T>[]];
  return rest.reduce((best, one) => (worth(one) > worth(best) ? one : best), first);
}

const worth = ({ loaded, misshapen }: Mapping): number => loaded.length + misshapen.length / 2;

interface Way<T extends FileTensor> {
  names: string;
  find: Find<T>;
  isClassifier(tensor: T): boolean;
  isOnes?(tensor: T): boolean;
  /** Takes what is optional as well. */
  own: boolean;
}

function waysOf<T extends FileTensor>(named: readonly Named<T>[], options: MapOptions): Way<T>[] {
  const isTop = (layer: string | undefined) => layer !== undefined && KERAS_CLASSIFIER.has(layer);
  const renamed = named.map(({ tensor, name }) => ({ ...tensor, name, of: tensor }));
  const keras = byLayer(renamed, options.wanted) as Map<string, (typeof renamed)[number]>;
  const flat = byFlatName(renamed) as Map<string, (typeof renamed)[number]>;
  const exact = new Map(named.map(({ tensor, name }) => [name, tensor]));
  const from =
    (found: ReadonlyMap<string, { of: T }>): Find<T> =>
    ({ name }) => {
      // Keras 3 calls the kernel of a depthwise convolution `kernel`.
      const tensor = (found.get(name) ?? found.get(name.replace(/\/depthwise_kernel$/, '/kernel')))?.of;
      return tensor && { tensor };
    };
  return [
    {
      names: 'keras',
      own: true,
      find: ({ name }) => {
        const tensor = exact.get(name);
        return tensor && { tensor };
      },
      isClassifier: ({ name }) => isTop(name.split('/').at(-2)),
    },
    { names: 'keras', own: false, find: from(keras), isClassifier: ({ layer }) => isTop(layer ?? undefined) },
    {
      names: 'keras',
      own: false,
      find: from(flat),
      isClassifier: ({ name }) => isTop(name.split('/').at(-2)),
    },
    ...Object.entries(options.names ?? {}).map(([name, names]) => foreign(name, names, named, options)),
  ];
}

/** The names of another library, by its form. */
function foreign<T extends FileTensor>(
  library: string,
  names: WeightNames,
  named: readonly Named<T>[],
  { wanted }: MapOptions,
): Way<T> {
  const folded = names.form === 'folded';
  const tensors = new Map(named.map(({ tensor, name }) => [folded ? `${tensor.layer}/${tensor.place}` : name, tensor]));
  const own = new Map(named.map(({ tensor, name }) => [tensor, name]));
  const nameOf = (tensor: T) => own.get(tensor) ?? tensor.name;
  const layers = new Set(names.classifier);
  const ones = new Set(onesBesides(wanted, names));
  return {
    names: library,
    own: false,
    isOnes: (tensor) => ones.has(nameOf(tensor)),
    find: (weight) => {
      const source = sourceOf(weight, names);
      if (source === null) return undefined;
      if ('constant' in source) return { tensor: null, constant: source.constant };
      const tensor = tensors.get(source.name);
      return tensor && { tensor, permute: source.permute };
    },
    isClassifier: (tensor) => {
      const name = nameOf(tensor);
      return layers.has(tensor.layer ?? name.slice(0, Math.max(0, name.lastIndexOf('.'))));
    },
  };
}

interface Named<T> {
  tensor: T;
  name: string;
}

/** What wraps a network puts one prefix before every name: `module.`, `model.`, `backbone.`. */
function withoutPrefix<T extends FileTensor>(tensors: readonly T[]): Named<T>[] {
  const [first] = tensors;
  let prefix = '';
  for (let dot = first?.name.indexOf('.') ?? -1; first && dot >= 0; dot = first.name.indexOf('.', dot + 1)) {
    const next = first.name.slice(0, dot + 1);
    if (tensors.every(({ name }) => name.startsWith(next))) prefix = next;
    else break;
  }
  return tensors.map((tensor) => ({ tensor, name: tensor.name.slice(prefix.length) }));
}

function apply<T extends FileTensor>(
  { names, find, isClassifier, isOnes = () => false, own }: Way<T>,
  tensors: readonly T[],
  { wanted, optional = [], besides = [], sameShape = equalShape }: MapOptions,
): Mapping<T> {
  const loaded: Mapped<T>[] = [];
  const misshapen: Mapped<T>[] = [];
  const missing: Wanted[] = [];
  const used = new Set<T>();
  for (const weight of own ? [...wanted, ...optional] : wanted) {
    const found = find(weight);
    if (!found) {
      if (wanted.includes(weight)) missing.push(weight);
      continue;
    }
    const { tensor, constant = 0, permute = null } = found;
    const mapped = { weight, tensor, constant, permute };
    const fits = tensor === null || sameShape(weight, permutedShape(tensor.shape, permute));
    // The layer on the thousand classes of another network has the name of that on our six labels.
    if (!fits && !wanted.includes(weight)) continue;
    if (tensor) used.add(tensor);
    if (fits) loaded.push(mapped);
    else misshapen.push(mapped);
  }
  const isBeside = ({ layer }: T) => layer !== null && besides.includes(layer);
  const rest = tensors.filter((tensor) => !used.has(tensor) && !COUNTERS.test(tensor.name) && !isBeside(tensor));
  const ones = rest.filter(isOnes);
  const classifier = rest.filter((tensor) => !isOnes(tensor) && isClassifier(tensor));
  const unexpected = rest.filter((tensor) => !isOnes(tensor) && !isClassifier(tensor));
  const whole = loaded.some(({ weight }) => !wanted.includes(weight));
  return { names: whole ? 'ichor' : names, loaded, missing, misshapen, unexpected, classifier, ones };
}

/** How often a batch norm of PyTorch was trained: no weight of any network. */
const COUNTERS = /(^|\.)num_batches_tracked$/;

export const permutedShape = (shape: readonly number[], permute: readonly number[] | null): readonly number[] =>
  permute === null || permute.length !== shape.length ? shape : permute.map((axis) => shape[axis] as number);

const equalShape = ({ shape }: Wanted, found: readonly number[]): boolean => String(shape) === String(found);
