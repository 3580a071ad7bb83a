import { noWeights, unreadableWeights } from './errors.ts';
import type { Hdf5Dataset, Hdf5File } from './hdf5.ts';
import type { WeightFile, WeightTensor } from './weight-tensor.ts';

const ATTRIBUTES = /^(name|dtype)$/;
/** State of training, which no forward pass reads. */
const TRAINING = /^_?(optimizer|metrics|compile_metrics|compiled_metrics|loss_tracker|loss)(_\d+)?$/;
/** Random numbers of dropout and the like. */
const SEEDS = /(^|\/)seed_generator(_\d+)?\//;

/** A layer, by its place in the file. */
interface Owner {
  /** `layers/conv2d_1` */
  container: string;
  name: string | null;
  tensors: { path: string; dataset: Hdf5Dataset }[];
}

/**
 * Keras 3's form (`keras.src.saving.saving_lib`): `layers/<class>_<n>/vars/<position>`, where n counts the layers of that
 * class from 0 (which is left out) in the order of `model.layers`. Newer versions write each layer's name beside its
 * variables.
 * @param names of a `.keras` file: name by container, in the order of the network
 */
export async function readKerasWeightsH5(
  path: string,
  file: Hdf5File,
  names: ReadonlyMap<string, string> = new Map(),
): Promise<WeightFile> {
  const root = await file.tree('/', ATTRIBUTES, [], 0);
  const children = root.groups.get('/')?.children ?? [];
  const left = children.filter((child) => TRAINING.test(child));
  const { groups, datasets } = await file.tree(
    '/',
    ATTRIBUTES,
    left.map((child) => `/${child}`),
  );
  const owners = new Map<string, Owner>();
  let seeds = 0;
  for (const dataset of datasets.values()) {
    const tensor = dataset.path.slice(1);
    const at = /^(?:(.*)\/)?vars\/\d+$/.exec(tensor);
    if (at === null) throw unreadableWeights(path, `${tensor} in it stands where Keras keeps no weight`);
    if (SEEDS.test(tensor)) {
      seeds += 1;
      continue;
    }
    const container = containerOf(at[1] ?? '');
    const known = owners.get(container);
    const owner = known ?? { container, name: nameAt(groups, container) ?? names.get(container) ?? null, tensors: [] };
    if (known === undefined) owners.set(container, owner);
    owner.tensors.push({ path: tensor, dataset });
  }
  if (owners.size === 0)
    throw noWeights(path, 'no layer in it has any', 'Save it again from the network that was trained.');
  const order = [...names.keys()];
  const sorted = [...owners.values()].sort(
    (a, b) => rank(order, a.container) - rank(order, b.container) || natural(a.container, b.container),
  );
  const taken = new Map<string, number>();
  for (const { name } of sorted) if (name !== null) taken.set(name, (taken.get(name) ?? 0) + 1);
  const tensors: WeightTensor[] = [];
  for (const { container, name, tensors: own } of sorted) {
    const layer = name !== null && taken.get(name) === 1 ? name : container;
    own.sort((a, b) => depth(a.path) - depth(b.path) || natural(a.path, b.path));
    own.forEach(({ path: tensor, dataset }, place) => {
      tensors.push({
        name: tensor,
        layer,
        place,
        shape: dataset.shape ?? [],
        dtype: dataset.type ?? 'BF16',
        read: () => file.read(dataset),
      });
    });
  }
  file.check(sorted.flatMap(({ tensors: own }) => own.map(({ dataset }) => dataset)));
  const nameless = sorted.filter(({ name }) => name === null).length;
  const conflicts = sorted.filter(
    ({ container, name }) => names.has(container) && name !== null && names.get(container) !== name,
  ).length;
  const doubles = [...taken.values()].filter((count) => count > 1).length;
  const notes = [
    ...(left.length > 0 ? [`left out, since only training needs it: ${left.join(', ')}`] : []),
    ...(seeds > 0 ? [`left out: the state of ${seeds} random generators`] : []),
    ...(nameless > 0
      ? [
          `${nameless} layers have no names in the file, only numbers by class in the order of the network's layers (conv2d, conv2d_1, …)`,
        ]
      : []),
    ...(doubles > 0 ? [`${doubles} names belong to several layers: these are called by their place in the file`] : []),
    ...(conflicts > 0
      ? [`${conflicts} layers have other names in config.json than beside their weights, which were taken`]
      : []),
  ];
  return { format: 'keras-weights-h5', tensors, about: {}, notes, close: () => file.close() };
}

/** `layers/lstm/cell` belongs to the layer `layers/lstm`; `layers/functional/layers/conv2d` is a layer of a nested network. */
function containerOf(path: string): string {
  const parts = path.split('/');
  const at = Math.max(parts.lastIndexOf('layers'), parts.lastIndexOf('_layer_checkpoint_dependencies'));
  return at < 0 || at + 1 >= parts.length ? path : parts.slice(0, at + 2).join('/');
}

const nameAt = (groups: ReadonlyMap<string, { attributes: Readonly<Record<string, readonly string[]>> }>, at: string) =>
  groups.get(`/${at}/vars`)?.attributes.name?.[0] ?? null;

const rank = (order: readonly string[], container: string) => {
  const at = order.indexOf(container);
  return at < 0 ? order.length : at;
};

const depth = (path: string) => path.split('/').length;

/** `conv2d` before `conv2d_2` before `conv2d_10`. */
function natural(a: string, b: string): number {
  const [x, y] = [a, b].map((path) => path.split(/(\d+)/));
  for (let i = 0; i < Math.min(x?.length ?? 0, y?.length ?? 0); i++) {
    const [p = '', q = ''] = [x?.[i], y?.[i]];
    if (p === q) continue;
    return i % 2 === 1 ? Number(p) - Number(q) : p < q ? -1 : 1;
  }
  return a.length - b.length;
}
