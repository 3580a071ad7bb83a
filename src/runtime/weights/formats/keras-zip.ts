import { isMap, isText } from '../../../files/json.ts';
import { unreadableWeights } from './errors.ts';
import { Hdf5File } from './hdf5.ts';
import { readKerasWeightsH5 } from './keras-weights-h5.ts';
import type { WeightFile } from './weight-tensor.ts';
import type { Zip } from './zip-file.ts';

export const KERAS_CONFIG = 'config.json';
export const KERAS_WEIGHTS = 'model.weights.h5';
/** A network of a thousand layers has some 1 MB. Parsed, it may take eighty times its size. */
const CONFIG_LIMIT = 4 << 20;

/** Keras 3's whole networks: a zip with the configuration beside the weights. Only names and order are taken from it. */
export async function readKerasZip(path: string, zip: Zip, patienceMs: number): Promise<WeightFile> {
  const config = await zip.json(KERAS_CONFIG, CONFIG_LIMIT);
  if (!isMap(config)) throw unreadableWeights(path, `${KERAS_CONFIG} in it describes no network`);
  const about: Record<string, string> = {};
  if (zip.has('metadata.json')) {
    const metadata = await zip.json('metadata.json', CONFIG_LIMIT);
    if (isMap(metadata) && isText(metadata.keras_version)) about.keras_version = metadata.keras_version;
  }
  const file = await Hdf5File.open(path, await zip.place(KERAS_WEIGHTS), patienceMs);
  try {
    const weights = await readKerasWeightsH5(path, file, layerNames(config));
    return { ...weights, format: 'keras-zip', about };
  } catch (error) {
    await file.close();
    throw error;
  }
}

/** Where `_save_container_state` of Keras puts each layer: by its class, counted in the order of the layers. */
export function layerNames(config: Record<string, unknown>, prefix = ''): Map<string, string> {
  const names = new Map<string, string>();
  const inner = config.config;
  if (!isMap(inner) || !Array.isArray(inner.layers)) return names;
  const used = new Map<string, number>();
  for (const layer of inner.layers as unknown[]) {
    if (!isMap(layer) || !isText(layer.class_name)) continue;
    const kind = snakeCase(layer.class_name);
    const count = used.get(kind) ?? 0;
    used.set(kind, count + 1);
    const container = `${prefix}layers/${count === 0 ? kind : `${kind}_${count}`}`;
    const own = isMap(layer.config) ? layer.config.name : undefined;
    const name = isText(layer.name) ? layer.name : own;
    if (isText(name)) names.set(container, name);
    for (const [path, nested] of layerNames(layer, `${container}/`)) names.set(path, nested);
  }
  return names;
}

/** As `keras.src.utils.naming.to_snake_case`. */
const snakeCase = (name: string) =>
  name
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
