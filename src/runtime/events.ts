import type { EpochRow } from './artifacts/history.ts';
import type { EngineKind } from './engine/engine.ts';
import type { Notice } from './notices/notice.ts';

/** What the library tells while it works. The library never prints: the command line shows these. */
export type RunEvent =
  /** `eager`: `--eager` has the native engine compile no step. */
  | { type: 'engine'; kind: EngineKind; version: string; eager: boolean }
  | { type: 'stage-start'; stage: string; key: string; fresh: boolean; note?: string }
  | { type: 'stage-cached'; stage: string; key: string }
  | { type: 'stage-done'; stage: string; key: string; seconds: number }
  | { type: 'progress'; stage: string; done: number; total: number; unit: string; note?: string }
  | EpochEvent
  /** At a run's end, also where it failed: what was left out, repaired or is doubtful; an empty list where nothing is. */
  | { type: 'notices'; run: string; failed: boolean; notices: readonly Notice[] }
  | NoteEvent;

/** A warning has a code, and so a page that says what it means; of what goes well a code is there only where a program may look for it. */
export type NoteEvent = {
  type: 'note';
  stage?: string;
  message: string;
  hint?: string;
  /** It is a note of its stage's ledger too, said early: whoever reads both has it twice. */
  inLedger?: true;
} & ({ level: 'info'; code?: string } | { level: 'warning'; code: string });

/** One epoch of a training, or what lies between two of its validations, once its checkpoint is in place. */
export interface EpochEvent extends EpochRow {
  type: 'epoch';
  stage: string;
  /** Of how many; with a fraction where the training is stated in updates. */
  epochs: number;
  /** How often the weights change in all. */
  updates: number;
  /** How often they have so far: only where the training is stated in updates. */
  update?: number;
  /** How fast it went, its validation counted in; null for an epoch that an earlier attempt trained. */
  speed: null | {
    seconds: number;
    slicesPerSecond: number;
    /** In what the progress of the stage counts. */
    itemsPerSecond: number;
    unit: string;
    /** Share of the time that was spent inside of the engine: what is missing to 1 it waited for data, or was recorded. */
    engineShare: number;
  };
  /** Mean over its updates of the gradients' global norm before clipping; absent where nothing clips by it, of an earlier attempt's epoch, and where one was no number. */
  gradientNorm?: number;
}

export type Emit = (event: RunEvent) => void;
