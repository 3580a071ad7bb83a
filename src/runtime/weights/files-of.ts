import { open, readFile, stat } from '../../files/fs.ts';
import { isMap, isText } from '../../files/json.ts';
import { systemCode } from '../../files/system-error.ts';
import { isArrays } from './formats/arrays.ts';
import { beside } from './formats/beside.ts';
import { missingWeights, noFile } from './formats/errors.ts';
import { folder, JSON_LIMIT } from './formats/recognise.ts';
import { isTfjs } from './formats/tfjs.ts';

/**
 * Every file that the weights at a path are made of, in the order in which it names them: one, but for those that are a list
 * (`model.json`, `layers.json`) with files beside it. What cannot be read is told by `openWeightFile`: here it is one file.
 * @throws IchorError `weights-file-missing`, `weights-file-unknown`, `weights-file-unsafe`
 */
export async function filesOf(path: string): Promise<string[]> {
  const found = await stat(path).catch((error: unknown) => {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) throw missingWeights(path);
    throw error;
  });
  if (found.isDirectory()) return folder(path);
  if (!found.isFile()) throw noFile(path);
  if (found.size > JSON_LIMIT || !(await beginsAsJson(path))) return [path];
  const list = parsed(await readFile(path, 'utf8'));
  const others = [...new Set(namesIn(list).map((name) => beside(path, name)))];
  for (const other of others) {
    // What is not there is told by who reads it.
    const there = await stat(other).catch(() => null);
    if (there !== null && !there.isFile()) throw noFile(other);
  }
  return [path, ...others];
}

async function beginsAsJson(path: string): Promise<boolean> {
  const handle = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(64), 0, 64, 0);
    return /^\ufeff?\s*[{[]/.test(buffer.toString('utf8', 0, bytesRead));
  } finally {
    await handle.close();
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    return null;
  }
}

function namesIn(list: unknown): string[] {
  if (isTfjs(list) && Array.isArray(list.weightsManifest))
    return list.weightsManifest
      .flatMap((group) => (isMap(group) && Array.isArray(group.paths) ? group.paths : []))
      .filter(isText);
  if (isArrays(list))
    return (list.layers as Record<string, unknown>[])
      .flatMap(({ kernel, kernelInt8, kernelScale, bias }) => [kernel, kernelInt8, kernelScale, bias])
      .filter(isText);
  return [];
}
