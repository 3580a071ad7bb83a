import { realpath, statfs } from 'node:fs/promises';
import { type ExecutorContext, type ExecutorJob, IchorError } from '../../../src/index.ts';
import { ranges } from '../ranges.ts';
import { call } from './call.ts';
import { nameOf } from './name.ts';
import type { SlurmParams } from './params.ts';
import { refusal } from './refusal.ts';
import { script } from './script.ts';

/** Seconds before its end at which a job hears that it is to put its work away. */
const WARNED_SECONDS = 120;

/** Lengths of arrays that a controller takes, once a process. */
let longest: number | null = null;

/**
 * An array for each level of the graph: what a level needs stands in earlier ones, and it starts once those have ended, in whatever
 * way (`afterany`): each job looks for its inputs itself.
 */
export async function submit(
  jobs: readonly ExecutorJob[],
  context: ExecutorContext,
  params: SlurmParams,
): Promise<readonly string[]> {
  longest ??= await longestArray(context);
  if (context.ids.size === 0) await assertShared(context);
  const ids = new Map<number, string>();
  const limit = longest;
  for (const { level, first, options } of arraysOf(jobs, context, params, limit, ids)) {
    const answer = await call('sbatch', options, {
      input: script(context, params, first),
      signal: context.signal,
      cwd: context.workspace,
    });
    if (typeof answer !== 'string') {
      // All of them or none.
      const made = [...new Set([...ids.values()].map((id) => id.split('_')[0] as string))];
      if (made.length > 0) await call('scancel', made, { signal: context.signal });
      throw refusal(`Slurm takes no array of ${level.length} jobs`, answer.refused);
    }
    // `123` or `123;cluster`
    const array = answer.trim().split(';')[0] as string;
    for (const { place } of level) ids.set(place, `${array}_${place - first}`);
  }
  return jobs.map(({ place }) => ids.get(place) as string);
}

interface JobArray {
  level: readonly ExecutorJob[];
  /** The place of its task 0. */
  first: number;
  /** Options of sbatch. */
  options: readonly string[];
}

/** The arrays in their order. Each has to be submitted, and what its jobs are called to stand in `ids`, before the next is asked for. */
export function* arraysOf(
  jobs: readonly ExecutorJob[],
  context: ExecutorContext,
  params: SlurmParams,
  limit: number,
  ids: ReadonlyMap<number, string>,
): Generator<JobArray> {
  for (const { level, first } of levelsOf(jobs).flatMap((one) => split(one, limit)))
    yield {
      level,
      first,
      options: [...optionsOf(level, context, params, first), ...dependencyOf(level, ids, context)],
    };
}

function optionsOf(
  level: readonly ExecutorJob[],
  { label, folder }: ExecutorContext,
  params: SlurmParams,
  first: number,
): string[] {
  const most = (of: (job: ExecutorJob) => number | null) => Math.max(...level.map((job) => of(job) ?? 0));
  const tasks = ranges(level.map(({ place }) => place - first));
  const seconds = level.some((job) => job.seconds === null) ? null : most((job) => job.seconds);
  return [
    '--parsable',
    `--job-name=${nameOf(label, first)}`,
    `--array=${tasks}${params.maxJobs === null ? '' : `%${params.maxJobs}`}`,
    '--ntasks=1',
    `--cpus-per-task=${most(({ cpus }) => cpus)}`,
    `--mem=${Math.ceil(most(({ memoryBytes }) => memoryBytes) / 2 ** 20)}M`,
    ...(seconds === null ? [] : [`--time=${Math.ceil(seconds / 60)}`]),
    '--requeue',
    `--signal=B:TERM@${WARNED_SECONDS}`,
    '--kill-on-invalid-dep=yes',
    '--open-mode=append',
    // What Slurm itself has to say stands there as well; the script of a further array writes by its places.
    `--output=${first === 0 ? `${folder.replaceAll('%', '%%')}/logs/%a.log` : '/dev/null'}`,
    ...(['partition', 'account', 'qos', 'constraint'] as const).flatMap((name) =>
      params[name] === null ? [] : [`--${name}=${params[name]}`],
    ),
    ...params.sbatch,
  ];
}

function dependencyOf(
  level: readonly ExecutorJob[],
  ids: ReadonlyMap<number, string>,
  context: ExecutorContext,
): string[] {
  const after = new Set(
    level.flatMap((job) => job.after.flatMap((place) => ids.get(place) ?? context.ids.get(place) ?? [])),
  );
  // Of a whole array its number alone: a line has its length.
  const arrays = new Map<string, string[]>();
  for (const id of after) {
    const array = id.split('_')[0] as string;
    arrays.set(array, [...(arrays.get(array) ?? []), id]);
  }
  const all = (array: string) => [...ids.values()].filter((id) => id.startsWith(`${array}_`)).length;
  const words = [...arrays].flatMap(([array, of]) => (of.length === all(array) ? [array] : of));
  return words.length === 0 ? [] : [`--dependency=afterany:${words.join(':')}`];
}

/** Those that need nothing of these, those that need them alone, and so on. */
export function levelsOf(jobs: readonly ExecutorJob[]): ExecutorJob[][] {
  const levels: ExecutorJob[][] = [];
  const at = new Map<number, number>();
  const own = new Map(jobs.map((job) => [job.place, job]));
  const levelOf = (job: ExecutorJob): number => {
    const known = at.get(job.place);
    if (known !== undefined) return known;
    const level =
      Math.max(
        -1,
        ...job.after.flatMap((place) => {
          const need = own.get(place);
          return need === undefined ? [] : [levelOf(need)];
        }),
      ) + 1;
    at.set(job.place, level);
    return level;
  };
  for (const job of jobs) {
    const level = levelOf(job);
    const known = levels[level];
    if (known === undefined) levels[level] = [job];
    else known.push(job);
  }
  return levels;
}

/** No array is longer than the controller takes: its tasks are numbered by the place, from the first of its block. */
function split(level: readonly ExecutorJob[], limit: number): { level: ExecutorJob[]; first: number }[] {
  const parts = new Map<number, ExecutorJob[]>();
  for (const job of level) {
    const first = Math.floor(job.place / limit) * limit;
    const known = parts.get(first);
    if (known === undefined) parts.set(first, [job]);
    else known.push(job);
  }
  return [...parts].map(([first, part]) => ({ level: part, first }));
}

/** `MaxArraySize = 1001`: the number of a task is below it. */
async function longestArray({ signal }: ExecutorContext): Promise<number> {
  const answer = await call('scontrol', ['show', 'config'], { signal });
  if (typeof answer !== 'string') throw refusal('Slurm does not answer', answer.refused);
  const size = Number(/^MaxArraySize\s*=\s*(\d+)/m.exec(answer)?.[1] ?? 1001);
  if (size > 1) return size;
  throw new IchorError(
    'slurm-refused',
    'This cluster takes no arrays of jobs (MaxArraySize is 0 or 1).',
    'Its administrators set MaxArraySize in slurm.conf.',
    2,
  );
}

/** Magic numbers of file systems that lie in the memory of one machine: tmpfs, ramfs. */
const IN_MEMORY = [0x01021994, 0x858458f6];
/** Of those that lie on a disk of one machine, unless it serves them to others: ext4, XFS, Btrfs, overlay, ZFS. */
const ON_DISK = [0xef53, 0x58465342, 0x9123683e, 0x794c7630, 0x2fc12fc1];

/** What nodes cannot see is found before anything waits for them, as far as it can be known from here. */
async function assertShared({ folder, warn }: ExecutorContext): Promise<void> {
  const where = await realpath(folder);
  const { type } = await statfs(where);
  if (IN_MEMORY.includes(type))
    throw new IchorError(
      'store-not-shared',
      `The store lies in the memory of this machine (${where}): no node of a cluster sees it.`,
      'Name a folder of a drive that all nodes share: --store DIR',
      2,
    );
  if (ON_DISK.includes(type))
    warn(
      new IchorError(
        'store-local',
        `The store lies on a disk of this machine (${where}), and not on a network drive: unless this machine serves it to all nodes under the same path, no job finds it.`,
        'Name a folder of a drive that all nodes share: --store DIR',
      ),
    );
}
