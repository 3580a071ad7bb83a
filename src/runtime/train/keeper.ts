import { setTimeout as sleep } from 'node:timers/promises';
import { IchorError } from '../../errors.ts';
import { systemCode } from '../../files/system-error.ts';
import { bestMetric, type TrainBlock } from '../../registry/recipe.ts';
import { type Checkpoint, dropBefore, findCheckpoint, writeBest, writeCheckpoint } from '../artifacts/checkpoints.ts';
import type { HostTensors } from '../engine/engine.ts';
import type { StageContext } from '../stage.ts';
import { formatBytes, freeBytes } from '../store/disk.ts';

/** Where a recipe says nothing, so long a training goes without a checkpoint inside of an epoch. */
const EVERY_MS = 10 * 60_000;
/** A checkpoint that took long to write is written less often: at most one per cent of the time goes into them. */
const SHARE = 100;
/** What a training that is to stop may still take for its checkpoint: Slurm's jobs hear of it 120 s before. */
const RESCUE_MS = 90_000;

export interface KeeperOptions {
  /** The name of the training's instance in events. */
  id: string;
  block: Pick<TrainBlock, 'checkpoint'>;
  context: Pick<StageContext, 'folder' | 'emit'>;
  /** Milliseconds, for tests of what depends on time. */
  now?: () => number;
}

/** What a training keeps on its way, and when: from the newest whole checkpoint of its folder it goes on. */
export class Keeper {
  /** Updates behind the last checkpoint; null: there is none. */
  kept: number | null = null;
  private readonly now: () => number;
  private written: number;
  private writing = 0;

  constructor(private readonly options: KeeperOptions) {
    this.now = options.now ?? (() => performance.now());
    this.written = this.now();
  }

  /**
   * Null where there is none to go on from. A damaged disk is no reason to stop: the one before is taken, or training starts
   * again, and a note says so.
   */
  async find(fits: (state: HostTensors) => boolean): Promise<Checkpoint | null> {
    const { context, id } = this.options;
    const { checkpoint, damaged } = await findCheckpoint(context.folder, fits);
    this.kept = checkpoint?.step ?? null;
    const then =
      checkpoint === null
        ? 'Training starts again from its first epoch.'
        : `Training goes on from the checkpoint before it, after update ${checkpoint.step}.`;
    if (damaged.length > 0)
      context.emit({
        type: 'note',
        stage: id,
        level: 'warning',
        code: 'checkpoint-unreadable',
        message: `${damaged.join(' ')} ${then}`,
      });
    return checkpoint;
  }

  /** Whether it is time for a checkpoint inside of an epoch, after so many updates. */
  due(step: number): boolean {
    const { checkpoint } = this.options.block;
    const every = checkpoint === 'last' ? undefined : checkpoint.everySteps;
    if (every !== undefined) return step % every === 0;
    return this.now() - this.written >= Math.max(EVERY_MS, SHARE * this.writing);
  }

  /** Throws IchorError `disk-full` where there is no room; the last checkpoint stays. */
  async write(checkpoint: Checkpoint): Promise<void> {
    const began = this.now();
    await this.withRoom(checkpoint, () => writeCheckpoint(this.options.context.folder, checkpoint));
    this.kept = checkpoint.step;
    this.written = this.now();
    this.writing = this.written - began;
  }

  /** The best weights so far, before the checkpoint that names them. Throws as `write` does. */
  writeBest(checkpoint: Checkpoint, best: NonNullable<Checkpoint['best']>, weights: HostTensors): Promise<void> {
    return this.withRoom(checkpoint, () => writeBest(this.options.context.folder, best, weights));
  }

  /**
   * A checkpoint of a training that is to stop, where that takes no longer than somebody who stops it waits. What keeps it
   * from being written is told, and no error: the training stops either way.
   * @param state reads what is to be kept.
   */
  async rescue(checkpoint: Checkpoint, updates: number, state: () => Promise<HostTensors>): Promise<void> {
    if (checkpoint.step === (this.kept ?? 0)) return;
    const { id, context } = this.options;
    const lost = `its updates after ${this.kept ?? 0} are made again`;
    const given = new AbortController();
    const late = sleep(RESCUE_MS, 'late' as const, { signal: given.signal, ref: false }).catch(() => 'late' as const);
    const work = (async () => {
      await this.write({ ...checkpoint, state: await state() });
      return 'written' as const;
    })();
    try {
      const end = await Promise.race([work, late]);
      if (end === 'late') throw new Error(`its checkpoint was not written within ${RESCUE_MS / 1000} s`);
      const message = `${id} stopped after update ${checkpoint.step} of ${updates}; a checkpoint of it is kept.`;
      context.emit({ type: 'note', stage: id, level: 'info', message });
    } catch (error) {
      // The write that is still under way ends with the process, and what it leaves is no checkpoint.
      work.catch(() => {});
      const why = error instanceof Error ? error.message : String(error);
      context.emit({
        type: 'note',
        stage: id,
        level: 'warning',
        code: 'checkpoint-not-written',
        message: `${id} stopped after update ${checkpoint.step} of ${updates}, and ${lost}: ${why}`,
      });
    } finally {
      given.abort();
    }
  }

  /** Where the disk is full, the room of the checkpoint before the last is taken first. */
  private async withRoom(checkpoint: Checkpoint, work: () => Promise<void>): Promise<void> {
    const { folder } = this.options.context;
    try {
      await work();
    } catch (error) {
      if (!isFull(error)) throw error;
      if (!(await dropBefore(folder))) throw await this.full(checkpoint, error);
      await work().catch(async (again: unknown) => {
        throw isFull(again) ? await this.full(checkpoint, again) : again;
      });
    }
  }

  private async full({ state }: Checkpoint, cause: unknown): Promise<IchorError> {
    const { context, id, block } = this.options;
    const tensors = Object.entries(state);
    const bytes = (of: typeof tensors) => of.reduce((sum, [, { data }]) => sum + data.byteLength, 0);
    const best =
      bestMetric(block.checkpoint) === null ? 0 : bytes(tensors.filter(([name]) => name.startsWith('weights/')));
    const free = await freeBytes(context.folder).catch(() => null);
    const left = free === null ? 'is full' : `has ${formatBytes(free)} left`;
    const from =
      this.kept === null
        ? 'its beginning: no checkpoint was written yet'
        : `update ${this.kept}, whose checkpoint is kept`;
    return new IchorError(
      'disk-full',
      `A checkpoint of ${id} needs ${formatBytes(bytes(tensors) + best)}, and the disk of ${context.folder} ${left}.`,
      `Free some room (\`ichor store gc\` removes what no run refers to), then run the same command again: it goes on from ${from}.`,
      1,
      { cause },
    );
  }
}

const isFull = (error: unknown): boolean => ['ENOSPC', 'EDQUOT'].includes(systemCode(error) ?? '');
