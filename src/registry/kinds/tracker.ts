import type { TObject } from 'typebox';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';
import { Type } from './type.ts';

/** A value of a recipe, by its path: lists of plain values are one text (`64, 32`). */
export type TrackValue = string | number | boolean | null;

/** What several runs are a part of. */
export interface TrackParent {
  /** Name of the recipe with the sweep, or of the table. */
  name: string;
  kind: 'sweep' | 'table';
  /** What this run is of it: a sweep's values by path; the row and its seeds of a table. */
  point: Readonly<Record<string, TrackValue>>;
}

/**
 * What happened in a run: plain JSON, and the whole of what a tracker learns. `time` is in ms since 1970. Of a source with
 * private identities nothing in it holds an id or a path of the source; records of what does (`identifies`) go to a tracker
 * only where the recipe says `identified: true` of it.
 */
export type TrackRecord =
  | TrackBegin
  | {
      /** Of one epoch of a training, or of what lies between two of its validations. */
      type: 'scalars';
      time: number;
      /** The network, as the plan names it: `backbone`, `backbone:fold-2`, `sequence`. */
      stage: string;
      /** Updates of this network so far. One that is not above the last of its stage: the training began again from before it, and what was sent of later steps is void. */
      step: number;
      /** Passes over the data so far; with a fraction where a training is stated in updates. */
      epoch: number;
      /**
       * Finite numbers by name: `train_loss`, `validation_loss`, `validation_mean_log_loss`, `validation_<metric>` of `checkpoint: { best: METRIC }`
       * (lower case, `_` for all else), `learning_rate`, `slices_per_second`, `gradient_norm`, `memory_mb`. What is not known is not there.
       */
      values: Readonly<Record<string, number>>;
    }
  | {
      /** Of evaluate: the figures of one model on one side, once they are there. What pages withhold (too few patients) is not among them. */
      type: 'figures';
      time: number;
      /** `backbone`, `sequence`. */
      model: string;
      /** `validation`, `train`. */
      side: string;
      values: Readonly<Record<string, number>>;
    }
  | {
      /** A file of the run that is done. It may be gone by the time that this is delivered. */
      type: 'artifact';
      time: number;
      /** Absolute, on this machine. (The journal keeps it from the run's folder, so that a store may move.) */
      path: string;
      /** Its name in the run: `report.html`. */
      name: string;
      holds: 'page' | 'table' | 'recipe' | 'pictures';
      /** Holds a row, an id, a path or a picture of somebody of a private source. False for every file of a public one. */
      identifies: boolean;
    }
  | {
      /** The last of a run, once at each of its ends: a run that goes on after it begins again. */
      type: 'end';
      time: number;
      /** `partial`: as far as `--until` had it go. */
      state: 'done' | 'partial' | 'failed' | 'interrupted';
      /** What it failed of, in one sentence (of a private source its code alone); null where it did not. */
      error: string | null;
      /** As of `begin`, with what its networks turned out to be: `WORSE THAN CONSTANT`. */
      marks: readonly string[];
    };

/** The first record of a run. */
export interface TrackBegin {
  type: 'begin';
  time: number;
  /** Its name: `quickstart-3`. */
  run: string;
  recipe: string;
  recipeHash: string;
  /** What has to stand beside every number, as far as it is known when a run begins: `SYNTHETIC`, `SMOKE`, `LEAKY SPLIT`. */
  marks: readonly string[];
  seed: number;
  dataSeed: number;
  /**
   * The resolved recipe by dotted paths, without places of this machine (`data.source.root`, `data.labels.file`), without `tracking` and what the file says of
   * itself; of a private source also without any path and any text of the source.
   */
  params: Readonly<Record<string, TrackValue>>;
  /** The same as YAML. */
  recipeText: string;
  parent: TrackParent | null;
  /** Package to version. */
  versions: Readonly<Record<string, string>>;
  engine: { kind: string; version: string } | null;
  /**
   * The earlier run that this one goes on with: it did not come to its end, and is of the same recipe. Its journal was taken over, so that what it
   * said was delivered before, or is now; none of it is said again.
   */
  resumes: string | null;
}

/** What a tracker works with. */
export interface TrackContext {
  /**
   * What the last delivery resolved with; null before the first. A run that goes on with another has that one's. Kept in the run's folder as
   * plain JSON: no secret may be in it, and no path of `folder`, which may move.
   */
  readonly state: unknown;
  /** A folder in the run's for files of this tracker: `<run>/tracking/<name>/`. Not made yet; of a run that goes on with another it holds that one's files. */
  readonly folder: string;
  /** Relative folders of a recipe are meant from here. */
  readonly workspace: string;
  /** Aborts at the time limit, and where the run is given up. Give it to `fetch`. */
  readonly signal: AbortSignal;
  /** Of what this run is a part of (a sweep, a table); null where it is of nothing. */
  readonly parent: null | {
    name: string;
    kind: 'sweep' | 'table';
    /**
     * Changes what this tracker keeps of it, for all of its runs: `change` gets what is kept (null at first), and what it resolves with is kept
     * and given back. Under a lock of the store: of two runs at once the second sees what the first one made.
     */
    update(change: (state: unknown) => Promise<unknown>): Promise<unknown>;
  };
}

/** Common fields of trackers. */
export interface TrackerCommon {
  /** Whether this tracker is sent what tells of single patients of a private source. */
  identified: boolean;
}

/** The same as a recipe may state them: no component has a parameter of one of these names. */
export const TRACKER_COMMON: TObject = Type.Object({
  identified: Type.Boolean({
    default: false,
    description:
      'Of a source with private identities: send files that hold a row, an id or a picture of a patient as well (pages, tables of slices).',
  }),
});

/** Where the runs of a recipe are followed: see `defineTracker`. */
export interface Tracker<P extends TObject = TObject> extends Base<P> {
  kind: 'tracker';
  /** The parameter that `--track NAME=VALUE` sets: one that takes a text. Absent: it takes no value. */
  argument?: string;
  /** `server`: the address that its parameters name, for `check` to look at: http or https, with a host. Null or absent: they name none. */
  contract(params: Params<P, TrackerCommon>): { readonly server?: string | null };
  /**
   * Delivers records, at least one, in their order. Resolves with the state to keep, as JSON: only then is the next record another one. A rejection leaves all of
   * them to be sent again, so that it has to bear being given a record twice: what it talks to may have taken a part. Never called twice at a time for one run.
   * Throw an `IchorError` that says what to do: it is shown as a warning, and the training goes on. Without secrets in its words.
   */
  send(records: readonly TrackRecord[], context: TrackContext, params: Params<P, TrackerCommon>): Promise<unknown>;
}

/**
 * Defines a tracker: where the runs of a recipe are followed, beside the run's own page. It receives what happened as records, from a
 * journal in the run's folder, and says how far it got: what could not be delivered is delivered later, by the run itself or by `ichor track sync`.
 * No training waits for one, and nothing of it changes a result or a key. `tracking:` of a recipe lists them, and `--track NAME` adds one.
 *
 * What a recipe states stands in the recipe of the run, and on its page: a parameter holds no password. Take those from the environment.
 *
 * @example
 * ```ts
 * import { defineTracker, Type } from 'ichor';
 *
 * export default defineTracker({
 *   name: 'acme/bell',
 *   version: 1,
 *   summary: 'Posts one line when a run has ended.',
 *   params: Type.Object({ url: Type.String({ default: 'http://localhost:8080', description: 'Where to.' }) }),
 *   argument: 'url',
 *   contract: ({ url }) => ({ server: url }),
 *   async send(records, { state, signal }, { url }) {
 *     let run = state;
 *     for (const record of records) {
 *       if (record.type === 'begin') run = record.run;
 *       if (record.type !== 'end') continue;
 *       const answer = await fetch(url, { method: 'POST', body: `${run}: ${record.state}`, signal });
 *       if (!answer.ok) throw new Error(`The bell answers ${answer.status}.`);
 *     }
 *     return run;
 *   },
 * });
 * ```
 */
export const defineTracker = <P extends TObject>(c: Written<Tracker<P>, TrackerCommon>) =>
  definer('tracker')(c) as Tracker<P>;
