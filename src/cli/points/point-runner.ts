import type { Emit } from '../../runtime/events.ts';

export interface PointTask {
  /** Hash of its resolved recipe: who runs it has to mean the same. */
  recipe: string;
  /** The run that stood for this point before: recalled where nothing became stale. */
  before: string | null;
  emit: Emit;
  /** Stop after this instance: a part that other points need, or that is made beside others. It leaves a run of its own, by its name. */
  until?: string;
  /** Of that instance make this range alone. */
  range?: { place: number; of: number };
  /** Look for ranges of what is to be made, so many of each. */
  ranges?: number;
}

/** Runs the points of sweeps and tables: in this process, or in several beside it. */
export interface PointRunner {
  /** Says the run's name. Throws what the run throws. */
  run(key: string, task: PointTask): Promise<string>;
  close(): Promise<void>;
}
