import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { appendFileSync, existsSync, mkdir, rename, rm } from '../../files/fs.ts';
import {
  hasForm,
  ifThere,
  isMap,
  isNumber,
  isText,
  isTruth,
  listOf,
  mapOf,
  NotJson,
  orNull,
  readJson,
} from '../../files/json.ts';
import { foldersIn } from '../../files/list.ts';
import { explainSystemError, isSystemError, systemCode } from '../../files/system-error.ts';
import { asideOf, replaceFile, writeSynced } from '../../files/write.ts';
import type { Stamp } from '../../registry/leak.ts';
import type { LabelsTable } from '../artifacts/known-labels.ts';
import type { Mark } from '../artifacts/marks.ts';
import type { EngineKind } from '../engine/engine.ts';
import type { RunEvent } from '../events.ts';
import type { RunMachine } from '../machine.ts';
import type { Notice } from '../notices/notice.ts';
import type { StageName } from '../stage-names.ts';
import { isProcessIdentity, mayBeAlive, type ProcessIdentity, thisProcess } from '../store/process-identity.ts';
import { belongings } from './belonging.ts';
import type { GitState } from './git-state.ts';
import { HistoryFile } from './history-file.ts';
import { RUN_RECIPE, recipeFileHash } from './run-recipe.ts';

export type RunStatus = 'running' | 'done' | 'failed' | 'interrupted';

/** The test side of a run, and when its labels were opened, in order. */
export interface TestSide {
  /** SHA-256 of its slices: runs that hold out the same ones have the same. */
  of: string;
  opened: readonly string[];
}

/** `run.json` of a run: what it is, what it refers to, how it went. */
export interface RunRecord {
  name: string;
  recipe: string;
  /** SHA-256 of the resolved recipe without the source's root. */
  recipeHash: string;
  /** SHA-256 of `recipe.resolved.yaml` as the run wrote it. Absent in runs of before 0.2. */
  recipeFileHash?: string;
  status: RunStatus;
  smoke: boolean;
  synthetic: boolean;
  /** What the recipe accepted: stands beside every number. Absent where it is nothing. */
  stamps?: readonly Stamp[];
  /** What stands on everything that it predicts: of the data, and of its networks with their verdict. Absent where it is nothing. */
  marks?: readonly Mark[];
  until: string | null;
  /** Made by `ichor predict` from this run. */
  predictsWith: string | null;
  /** The labels that predictions are judged by (`ichor evaluate`): their table, without its name where the data are private. */
  judgedBy?: LabelsTable & { file: string | null };
  /** Its test side and when that was opened (`ichor evaluate RUN --test-side`); absent until then. */
  testSide?: TestSide;
  /** Made by `ichor ensemble` from the predictions of these runs; absent else. */
  ensemble?: {
    mean: 'probabilities' | 'logits';
    runs: { run: string; recipe: string; recipeHash: string; model: string; predictions: string }[];
  };
  engine: { kind: EngineKind; version: string } | null;
  /** What its artifacts were computed with; absent until it is done, and in runs of earlier versions. */
  machines?: readonly RunMachine[];
  /** Package to version: what computed. */
  versions: Record<string, string>;
  /** `backbone small-cnn` to its version. */
  components: Record<string, number>;
  /** What the data were: the fingerprint of the files, or the key of the artifact that a source generated. */
  data: {
    fingerprint: string;
    files: number | null;
    /** Name of the source component. Absent in runs of earlier versions, as is what follows. */
    source?: string;
    /** True where the folder was named on the command line (`--set data.source.root=DIR`), and not by the recipe's file. */
    rootSet?: boolean;
  };
  git: GitState | null;
  started: string;
  finished: string | null;
  error: string | null;
  /** What was left out, repaired or is doubtful; absent before the run has ended, and in runs of before 0.2. */
  notices?: readonly Notice[];
  process: ProcessIdentity;
  /** References into the store, by instance id. */
  artifacts: Record<string, { stage: StageName; key: string }>;
}

/** The folder of one run: references to artifacts, the resolved recipe, the log, the report. */
export class RunFolder {
  /** `history.csv`: losses and rates as its networks train. */
  readonly history: HistoryFile;

  private constructor(
    readonly folder: string,
    readonly record: RunRecord,
  ) {
    this.history = new HistoryFile(folder);
  }

  /** Takes the next free number: `<recipe>-<n>`. That of a run which was removed is not free while something refers to it by its name. */
  static async create(
    storeRoot: string,
    init: Omit<
      RunRecord,
      'name' | 'recipeFileHash' | 'status' | 'started' | 'finished' | 'error' | 'process' | 'artifacts'
    >,
    recipeText: string,
  ): Promise<RunFolder> {
    const runs = join(storeRoot, 'runs');
    const base = init.recipe.replaceAll(/[^A-Za-z0-9._-]+/g, '-');
    const taken = await namesReferredTo(storeRoot);
    for (let n = 1; ; n++) {
      const name = `${base}-${n}`;
      if (taken.has(name) && !existsSync(join(runs, name))) continue;
      try {
        await mkdir(join(runs, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
        if (init.predictsWith === null || !(await clearFailed(storeRoot, name))) continue;
        // Another process may have taken it meanwhile: then the next number is tried.
        const made = await mkdir(join(runs, name)).then(
          () => true,
          (again: NodeJS.ErrnoException) => {
            if (again.code === 'EEXIST') return false;
            throw again;
          },
        );
        if (!made) continue;
      }
      const now = new Date().toISOString();
      const record: RunRecord = {
        name,
        ...init,
        recipeFileHash: recipeFileHash(recipeText),
        status: 'running',
        started: now,
        finished: null,
        error: null,
        process: thisProcess(),
        artifacts: {},
      };
      const run = new RunFolder(join(runs, name), record);
      await writeSynced(join(run.folder, RUN_RECIPE), recipeText);
      await run.save();
      return run;
    }
  }

  async save(): Promise<void> {
    await replaceFile(join(this.folder, 'run.json'), `${JSON.stringify(this.record, null, 2)}\n`);
  }

  /** One JSON line in `log.jsonl`. Synchronous: the last lines before a crash are the ones that matter. */
  log(event: RunEvent | { type: string; [key: string]: unknown }): void {
    appendFileSync(join(this.folder, 'log.jsonl'), `${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
  }

  async end(status: RunStatus, error: string | null = null): Promise<void> {
    this.record.status = status;
    this.record.finished = new Date().toISOString();
    this.record.error = error;
    await this.save();
  }
}

/** Runs that others, sweeps and tables name: who reads of one there has to find that one, or none. */
async function namesReferredTo(storeRoot: string): Promise<ReadonlySet<string>> {
  const runs = (await listRuns(storeRoot)).flatMap(({ record }) => [
    ...(record.predictsWith === null ? [] : [record.predictsWith]),
    ...(record.ensemble?.runs ?? []).map(({ run }) => run),
  ]);
  return new Set([...runs, ...(await belongings(storeRoot)).of.keys()]);
}

/**
 * A prediction that failed uses up no name: nothing refers to it, and what it has to say was of interest until the next
 * one. False where the name is of a run that came to something, or that somebody else is clearing away.
 */
async function clearFailed(storeRoot: string, name: string): Promise<boolean> {
  const folder = join(storeRoot, 'runs', name);
  const record = await readRun(folder);
  if (record === null || record.status !== 'failed' || record.predictsWith === null) return false;
  // Moved first, so that of two processes only one clears it; what a killed one leaves there, `store gc` finds.
  const aside = asideOf(join(storeRoot, 'partial', `${name}.failed`));
  try {
    await rename(folder, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
  return true;
}

/**
 * All runs of a store, oldest first. One that died without a word reads `interrupted`. One that cannot be read is passed
 * over: the others are what they were.
 * @param broken told of each that was passed over
 */
export async function listRuns(
  storeRoot: string,
  broken?: (folder: string, error: IchorError) => void,
): Promise<{ folder: string; record: RunRecord }[]> {
  const runs = [];
  for (const name of await foldersIn(join(storeRoot, 'runs'))) {
    const folder = join(storeRoot, 'runs', name);
    try {
      const record = await readRun(folder);
      if (record !== null) runs.push({ folder, record });
    } catch (error) {
      if (!(error instanceof IchorError)) throw error;
      broken?.(folder, error);
    }
  }
  return runs.sort((a, b) => a.record.started.localeCompare(b.record.started));
}

const STATES: readonly unknown[] = ['running', 'done', 'failed', 'interrupted'] satisfies RunStatus[];

const isRecord = hasForm({
  name: isText,
  recipeHash: isText,
  recipeFileHash: ifThere(isText),
  status: (value) => STATES.includes(value),
  artifacts: mapOf(hasForm({ stage: isText, key: isText })),
  recipe: ifThere(isText),
  smoke: ifThere(isTruth),
  synthetic: ifThere(isTruth),
  predictsWith: ifThere(orNull(isText)),
  judgedBy: ifThere(hasForm({ file: orNull(isText), hash: isText, rows: isNumber })),
  testSide: ifThere(hasForm({ of: isText, opened: listOf(isText) })),
  engine: ifThere(orNull(hasForm({ kind: isText, version: isText }))),
  versions: ifThere(mapOf(isText)),
  components: ifThere(mapOf(isNumber)),
  data: ifThere(hasForm({ fingerprint: ifThere(isText), files: ifThere(orNull(isNumber)) })),
  git: ifThere(orNull(isMap)),
  ensemble: ifThere(hasForm({ runs: listOf(hasForm({ run: isText })) })),
  started: ifThere(isText),
  process: ifThere(isProcessIdentity),
});

/** Of a record that another version wrote, with less in it. */
const NOTHING_SAID = {
  recipe: '',
  smoke: false,
  synthetic: false,
  until: null,
  predictsWith: null,
  engine: null,
  versions: {},
  components: {},
  data: { fingerprint: '', files: null },
  git: null,
  started: '',
  finished: null,
  error: null,
} satisfies Partial<RunRecord>;

/** Null where there is no run in the folder. Throws IchorError `run-damaged` (exit 2). */
export async function readRun(folder: string): Promise<RunRecord | null> {
  const file = join(folder, 'run.json');
  let record: RunRecord;
  try {
    const said = await readJson<RunRecord>(file, isRecord);
    record = { ...NOTHING_SAID, ...said, data: { ...NOTHING_SAID.data, ...said.data } };
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return null;
    if (error instanceof NotJson) throw damagedRun(folder, `${file} is damaged: ${error.message}.`, error);
    // A name as long as a sentence is no run's.
    if (systemCode(error) === 'ENAMETOOLONG') return null;
    if (isSystemError(error)) throw damagedRun(folder, (explainSystemError(error) as Error).message, error);
    throw error;
  }
  if (record.status === 'running' && !(record.process && mayBeAlive(record.process))) record.status = 'interrupted';
  return record;
}

/** `partial`: it ended where `--until` had it stop, so that it is no run of its recipe as a whole. */
export type RunState = RunStatus | 'partial';

export const stateOf = ({ status, until, artifacts }: RunRecord): RunState =>
  status === 'done' && (until ?? null) !== null && artifacts.report === undefined ? 'partial' : status;

const damagedRun = (folder: string, message: string, cause: unknown): IchorError =>
  new IchorError(
    'run-damaged',
    message,
    `Put a copy of it back, or delete the folder ${folder} and run its recipe again: artifacts are kept in the store and only recalled.`,
    2,
    { cause },
  );
