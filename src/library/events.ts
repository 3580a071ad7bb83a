import type { Diagnostic } from '../registry/diagnostics/diagnostic.ts';
import type { RunEvent } from '../runtime/events.ts';

/**
 * What is told while a plan, a run or a prediction goes on. `begin` comes first, `notices` last; which others come, and how
 * often, depends on what there is to do. Types are added in later versions: let unknown ones pass.
 */
export type WorkEvent = BeginEvent | FindingsEvent | RunEvent;

/** Everything that was stated is in order, and the work begins. */
export interface BeginEvent {
  type: 'begin';
  /** What it will be called after: the recipe's name, of a prediction `NAME-predict`. */
  recipe: string;
  /** What is known to stand on it by then: `SMOKE`. */
  marks: readonly string[];
  /** The run whose networks predict; null elsewhere. */
  predictsWith: string | null;
}

/** Of a prediction: what was found in the recipe of its run that concerns these pictures too. */
export interface FindingsEvent {
  type: 'findings';
  diagnostics: readonly Diagnostic[];
  /** Texts of the files that they point into. */
  sources: ReadonlyMap<string, string>;
}
