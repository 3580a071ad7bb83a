import { appendFileSync } from 'node:fs';
import { copyFile, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import type { Stamp } from '../../registry/leak.ts';
import type { EngineKind } from '../engine/engine.ts';
import type { RunEvent } from '../events.ts';
import type { Notice } from '../notices/notice.ts';
import type { StageName } from '../stage.ts';
import { mayBeAlive, type ProcessIdentity, thisProcess } from '../store/process-identity.ts';
import { names } from '../store/store.ts';
import type { GitState } from './git-state.ts';
import { readTraits } from './run-traits.ts';

export type RunStatus = 'running' | 'done' | 'failed' | 'interrupted';

/** `run.json` of a run: what it is, what it refers to, how it went. */
export interface RunRecord {
  name: string;
  recipe: string;
  /** SHA-256 of the resolved recipe without the source's root. */
  recipeHash: string;
  status: RunStatus;
  smoke: boolean;
  synthetic: boolean;
  /** What the recipe accepted: stands beside every number. Absent where it is nothing. */
  stamps?: readonly Stamp[];
  until: string | null;
  /** Made by `ichor predict` from this run. */
  predictsWith: string | null;
  /** Made by `ichor ensemble` from the predictions of these runs; absent else. */
  ensemble?: {
    mean: 'probabilities' | 'logits';
    runs: { run: string; recipe: string; recipeHash: string; model: string; predictions: string }[];
  };
  engine: { kind: EngineKind; version: string } | null;
  /** Package to version: what computed. */
  versions: Record<string, string>;
  /** `backbone small-cnn` to its version. */
  components: Record<string, number>;
  /** What the data were: the fingerprint of the files, or the key of the artifact that a source generated. */
  data: { fingerprint: string; files: number | null };
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
  private constructor(
    readonly folder: string,
    readonly record: RunRecord,
  ) {}

  /** Takes the next free number: `<recipe>-<n>`. */
  static async create(
    storeRoot: string,
    init: Omit<RunRecord, 'name' | 'status' | 'started' | 'finished' | 'error' | 'process' | 'artifacts'>,
    recipeText: string,
  ): Promise<RunFolder> {
    const runs = join(storeRoot, 'runs');
    const base = init.recipe.replaceAll(/[^A-Za-z0-9._-]+/g, '-');
    for (let n = 1; ; n++) {
      const name = `${base}-${n}`;
      try {
        await mkdir(join(runs, name));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw error;
      }
      const now = new Date().toISOString();
      const record: RunRecord = {
        name,
        ...init,
        status: 'running',
        started: now,
        finished: null,
        error: null,
        process: thisProcess(),
        artifacts: {},
      };
      const run = new RunFolder(join(runs, name), record);
      await writeFile(join(run.folder, 'recipe.resolved.yaml'), recipeText);
      await run.save();
      return run;
    }
  }

  async save(): Promise<void> {
    const file = join(this.folder, 'run.json');
    await writeFile(`${file}.new`, `${JSON.stringify(this.record, null, 2)}\n`);
    await rename(`${file}.new`, file);
  }

  /** One JSON line in `log.jsonl`. Synchronous: the last lines before a crash are the ones that matter. */
  log(event: RunEvent | { type: string; [key: string]: unknown }): void {
    appendFileSync(join(this.folder, 'log.jsonl'), `${JSON.stringify({ time: new Date().toISOString(), ...event })}\n`);
  }

  /** Puts a file of an artifact within reach, without a second copy where the disk allows that. */
  async show(file: string, as: string): Promise<void> {
    const target = join(this.folder, as);
    await rm(target, { force: true });
    await link(file, target).catch(() => copyFile(file, target));
  }

  async end(status: RunStatus, error: string | null = null): Promise<void> {
    this.record.status = status;
    this.record.finished = new Date().toISOString();
    this.record.error = error;
    await this.save();
  }
}

/** All runs of a store, oldest first. One that died without a word reads `interrupted`. */
export async function listRuns(storeRoot: string): Promise<{ folder: string; record: RunRecord }[]> {
  const runs = [];
  for (const name of await names(join(storeRoot, 'runs'))) {
    const folder = join(storeRoot, 'runs', name);
    const record = await readRun(folder);
    if (record !== null) runs.push({ folder, record });
  }
  return runs.sort((a, b) => a.record.started.localeCompare(b.record.started));
}

export async function readRun(folder: string): Promise<RunRecord | null> {
  const text = await readFile(join(folder, 'run.json'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT' && error.code !== 'ENOTDIR') throw error;
    return null;
  });
  if (text === null) return null;
  const record = JSON.parse(text) as RunRecord;
  if (record.status === 'running' && !mayBeAlive(record.process)) record.status = 'interrupted';
  return record;
}

export interface FoundRun {
  folder: string;
  record: RunRecord;
  /** Of how many runs of the recipe that was named this one was taken; null where the run itself was named. */
  among: number | null;
  /** The newest of those that were passed over because something was set for them, or a profile; null: it is the newest. */
  passedOver: string | null;
}

/** Runs named where there is no run of the name that was asked for. */
const NAMED = 8;

/**
 * A run by its name (`quickstart-1`) or by its folder; `quickstart` stands for the newest finished run of that recipe as it
 * stands, without `--set` or profile, and for the newest one at all where there is none such. A recipe's name stands for no
 * ensemble that is called like it, unless there is nothing else of that name.
 */
export async function findRun(storeRoot: string, nameOrFolder: string): Promise<FoundRun> {
  for (const folder of [join(storeRoot, 'runs', nameOrFolder), nameOrFolder]) {
    const record = await readRun(folder);
    if (record !== null) return { folder, record, among: null, passedOver: null };
  }
  const runs = await listRuns(storeRoot);
  const named = runs.filter(({ record }) => record.recipe === nameOrFolder && record.predictsWith === null);
  const trained = named.filter(({ record }) => record.ensemble === undefined);
  const ofRecipe = trained.length > 0 ? trained : named;
  const done = ofRecipe.filter(({ record }) => record.status === 'done');
  // A smoke run of the same recipe is nothing that anybody means by the recipe's name.
  const whole = done.filter(({ record }) => !record.smoke);
  const meant = whole.length > 0 ? whole : done.length > 0 ? done : ofRecipe;
  const newest = meant.at(-1);
  if (newest !== undefined) {
    const taken = (await newestAsItStands(meant)) ?? newest;
    const passedOver = taken === newest ? null : newest.record.name;
    return { ...taken, among: ofRecipe.length, passedOver };
  }
  const more = runs.length - NAMED;
  throw new IchorError(
    'unknown-run',
    `There is no run \`${nameOrFolder}\` in ${join(storeRoot, 'runs')}.`,
    runs.length > 0
      ? `There are ${runs
          .slice(-NAMED)
          .map(({ record }) => record.name)
          .join(', ')}${more > 0 ? ` and ${more} more: \`ichor runs list\`` : ''}.`
      : 'No recipe has run in this store yet: `ichor run RECIPE`.',
    2,
  );
}

/** Who names a recipe means what its file says, not what was tried last with `--set` or a profile. */
async function newestAsItStands<T extends { folder: string }>(runs: readonly T[]): Promise<T | null> {
  for (const run of runs.toReversed()) {
    const { profile, set } = await readTraits(run.folder);
    if (profile.length === 0 && set.length === 0) return run;
  }
  return null;
}
