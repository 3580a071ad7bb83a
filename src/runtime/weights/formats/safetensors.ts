import { open } from '../../../files/fs.ts';
import { HeaderRefused, readSafetensorsHeader } from '../../artifacts/safetensors-header.ts';
import { readExactly } from './bytes.ts';
import { cutOff, noWeights, unreadableWeights, unsafeWeights, unsupportedWeights } from './errors.ts';
import { finite, isNumberType, toFloat32 } from './numbers.ts';
import type { WeightFile, WeightTensor } from './weight-tensor.ts';

/** Of the header: some 40,000 tensors. The format allows 100 MB, which may take eighty times that once it is parsed. */
const HEADER_LIMIT = 4 << 20;

/** https://github.com/huggingface/safetensors: names, shapes, offsets, bytes; no code and no strides. */
export async function readSafetensorsWeights(path: string): Promise<WeightFile> {
  const handle = await open(path, 'r');
  try {
    const { places, metadata } = await readSafetensorsHeader(handle, HEADER_LIMIT).catch((error: unknown) => {
      throw refused(path, error);
    });
    if (places.size === 0)
      throw noWeights(path, 'its header names no tensor', 'Save it again from the trained network.');
    const tensors: WeightTensor[] = [];
    for (const [name, { dtype, shape, begin, end }] of places) {
      if (!isNumberType(dtype))
        throw unsupportedWeights(
          path,
          `${name} in it is of type ${dtype}`,
          'Save it again as float32: save_file({k: v.float() for k, v in load_file("in.safetensors").items()}, "out.safetensors").',
        );
      const read = async () =>
        finite(path, name, toFloat32(await readExactly(path, handle, begin, end - begin), dtype));
      tensors.push({ name, layer: null, place: 0, shape, dtype, read });
    }
    return { format: 'safetensors', tensors, about: metadata, notes: [], close: () => handle.close() };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

function refused(path: string, error: unknown): unknown {
  if (!(error instanceof HeaderRefused)) return error;
  switch (error.kind) {
    case 'cut-off':
      return cutOff(path, error.message, error);
    case 'unsafe':
      return unsafeWeights(path, error.message);
    case 'damaged':
      return unreadableWeights(path, `as safetensors it is damaged: ${error.message}`, error);
  }
}
