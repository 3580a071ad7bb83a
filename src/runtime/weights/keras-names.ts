import { layerOf } from '../train/layer-names.ts';
import type { FormWeight as Wanted } from './forms.ts';
import type { FileTensor } from './tensors.ts';

/** Layers that Keras numbers by itself, in the order in which they were made in the session. */
const AUTOMATIC =
  /^(conv2d|depthwise_conv2d|separable_conv2d|batch_normalization|layer_normalization|dense)(?:_(\d+))?$/;

/**
 * Names of layers as a fresh session gives them: the numbers of a file count on from whatever was made before, so the
 * smallest of a kind becomes 0. They are the order of creation; the order in the file is that of the graph, in which 142 of
 * the 203 convolutions of Inception-ResNet-v2 stand elsewhere, 33 of them with the shape of the one that belongs there.
 */
export function freshNames(layers: Iterable<string>): Map<string, string> {
  const numbered = [...new Set(layers)].map((layer) => {
    const [, kind, digits] = AUTOMATIC.exec(layer) ?? [];
    return { layer, kind, number: Number(digits ?? 0) };
  });
  const least = new Map<string, number>();
  for (const { kind, number } of numbered)
    if (kind !== undefined) least.set(kind, Math.min(number, least.get(kind) ?? number));
  return new Map(
    numbered.map(({ layer, kind, number }) => {
      if (kind === undefined) return [layer, layer];
      const fresh = number - (least.get(kind) ?? 0);
      return [layer, fresh === 0 ? kind : `${kind}_${fresh}`];
    }),
  );
}

/**
 * Tensors of a file in Keras' own forms by the weights that they are: by layer, and within a layer by place, since a
 * batch norm without scale has its beta first.
 */
export function byLayer(tensors: readonly FileTensor[], wanted: readonly Wanted[]): Map<string, FileTensor> {
  const fresh = freshNames(tensors.flatMap(({ layer }) => layer ?? []));
  const places = new Map<string, string[]>();
  for (const { name } of wanted) {
    const layer = layerOf(name);
    places.set(layer, [...(places.get(layer) ?? []), name]);
  }
  const found = new Map<string, FileTensor>();
  for (const tensor of tensors) {
    if (tensor.layer === null) continue;
    const layer = fresh.get(tensor.layer) as string;
    found.set(places.get(layer)?.[tensor.place] ?? `${layer}/${tensor.place}`, tensor);
  }
  return found;
}

/** Flat names that end in `<layer>/<variable>`: `model/conv1_conv/kernel:0`, `conv1_conv/conv1_conv/kernel`. */
export function byFlatName(tensors: readonly FileTensor[]): Map<string, FileTensor> {
  const parts = tensors.map((tensor) => ({ tensor, path: tensor.name.replace(/:\d+$/, '').split('/') }));
  const fresh = freshNames(parts.flatMap(({ path }) => path.at(-2) ?? []));
  return new Map(
    parts.map(({ tensor, path }) => {
      const layer = path.at(-2);
      return [layer === undefined ? tensor.name : `${fresh.get(layer)}/${path.at(-1)}`, tensor];
    }),
  );
}
