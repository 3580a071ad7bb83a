import { join } from 'node:path';
import { LABELS } from '../../labels.ts';
import { readCsv, writeCsv } from './csv.ts';
import { readSafetensors, writeSafetensors } from './safetensors.ts';

const MAPS = 'heat-maps.safetensors';
const ROWS = 'heat-maps.csv';
const TENSOR = 'maps';

/** Grad-CAM of some slices, one map a label. */
export interface HeatMaps {
  height: number;
  width: number;
  /** By slice: `[height, width, 6]`, in units of the logit, labels in their order. */
  of: ReadonlyMap<string, Float32Array>;
}

/** `heat-maps.safetensors`: `maps` `[slices, height, width, 6]`; `heat-maps.csv`: the slices in their order. */
export async function writeHeatMaps(folder: string, { height, width, of }: HeatMaps): Promise<void> {
  const cells = height * width * LABELS.length;
  const data = new Float32Array(of.size * cells);
  for (const [at, map] of [...of.values()].entries()) data.set(map, at * cells);
  const shape = [of.size, height, width, LABELS.length];
  await writeSafetensors(join(folder, MAPS), { [TENSOR]: { dtype: 'F32', shape, data } }, { format: 'ichor' });
  await writeCsv(join(folder, ROWS), ['slice'], [...of.keys()], (slice) => [slice]);
}

export async function readHeatMaps(folder: string): Promise<HeatMaps> {
  const slices: string[] = [];
  for await (const { slice = '' } of readCsv(join(folder, ROWS), ['slice'])) slices.push(slice);
  const { tensors } = await readSafetensors(join(folder, MAPS));
  const stored = tensors[TENSOR];
  const [, height = 0, width = 0] = stored?.shape ?? [];
  const cells = height * width * LABELS.length;
  const data = (stored?.data ?? new Float32Array()) as Float32Array;
  return {
    height,
    width,
    of: new Map(slices.map((slice, at) => [slice, data.subarray(at * cells, (at + 1) * cells)])),
  };
}
