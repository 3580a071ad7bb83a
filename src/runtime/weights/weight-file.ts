import { open, readFile, stat } from '../../files/fs.ts';
import { isMap } from '../../files/json.ts';
import { systemCode } from '../../files/system-error.ts';
import { isArrays, readArrays } from './formats/arrays.ts';
import { readExactly } from './formats/bytes.ts';
import { cutOff, missingWeights, noFile, noWeights, unreadableWeights, unsafeWeights } from './formats/errors.ts';
import { Hdf5File, PATIENCE_MS } from './formats/hdf5.ts';
import { listIn, readKerasH5 } from './formats/keras-h5.ts';
import { readKerasWeightsH5 } from './formats/keras-weights-h5.ts';
import { readKerasZip } from './formats/keras-zip.ts';
import { readPth } from './formats/pth.ts';
import { folder, JSON_LIMIT, kindOf, unknownJson, zipKind } from './formats/recognise.ts';
import { readSafetensorsWeights } from './formats/safetensors.ts';
import { isTfjs, readTfjs } from './formats/tfjs.ts';
import type { WeightFile } from './formats/weight-tensor.ts';
import { Zip } from './formats/zip-file.ts';

export type { WeightFile, WeightFormat, WeightTensor } from './formats/weight-tensor.ts';

/**
 * Opens a file of weights, told by its content and not by its name. Lists its tensors; their values are read one by one.
 * Nothing that the file says is run, and no file is read that does not lie beside it.
 * @param path `layers.json` or `model.json` for weights in several files
 * @param patienceMs how long the library of HDF5 may work without reading anything before the file counts as endless
 * @throws IchorError `weights-file-missing`, `-unknown`, `-cut-off`, `-unreadable`, `-unsafe`, `-unsupported`,
 * `-without-weights` (exit 2); reading a tensor throws these and `weights-not-finite`. Errors of the system are its own.
 */
export async function openWeightFile(path: string, patienceMs = PATIENCE_MS): Promise<WeightFile> {
  const found = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw missingWeights(path);
    throw error;
  });
  if (found.isDirectory()) return folder(path);
  if (!found.isFile()) throw noFile(path);
  if (found.size === 0) throw cutOff(path, 'it is empty');
  const { head, tail } = await ends(path, found.size);
  switch (kindOf(path, head, tail, found.size)) {
    case 'hdf5':
      return hdf5(path, patienceMs);
    case 'zip':
      return zip(path, patienceMs);
    case 'safetensors':
      return readSafetensorsWeights(path);
    case 'json':
      return json(path, found.size);
  }
}

async function ends(path: string, size: number) {
  const handle = await open(path, 'r');
  try {
    const head = await readExactly(path, handle, 0, Math.min(size, 4096));
    const tail = await readExactly(path, handle, Math.max(0, size - 8), Math.min(size, 8));
    return { head, tail };
  } finally {
    await handle.close();
  }
}

/** Which of Keras' forms it is says its root. */
async function hdf5(path: string, patienceMs: number): Promise<WeightFile> {
  const file = await Hdf5File.open(path, null, patienceMs);
  try {
    const { groups } = await file.tree('/', /^layer_names\d*$/, [], 0);
    const root = groups.get('/');
    const children = root?.children ?? [];
    if (root !== undefined && listIn(root, 'layer_names') !== null) return await readKerasH5(path, file, '/');
    if (children.includes('model_weights')) return await readKerasH5(path, file, '/model_weights');
    if (['layers', '_layer_checkpoint_dependencies', 'vars'].some((name) => children.includes(name)))
      return await readKerasWeightsH5(path, file);
    throw noWeights(
      path,
      `it is HDF5, and not as Keras writes it (it holds ${children.slice(0, 5).join(', ') || 'nothing'})`,
      'Save the weights with Keras: model.save_weights("weights.weights.h5").',
    );
  } catch (error) {
    await file.close();
    throw error;
  }
}

async function zip(path: string, patienceMs: number): Promise<WeightFile> {
  const archive = await Zip.open(path);
  let taken = false;
  try {
    if (zipKind(path, archive.names) === 'keras') return await readKerasZip(path, archive, patienceMs);
    const weights = await readPth(path, archive);
    taken = true;
    return weights;
  } finally {
    if (!taken) await archive.close();
  }
}

async function json(path: string, size: number): Promise<WeightFile> {
  if (size > JSON_LIMIT) throw unsafeWeights(path, `it is JSON of ${size} bytes`);
  let value: unknown;
  try {
    value = JSON.parse((await readFile(path, 'utf8')).replace(/^\ufeff/, ''));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw unreadableWeights(path, 'it is no JSON: it was cut off, or something else wrote it', error);
  }
  if (isTfjs(value)) return readTfjs(path, value);
  if (isArrays(value)) return readArrays(path, value);
  if (isMap(value)) return unknownJson(path, value);
  throw unreadableWeights(path, 'it is JSON that lists nothing');
}
