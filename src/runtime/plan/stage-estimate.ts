import { join } from 'node:path';
import { readdir, readFile } from '../../files/fs.ts';
import { updatesDone } from '../artifacts/checkpoints.ts';
import { isTraining } from '../stage-names.ts';
import type { Artifact } from '../store/artifact.ts';
import type { Cost } from '../store/cost.ts';
import type { KeyedInstance } from './keys.ts';
import { engineText } from './part-differences.ts';
import type { History } from './states.ts';

export interface StageEstimate extends Cost {
  /** Whose figure it is: what this machine was measured to do, what such a stage took, scaled, or what the networks and the counts say. */
  from: 'measured' | 'earlier run' | 'model';
  /** Share of the stage that an interrupted attempt has behind it: time and work are of the rest. Absent where it is nothing. */
  done?: number;
}

/**
 * What a stage will take from here on: the one figure that `plan` shows and `run` says. What the nearest earlier artifact of
 * the same engine took, in the ratio of the two estimates; else the model's figure; of both only the part that an
 * interrupted attempt has left.
 * @param cost the model's figure of the whole stage; null where it has none.
 * @param partial folder of an interrupted attempt.
 */
export async function stageEstimate(
  instance: KeyedInstance,
  cost: Cost | null,
  history: History,
  partial: string | null,
): Promise<StageEstimate | null> {
  const whole = await scaled(instance, cost, history);
  const done = whole === null || partial === null ? 0 : await shareDone(instance.stage.name, partial, whole);
  if (whole === null || done === 0) return whole;
  const { work } = whole;
  const left = 1 - done;
  // A training goes on from its last checkpoint, everything else within its one pass.
  const rest =
    work &&
    (work.updates === undefined ? { ...work, items: work.items * left } : { ...work, epochs: work.epochs * left });
  return { ...whole, seconds: whole.seconds * left, ...(rest && { work: rest }), done };
}

async function scaled(instance: KeyedInstance, cost: Cost | null, history: History): Promise<StageEstimate | null> {
  if (cost === null && instance.id !== 'source') return null;
  if (cost?.measured) return { ...cost, from: 'measured' };
  // An attempt that went on from a part says nothing of the whole.
  const engine = engineText(instance.parts.engine);
  const fits = await history.nearest(instance, (each) => !each.resumed && engineText(each.parts.engine) === engine);
  if (fits === null) return cost && { ...cost, from: 'model' };
  const { manifest } = fits.artifact;
  const ratio = (of: 'seconds' | 'bytes') => {
    const before = manifest.estimate?.[of] ?? 0;
    return cost === null || before === 0 ? 1 : cost[of] / before;
  };
  const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  const work = {
    ...(cost?.work === undefined ? {} : { work: cost.work }),
    ...(cost?.memoryBytes === undefined ? {} : { memoryBytes: cost.memoryBytes }),
  };
  return { seconds: manifest.seconds * ratio('seconds'), bytes: bytes * ratio('bytes'), ...work, from: 'earlier run' };
}

/** From 0 to 1; 0 where nothing can be said, as of stages of seconds. */
async function shareDone(stage: Artifact['stage'], folder: string, { work }: Cost): Promise<number> {
  if (isTraining(stage)) {
    const done = await updatesDone(folder);
    return done === null || work?.updates === undefined ? 0 : Math.min(1, done / work.updates);
  }
  if (stage === 'embed') {
    const { chunks = 0, of = 0 } = await chunksDone(folder);
    return of > 0 ? Math.min(1, chunks / of) : 0;
  }
  if (stage === 'shards') {
    const names = await readdir(folder);
    const shards = names.flatMap((name) => /-of-(\d+)\.tfrecord$/.exec(name)?.[1] ?? []);
    return shards.length === 0 ? 0 : Math.min(1, shards.length / Number(shards[0]));
  }
  return 0;
}

async function chunksDone(folder: string): Promise<{ chunks?: number; of?: number }> {
  const text = await readFile(join(folder, 'embedded.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    return '{}';
  });
  return JSON.parse(text) as { chunks?: number; of?: number };
}
