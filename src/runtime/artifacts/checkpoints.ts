import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { access, readdir, rename, rm } from '../../files/fs.ts';
import { hasForm, isList, isNumber, jsonOf, NotJson, orNull } from '../../files/json.ts';
import { systemCode } from '../../files/system-error.ts';
import { syncFolder } from '../../files/write.ts';
import type { HostTensors } from '../engine/engine.ts';
import type { EpochRow } from './history.ts';
import { unreadable } from './safetensors.ts';
import { peekSealed, readSealed, writeSealed } from './sealed.ts';

/** What has come together of a row of the history whose updates are not all done, or not validated yet. */
export interface RowSoFar {
  /** Updates of it that are done. */
  steps: number;
  /** Items that they saw, slices among these, and slices that counted in the loss. */
  items: number;
  slices: number;
  labels: number;
  /** Sum of the loss over `labels`. */
  loss: number;
  /** Sum over the updates of the gradients' norm; null: nothing clips, and nobody reckons it. */
  norms: number | null;
  /** Time it took so far, and the part of it inside of the engine. */
  seconds: number;
  engineSeconds: number;
}

/** All that training needs to go on as if nothing had happened. */
export interface Checkpoint {
  /** Weights and the optimizer's slots: `weights/<name>`, `slots/<slot>/<name>`. */
  state: HostTensors;
  /** Updates so far, over all epochs. */
  step: number;
  /** Rows that are finished. */
  history: EpochRow[];
  /** The row under way; null: none is begun. */
  row: RowSoFar | null;
  /** The epoch whose weights are kept apart, and the updates behind it; null: none yet, or the last epoch counts. */
  best: { epoch: number; step: number } | null;
}

const LAST = 'checkpoint.safetensors';
/** The one before the last: what a damaged last one falls back on. */
const BEFORE = 'checkpoint-before.safetensors';
/** Whole, and on its way to be the last. */
const NEXT = 'checkpoint-next.safetensors';
/** Without a number it is of an earlier version of ichor. */
const BEST = /^best(?:-(\d+))?\.safetensors(\.tmp)?$/;
const bestFile = (step: number) => `best-${step}.safetensors`;

const isRow = hasForm({
  steps: isNumber,
  items: isNumber,
  slices: isNumber,
  labels: isNumber,
  loss: isNumber,
  norms: orNull(isNumber),
  seconds: isNumber,
  engineSeconds: isNumber,
});
const isRest = hasForm({
  step: isNumber,
  history: isList,
  row: orNull(isRow),
  best: orNull(hasForm({ epoch: isNumber, step: isNumber })),
});

/**
 * One file with everything, and the one before it kept beside. There is a whole one at every moment, and best weights that
 * neither of the two names are gone afterwards.
 */
export async function writeCheckpoint(folder: string, { state, ...rest }: Checkpoint): Promise<void> {
  await writeSealed(join(folder, NEXT), state, JSON.stringify(rest));
  const before = await restIfReadable(join(folder, LAST));
  if (before !== null) await rename(join(folder, LAST), join(folder, BEFORE));
  await rename(join(folder, NEXT), join(folder, LAST));
  await syncFolder(folder);
  const named = [rest.best, before?.best].flatMap((best) => best?.step ?? []);
  for (const name of await readdir(folder)) {
    const step = BEST.exec(name)?.[1];
    if (step !== undefined && !named.includes(Number(step))) await rm(join(folder, name), { force: true });
  }
}

export interface FoundCheckpoint {
  /** Null: there is none that can be gone on from. */
  checkpoint: Checkpoint | null;
  /** What is wrong with those that cannot, the newest first. */
  damaged: readonly string[];
}

/**
 * The newest checkpoint that is whole, with the best weights that it names; what is damaged is removed, so that nothing
 * good is ever put aside for it.
 * @param fits whether a state is that of this training.
 */
export async function findCheckpoint(folder: string, fits: (state: HostTensors) => boolean): Promise<FoundCheckpoint> {
  const damaged: string[] = [];
  for (const name of [LAST, BEFORE]) {
    const path = join(folder, name);
    try {
      const checkpoint = await readAt(path);
      if (checkpoint === null) continue;
      if (!fits(checkpoint.state)) throw unreadable(path, 'it belongs to another network');
      if (checkpoint.best !== null) await readBest(folder, checkpoint.best);
      if (name === BEFORE) await rename(path, join(folder, LAST));
      return { checkpoint, damaged };
    } catch (error) {
      if (!(error instanceof IchorError)) throw error;
      damaged.push(error.message);
      await rm(path, { force: true });
    }
  }
  return { checkpoint: null, damaged };
}

/** Null where there is none. Throws IchorError `weights-unreadable`. */
async function readAt(path: string): Promise<Checkpoint | null> {
  if (!(await isThere(path))) return null;
  const { tensors, about } = await readSealed(path);
  return { state: tensors, ...restOf(path, about) };
}

/** The last checkpoint of a folder; null where there is none. Throws IchorError `weights-unreadable`. */
export const readCheckpoint = (folder: string): Promise<Checkpoint | null> => readAt(join(folder, LAST));

function restOf(path: string, about: string): Omit<Checkpoint, 'state'> {
  try {
    return jsonOf(about, isRest);
  } catch (error) {
    if (error instanceof NotJson) throw unreadable(path, 'it does not say which epoch it is of');
    throw error;
  }
}

/** What it says beside its tensors, which nobody looks at; null where it is not there, or cannot be read. */
async function restIfReadable(path: string): Promise<Omit<Checkpoint, 'state'> | null> {
  if (!(await isThere(path))) return null;
  try {
    return restOf(path, await peekSealed(path));
  } catch (error) {
    if (!(error instanceof IchorError)) throw error;
    return null;
  }
}

/** How many updates a folder's checkpoint has behind it; null where there is none, or none that can be read. Reads no tensor. */
export async function updatesDone(folder: string): Promise<number | null> {
  // Whoever trains says what is wrong with it; a plan counts the training as not begun.
  for (const name of [LAST, BEFORE]) {
    const rest = await restIfReadable(join(folder, name)).catch(() => null);
    if (rest !== null) return rest.step;
  }
  return null;
}

async function isThere(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return false;
  }
}

/** Gives the room of the checkpoint before the last back. False: there was none. */
export async function dropBefore(folder: string): Promise<boolean> {
  const path = join(folder, BEFORE);
  // Without a last one it is all that there is.
  if (!(await isThere(path)) || !(await isThere(join(folder, LAST)))) return false;
  await rm(path);
  return true;
}

/** Kept apart under the updates behind them: a checkpoint that is fallen back on finds the weights that it names. */
export const writeBest = (folder: string, { step, epoch }: NonNullable<Checkpoint['best']>, weights: HostTensors) =>
  writeSealed(join(folder, bestFile(step)), weights, JSON.stringify({ epoch }));

/** Throws IchorError `weights-unreadable`. */
export async function readBest(folder: string, { step }: NonNullable<Checkpoint['best']>): Promise<HostTensors> {
  const path = join(folder, bestFile(step));
  if (!(await isThere(path))) throw unreadable(path, 'it is gone');
  return (await readSealed(path)).tensors;
}

/** A finished artifact holds no checkpoints. */
export async function removeCheckpoints(folder: string): Promise<void> {
  const ours = [LAST, BEFORE, NEXT].flatMap((name) => [name, `${name}.tmp`]);
  for (const name of await readdir(folder))
    if (ours.includes(name) || BEST.test(name)) await rm(join(folder, name), { force: true });
}
