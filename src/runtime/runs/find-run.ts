import { basename, dirname, join, resolve } from 'node:path';
import { IchorError } from '../../errors.ts';
import { nearest } from '../../registry/diagnostics/nearest.ts';
import { listRuns, type RunRecord, readRun, stateOf } from './run-folder.ts';
import { type RunTraits, readTraits } from './run-traits.ts';
import { taggedRun } from './tags.ts';

export interface FoundRun {
  folder: string;
  /** The store that it lies in, and what it refers to: another than the one that was asked where its folder was named. */
  storeRoot: string;
  record: RunRecord;
  /** Of how many runs of the recipe that was named this one was taken; null where the run itself was named, or a tag. */
  among: number | null;
  /** The newest of those that were passed over, and why; null: it is the newest. */
  passedOver: PassedOver | null;
  /** What was named is a tag of this run. */
  tagged?: true;
}

export interface PassedOver {
  run: RunRecord;
  /** It stopped early, had a smoke run's few steps, is on other data than the run that was taken, or something was set for it. */
  why: 'partial' | 'smoke' | 'data' | 'set';
}

/** Runs named where there is no run of the name that was asked for. */
const NAMED = 8;

/**
 * A run by its name (`quickstart-1`), by its folder or by a tag; `quickstart` stands for the newest whole run of that recipe
 * as it stands. What was stopped by `--until`, cut down by `--smoke`, made from other data, or changed by `--set` or a
 * profile never takes the name from one that was not, in this order; where there is nothing else it is taken. A recipe's
 * name stands for no ensemble that is called like it, unless there is nothing else of that name.
 */
export async function findRun(storeRoot: string, nameOrFolder: string): Promise<FoundRun> {
  const named = await findNamed(storeRoot, nameOrFolder);
  if (named !== null) return named;
  const runs = await listRuns(storeRoot, (folder, error) => {
    // It may be the one that is meant: an older one in its place would be another without a word.
    if (basename(folder).replace(/-\d+$/, '') === nameOrFolder) throw error;
  });
  const called = runs.filter(({ record }) => record.recipe === nameOrFolder && record.predictsWith === null);
  const trained = called.filter(({ record }) => record.ensemble === undefined);
  const ofRecipe = trained.length > 0 ? trained : called;
  const done = ofRecipe.filter(({ record }) => record.status === 'done');
  const newest = (done.length > 0 ? done : ofRecipe).at(-1);
  if (newest !== undefined) {
    if (done.length === 0) return { ...newest, storeRoot, among: ofRecipe.length, passedOver: null };
    const { taken, passedOver } = chosen(await withTraits(done));
    return { folder: taken.folder, storeRoot, record: taken.record, among: ofRecipe.length, passedOver };
  }
  const more = runs.length - NAMED;
  const near = nearest(nameOrFolder, new Set(runs.flatMap(({ record }) => [record.recipe, record.name])));
  throw new IchorError(
    'unknown-run',
    `There is no run \`${nameOrFolder}\` in ${join(storeRoot, 'runs')}.`,
    runs.length > 0
      ? `${near === null ? '' : `Did you mean \`${near}\`? `}There are ${runs
          .slice(-NAMED)
          .map(({ record }) => record.name)
          .join(', ')}${more > 0 ? ` and ${more} more: \`ichor runs list\`` : ''}.`
      : 'No recipe has run in this store yet: `ichor run RECIPE`.',
    2,
  );
}

/** A run that is named itself: by its name, its folder or a tag; null where nothing is called so. */
export async function findNamed(storeRoot: string, nameOrFolder: string): Promise<FoundRun | null> {
  for (const folder of [join(storeRoot, 'runs', nameOrFolder), nameOrFolder]) {
    const record = await readRun(folder);
    if (record !== null)
      return { folder, storeRoot: storeOf(folder, storeRoot), record, among: null, passedOver: null };
  }
  const run = await taggedRun(storeRoot, nameOrFolder);
  const folder = run === null ? null : join(storeRoot, 'runs', run);
  const record = folder === null ? null : await readRun(folder);
  return folder !== null && record !== null
    ? { folder, storeRoot, record, among: null, passedOver: null, tagged: true }
    : null;
}

/** A folder of a run that was taken out of its store belongs to the one that was asked. */
function storeOf(folder: string, asked: string): string {
  const runs = dirname(resolve(folder));
  return basename(runs) === 'runs' ? dirname(runs) : asked;
}

export interface Candidate {
  folder: string;
  record: RunRecord;
  traits: RunTraits;
}

const withTraits = async (runs: readonly { folder: string; record: RunRecord }[]): Promise<Candidate[]> => {
  const all: Candidate[] = [];
  for (const run of runs) all.push({ ...run, traits: await readTraits(run.folder) });
  return all;
};

/** Of finished runs of one recipe, oldest first, the one that its name stands for. At least one is given. */
export function chosen(runs: readonly Candidate[]): { taken: Candidate; passedOver: PassedOver | null } {
  const newest = runs.at(-1) as Candidate;
  let left = runs;
  let why: PassedOver['why'] | null = null;
  const keep = (reason: PassedOver['why'], fits: (run: Candidate) => boolean) => {
    const fitting = left.filter(fits);
    if (fitting.length === 0) return;
    if (left.includes(newest) && !fitting.includes(newest)) why ??= reason;
    left = fitting;
  };
  keep('partial', ({ record }) => stateOf(record) !== 'partial');
  keep('smoke', ({ record }) => !record.smoke);
  // What the recipe's file names is its own data, as they stand today. Where each run was given a folder, the first has the name.
  keep('data', ({ record, traits }) => !isRootSet(record, traits));
  if (left.every(({ record, traits }) => isRootSet(record, traits))) {
    const first = left[0]?.record.data.fingerprint;
    keep('data', ({ record }) => record.data.fingerprint === first);
  }
  keep('set', ({ traits: { profile, set } }) => profile.length === 0 && set.length === 0);
  const taken = left.at(-1) as Candidate;
  return { taken, passedOver: taken === newest || why === null ? null : { run: newest.record, why } };
}

/** The text of a private source's recipe is without its folder: then only the record says so. */
const isRootSet = ({ data }: RunRecord, { rootSet }: RunTraits): boolean => data.rootSet ?? rootSet;
