import { join } from 'node:path';
import { existsSync, mkdir, rm } from '../../files/fs.ts';
import { hasForm, isList, isNumber, isText, listOf, orNull, readJsonIfSound } from '../../files/json.ts';
import { foldersIn } from '../../files/list.ts';
import { replaceFile, writeSynced } from '../../files/write.ts';
import type { Plain } from '../../registry/values/value.ts';
import { parseRange } from '../range.ts';
import type { ProcessIdentity } from '../store/process-identity.ts';
import type { Job } from './graph.ts';
import { isOver, type JobState, START } from './state.ts';

/** A job as it stands in `jobs.json`: its place in the list is its place everywhere. */
export interface PlacedJob extends Omit<Job, 'needs'> {
  /** Places of the jobs that make what it reads. */
  needs: readonly number[];
  /** Hash of the resolved recipe of its point: who runs it has to mean the same. */
  recipe: string;
}

/** `jobs.json`: all that a process on another machine has to know to run one of them. */
export interface JobsFile {
  format: 1;
  /** `sweep-sizes.smoke`, `table-selection`, `run-quickstart`: also of the folder. */
  name: string;
  /** Drawn where places are given anew: what is listed under another one has places of another list. */
  token: string;
  /** Name of the executor, and what its file says of it. */
  executor: string;
  params: Readonly<Record<string, Plain>>;
  /** What the points are of, as the command line reads it. */
  of: unknown;
  /** The working directory of the driver, absolute. */
  cwd: string;
  /** Absolute. */
  store: string;
  /** What runs a job has to be the same as the driver: versions of ichor and of Node.js, and the engine. */
  version: string;
  node: string;
  engine: { kind: string; version: string } | null;
  /** With --exact: the class of instruction set that everything is to be computed with; null else. */
  isa: string | null;
  /** Threads of the native engine, settled once for all; null where the recipes say it. */
  threads: number | null;
  jobs: readonly PlacedJob[];
}

/** What of its point a job makes, as whoever runs points is told it. */
export function partOfPoint({ until }: Pick<PlacedJob, 'until'>, { ranges = 1 }: JobsFile['params']) {
  const part = until === null ? null : (parseRange(until) ?? { id: until, range: null });
  return {
    ranges: Number(ranges),
    ...(part === null ? {} : { until: part.id }),
    ...(part?.range ? { range: part.range } : {}),
  };
}

/** `driver.json`: where each job stands, by its place. Written by the driver alone. */
export interface DriverFile {
  format: 1;
  /** By the clock of the driver's machine: shown. */
  started: string;
  process: ProcessIdentity;
  states: readonly JobState[];
}

export const jobsFolder = (storeRoot: string, name: string): string => join(storeRoot, 'jobs', name);
/** What a job prints. */
export const logFile = (folder: string, place: number): string => join(folder, 'logs', `${place}.log`);
/** Stands there where somebody gave the jobs up: nothing is submitted, and what is ended is not put back. */
export const cancelFile = (folder: string): string => join(folder, 'cancel');

/** By it an executor finds the jobs of a folder: letters, digits and hyphens. */
export const labelOf = ({ token }: Pick<JobsFile, 'token'>): string => `ichor-${token}`;

const isJobs = hasForm({
  format: (value) => value === 1,
  name: isText,
  token: isText,
  executor: isText,
  cwd: isText,
  store: isText,
  version: isText,
  node: isText,
  threads: orNull(isNumber),
  jobs: listOf(hasForm({ name: isText, point: isText, until: orNull(isText), needs: isList, makes: isList })),
});
const isDriver = hasForm({
  format: (value) => value === 1,
  states: listOf(hasForm({ phase: isText, id: orNull(isText), submissions: isNumber })),
});

/** Null where there is none, or it is damaged: then everything is submitted anew, and found in the store. */
export const readJobs = (folder: string): Promise<JobsFile | null> =>
  readJsonIfSound(join(folder, 'jobs.json'), isJobs);
export const readDriver = (folder: string): Promise<DriverFile | null> =>
  readJsonIfSound(join(folder, 'driver.json'), isDriver);

export const writeDriver = (folder: string, driver: DriverFile): Promise<void> =>
  replaceFile(join(folder, 'driver.json'), `${JSON.stringify(driver)}\n`);

/** Names of the folders of jobs of a store. */
export const jobsFolders = (storeRoot: string): Promise<string[]> => foldersIn(join(storeRoot, 'jobs'));

/** Keys of all that jobs are to make, by the last call of each command. */
export async function keysOfJobs(storeRoot: string): Promise<Set<string>> {
  const keys = new Set<string>();
  for (const name of await jobsFolders(storeRoot))
    for (const { makes } of (await readJobs(jobsFolder(storeRoot, name)))?.jobs ?? [])
      for (const { key } of makes) keys.add(key);
  return keys;
}

export const isCancelled = (folder: string): boolean => existsSync(cancelFile(folder));
export const markCancelled = (folder: string): Promise<void> => writeSynced(cancelFile(folder), '');

/** What an earlier driver left of these jobs, by their names; null where nothing of it may be under way. */
export async function leftBehind(folder: string): Promise<{ jobs: JobsFile; states: readonly JobState[] } | null> {
  const jobs = await readJobs(folder);
  const driver = await readDriver(folder);
  if (jobs === null || driver === null || driver.states.length > jobs.jobs.length) return null;
  // A driver that died as it began had added jobs, and written nothing of them.
  const states = jobs.jobs.map((_, place) => driver.states[place] ?? START);
  return isOver(states) ? null : { jobs, states };
}

/** Makes the folder as a driver begins; of jobs that are all over nothing is kept. */
export async function beginJobs(folder: string, jobs: JobsFile, kept: boolean): Promise<void> {
  if (!kept) await rm(folder, { recursive: true, force: true });
  await rm(cancelFile(folder), { force: true });
  await mkdir(join(folder, 'logs'), { recursive: true });
  await replaceFile(join(folder, 'jobs.json'), `${JSON.stringify(jobs, null, 1)}\n`);
}

/**
 * The jobs of a graph with places: those that an earlier driver may have under way keep theirs, so that a record, a queue and a
 * log mean the same job. What it had and is no longer wanted stays at its place, needed by none.
 */
export function placed(
  graph: readonly Job[],
  recipeOf: (point: string) => string,
  before: readonly PlacedJob[] = [],
): PlacedJob[] {
  const places = new Map(before.map(({ name }, place) => [name, place]));
  for (const { name } of graph) if (!places.has(name)) places.set(name, places.size);
  const jobs = [...before];
  for (const { needs, ...job } of graph)
    jobs[places.get(job.name) as number] = {
      ...job,
      needs: needs.map((need) => places.get(need) as number),
      recipe: recipeOf(job.point),
    };
  return jobs;
}
