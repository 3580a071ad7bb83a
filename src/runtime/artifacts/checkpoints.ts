import { join } from 'node:path';
import { access, rm } from '../../files/fs.ts';
import { hasForm, isList, isNumber, jsonOf, NotJson, orNull } from '../../files/json.ts';
import { systemCode } from '../../files/system-error.ts';
import type { HostTensors } from '../engine/engine.ts';
import type { EpochRow } from './history.ts';
import { readSafetensors, SafetensorsFile, unreadable, writeSafetensors } from './safetensors.ts';
import { toHost, toStored } from './weights.ts';

/** All that training needs to go on after a finished epoch as if nothing had happened. */
export interface Checkpoint {
  /** Weights and the optimizer's slots: `weights/<name>`, `slots/<slot>/<name>`. */
  state: HostTensors;
  /** Steps taken so far, over all epochs. */
  step: number;
  history: EpochRow[];
  /** The epoch whose weights are kept in `best.safetensors`; null: none yet, or the last epoch counts. */
  bestEpoch: number | null;
}

const LAST = 'checkpoint.safetensors';
const BEST = 'best.safetensors';

const isRest = hasForm({ step: isNumber, history: isList, bestEpoch: orNull(isNumber) });

/** One file with everything, so that it is either the old checkpoint or the new one. */
export async function writeCheckpoint(folder: string, { state, ...rest }: Checkpoint): Promise<void> {
  await writeSafetensors(join(folder, LAST), toStored(state), { checkpoint: JSON.stringify(rest) });
}

/** Null where there is none. Throws IchorError `weights-unreadable`. */
export async function readCheckpoint(folder: string): Promise<Checkpoint | null> {
  const path = join(folder, LAST);
  try {
    await access(path);
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return null;
  }
  const { tensors, metadata } = await readSafetensors(path);
  let rest: Omit<Checkpoint, 'state'>;
  try {
    rest = jsonOf(metadata.checkpoint ?? '', isRest);
  } catch (error) {
    if (error instanceof NotJson) throw unreadable(path, 'it does not say which epoch it is of');
    throw error;
  }
  return { state: toHost(tensors), ...rest };
}

/** How many updates a folder's checkpoint has behind it; null where there is none, or none that can be read. Reads no tensor. */
export async function updatesDone(folder: string): Promise<number | null> {
  const path = join(folder, LAST);
  try {
    await access(path);
    const file = await SafetensorsFile.open(path);
    await file.close();
    return (JSON.parse(file.metadata.checkpoint ?? '{}') as Partial<Checkpoint>).step ?? null;
  } catch {
    // Whoever trains says what is wrong with it; a plan counts the training as not begun.
    return null;
  }
}

export const writeBest = (folder: string, weights: HostTensors) =>
  writeSafetensors(join(folder, BEST), toStored(weights));
export const readBest = async (folder: string): Promise<HostTensors> =>
  toHost((await readSafetensors(join(folder, BEST))).tensors);

/** A finished artifact holds no checkpoints. */
export async function removeCheckpoints(folder: string): Promise<void> {
  for (const name of [LAST, BEST]) {
    await rm(join(folder, name), { force: true });
    await rm(join(folder, `${name}.tmp`), { force: true });
  }
}
