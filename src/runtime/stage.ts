import type { RecipeLabels, ResolvedRecipe } from '../registry/recipe.ts';
import type { Registry } from '../registry/registry.ts';
import type { MemberMetrics } from './artifacts/metrics.ts';
import type { Engine, EngineKind } from './engine/engine.ts';
import type { Emit } from './events.ts';
import type { LedgerPart } from './ledger.ts';
import type { Look } from './look/look.ts';
import type { Warning } from './notices/notice.ts';
import type { MemberNotices } from './notices/of-members.ts';
import type { Range } from './range.ts';
import type { HeaderCache } from './sources/fingerprint.ts';
import type { StageName } from './stage-names.ts';
import type { Artifact } from './store/artifact.ts';
import type { Pretrained } from './weights/pretrained.ts';

export interface StageContext {
  recipe: ResolvedRecipe;
  registry: Registry;
  /** Which instance of the stage this is: `backbone` or `sequence` for predict; empty for others. */
  instance: string;
  /** Where the artifact is made. It may hold what an interrupted run finished: go on from there. */
  folder: string;
  /** By instance id: `inputs.get('predict:backbone')`. */
  inputs: ReadonlyMap<string, Artifact>;
  /** Absolute root of the source, or several: its `root` parameter, or the source artifact's folder where it generates. */
  sourceRoot: string | readonly string[];
  /** The recipe's own table of labels (`data.labels.file`), absolute; null, or absent: the source's. */
  labelsFile?: string | null;
  /**
   * Labels to judge predictions by, their table as a path of this machine, and its hash (sealed where the data are private): what
   * `ichor evaluate` was given.
   */
  evaluation?: { labels: RecipeLabels; path: string; hash: string };
  /** Key for HMACs of private identities, 32 bytes: kept beside the store. */
  identityKey: Buffer;
  /** Loads the engine at the first call. Only stages with `engine: true` may. */
  engine(): Promise<Engine>;
  /** `done` of `total` `unit`; also yields to timers and signals: await it between steps. */
  progress(done: number, total: number, unit: string, note?: string): Promise<void>;
  emit: Emit;
  /** Aborted on SIGINT, SIGTERM and SIGHUP: throw `signal.reason` at the next point that loses nothing. */
  signal: AbortSignal;
  /** Workers to use at most. Changes no result. */
  workers: number;
  /** Headers that were read for the source's fingerprint: index takes them instead of reading them again. */
  headers?: HeaderCache;
  /** What backbones start from, by instance id: a backbone that is absent starts at random. */
  weights?: ReadonlyMap<string, Pretrained>;
  /** The source's files as this run found them: what it reads has to be that. Absent where the source generates. */
  look?: Look;
  /** What the report shows beside the artifacts. */
  page: {
    /** The resolved recipe as YAML, without the root of a private source. */
    recipeText: string;
    recipeHash: string;
    /** The shipped recipe of this name, resolved; null where there is none. */
    shipped: ResolvedRecipe | null;
    /** `package` to version. */
    versions: Readonly<Record<string, string>>;
    engine: { kind: EngineKind; version: string } | null;
    /** The run whose networks predict here; null where this recipe trained its own. */
    predictsWith: string | null;
    /** When the labels of the test side that it is judged by were opened, this time last; absent: they are closed. */
    testSideOpened?: readonly string[];
    /** What the run warned of until the page is made, beside what ledgers hold. */
    warnings?: readonly Warning[];
    /** Of an ensemble: the figures of what it averages. */
    members?: readonly MemberMetrics[];
    /** Of an ensemble: what these said at their own ends. */
    said?: readonly MemberNotices[];
  };
}

/** A stage: from its slice of the recipe and the artifacts it reads to one artifact. */
export interface Stage {
  name: StageName;
  /** Raised when it makes something else of the same inputs. */
  version: number;
  /** Runs a model: the engine is part of its key. */
  engine: boolean;
  /** Writes the artifact's files into `context.folder`. Returns its part of the ledger. */
  run(context: StageContext): Promise<LedgerPart>;
  /** Where its work can be shared out among processes. */
  divided?: Divided;
}

/** How a stage's work is shared out. What it makes is the same to the byte, however that was done. */
export interface Divided {
  /** Raised when a range holds something else of the same inputs. */
  version: number;
  /** False of an instance that only puts together what others made. */
  applies(instance: string): boolean;
  /** Writes a range's part into `context.folder`, which may hold what an interrupted attempt finished. */
  part(context: StageContext, range: Range): Promise<void>;
  /** Puts what ranges hold into `context.folder`, from where `run` goes on: what is missing it makes itself. */
  join(context: StageContext, ranges: readonly { range: Range; folder: string }[]): Promise<void>;
}
