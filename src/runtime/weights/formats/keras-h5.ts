import { noWeights, unreadableWeights } from './errors.ts';
import type { Hdf5Dataset, Hdf5File, Hdf5Group } from './hdf5.ts';
import type { WeightFile, WeightTensor } from './weight-tensor.ts';

const ATTRIBUTES = /^((layer|weight)_names\d*|backend|keras_version)$/;

/**
 * Keras' older form (`keras.src.legacy.saving.legacy_h5_format`): attributes name the layers and, in the group of each,
 * its tensors in their order. What is in no list is not read: Keras 3 keeps `top_level_model_weights` beside them.
 * @param base `/`, or `/model_weights` of a whole saved model
 */
export async function readKerasH5(path: string, file: Hdf5File, base: string): Promise<WeightFile> {
  const skip = [below(base, 'top_level_model_weights')];
  const { groups, datasets } = await file.tree(base, ATTRIBUTES, skip);
  const root = groups.get(base) as Hdf5Group;
  const layers = listIn(root, 'layer_names') ?? [];
  requireOnce(path, 'layer', layers);
  const found: { name: string; layer: string; place: number; dataset: Hdf5Dataset }[] = [];
  for (const layer of layers) {
    const group = groups.get(below(base, layer));
    if (group === undefined) throw unreadableWeights(path, `it names a layer ${layer} that is not in it`);
    const names = listIn(group, 'weight_names');
    if (names === null) throw unreadableWeights(path, `it does not say which weights its layer ${layer} has`);
    requireOnce(path, `weight of ${layer}`, names);
    names.forEach((name, place) => {
      const dataset = datasets.get(below(group.path, name));
      if (dataset === undefined)
        throw unreadableWeights(path, `it names a weight ${name} of ${layer} that is not in it`);
      found.push({ name, layer, place, dataset });
    });
  }
  if (found.length === 0)
    throw noWeights(
      path,
      `none of its ${layers.length} layers has any`,
      'Save it again from the network that was trained: model.save_weights("weights.weights.h5").',
    );
  file.check(found.map(({ dataset }) => dataset));
  const tensors = found.map(
    ({ dataset, ...names }): WeightTensor => ({
      ...names,
      shape: dataset.shape ?? [],
      dtype: dataset.type ?? 'BF16',
      read: () => file.read(dataset),
    }),
  );
  return { format: 'keras-h5', tensors, about: aboutKeras(root), notes: [], close: () => file.close() };
}

const aboutKeras = ({ attributes }: Hdf5Group): Record<string, string> =>
  Object.fromEntries(
    ['keras_version', 'backend'].flatMap((name) => {
      const said = attributes[name]?.[0];
      return said === undefined ? [] : [[name, said]];
    }),
  );

export const below = (base: string, name: string): string =>
  `${base === '/' ? '' : base}/${name}`.replace(/\/{2,}/g, '/');

/** An attribute's list, put together where Keras split it: a header holds no more than 64,512 bytes. Null: there is none. */
export function listIn({ attributes }: Hdf5Group, name: string): readonly string[] | null {
  const whole = attributes[name];
  if (whole !== undefined) return whole;
  const parts: string[] = [];
  let count = 0;
  for (let part = attributes[`${name}0`]; part !== undefined; part = attributes[`${name}${count}`]) {
    parts.push(...part);
    count += 1;
  }
  return count === 0 ? null : parts;
}

function requireOnce(path: string, what: string, names: readonly string[]): void {
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw unreadableWeights(path, `it names the ${what} ${twice} twice`);
}
