import type { Emit } from '../../runtime/events.ts';

export interface PointTask {
  /** Hash of its resolved recipe: who runs it has to mean the same. */
  recipe: string;
  /** The run that stood for this point before: recalled where nothing became stale. */
  before: string | null;
  emit: Emit;
}

/** Runs the points of sweeps and tables: in this process, or in several beside it. */
export interface PointRunner {
  /** Says the run's name. Throws what the run throws. */
  run(key: string, task: PointTask): Promise<string>;
  close(): Promise<void>;
}
