import type { TObject } from 'typebox';
import type { IchorError } from '../../errors.ts';
import type { Base, Params } from './base.ts';
import { definer, type Written } from './definer.ts';
import { Type } from './type.ts';

/** One job as an executor is given it: a part of a sweep, of a table or of a run. */
export interface ExecutorJob {
  /** Its place among all jobs of the driver, from 0: `command` with it behind runs the job. The job keeps it when it is submitted again. */
  place: number;
  /** `point lr=0.1`, `backbone:fold-2 3f9a…` */
  name: string;
  /** Places of the jobs that have to have ended first, in whatever way: of the same call, or under way (`context.ids`). */
  after: readonly number[];
  /** Threads that it computes with. */
  cpus: number;
  /** What it is to be given. */
  memoryBytes: number;
  /** It is ended after so long. Null: no limit is asked for. */
  seconds: number | null;
}

/** A job that an executor holds: it waits there, or it runs. */
export interface ExecutorListed {
  place: number;
  /** What `submit` called it. */
  id: string;
  state: 'waiting' | 'running';
  /** What the executor says of why it waits; null where it says nothing. */
  why: string | null;
}

/** Why a job is no longer listed, by the word of the executor. `killed`: by SIGKILL, and it does not say why; `unknown`: it says nothing. */
export type ExecutorEnd =
  | 'done'
  | 'failed'
  | 'out-of-memory'
  | 'killed'
  | 'time-limit'
  | 'preempted'
  | 'node-failed'
  | 'cancelled'
  | 'unknown';

/** What an executor works with. */
export interface ExecutorContext {
  /** Absolute: the folder of these jobs in the store, which whatever runs a job has to see under the same path. */
  readonly folder: string;
  /** Stands for these jobs: letters, digits and hyphens, the same for each driver that goes on with them. By it jobs are found that nobody wrote down. */
  readonly label: string;
  /** Program and arguments that run a job, its place to be put behind them. Absolute paths. */
  readonly command: readonly string[];
  /** Absolute: where a job starts in, as the driver did. */
  readonly workspace: string;
  /** What jobs that are under way are called, by their place. */
  readonly ids: ReadonlyMap<number, string>;
  /** How many at once were asked for (`--jobs`); null where nothing was. */
  readonly jobs: number | null;
  readonly signal: AbortSignal;
  /** Says something that does not stop the work. */
  warn(warning: IchorError): void;
}

/** What an executor shows without running anything: of a command with `--dry-run`. */
export interface PreviewContext extends ExecutorContext {
  /** What the jobs are of: `sweep-sizes`. */
  readonly name: string;
  /** The command behind `ichor`, without `--dry-run`: what a driver that runs elsewhere would be called with. */
  readonly driver: readonly string[];
}

/** Common fields of executors: what the driver asks of whichever it is. Nothing of it is in a key. */
export interface ExecutorCommon {
  cpusPerTask: number | null;
  memoryGb: number | null;
  minutes: number | null;
  memoryFactor: number;
  timeFactor: number;
  retries: number;
  maxJobs: number | null;
  pollSeconds: number;
  ranges: number;
  cpuBaseline: CpuBaseline | null;
}

/** Classes of instruction sets that jobs can be kept to; each processor that has a later one has those before it. */
const CPU_BASELINES = ['sse', 'avx2', 'avx512'] as const;
export type CpuBaseline = (typeof CPU_BASELINES)[number];

/** The same as a file may state them: no component has a parameter of one of these names. */
export const EXECUTOR_COMMON: TObject = Type.Object({
  cpusPerTask: Type.Union([Type.Integer({ minimum: 1, maximum: 1024 }), Type.Null()], {
    default: null,
    description:
      'Processors of a job, and threads that it computes with unless --threads or the recipe says so; null: as many as this machine has. Bits are equal for equal threads only.',
  }),
  memoryGb: Type.Union([Type.Number({ minimum: 0.1, maximum: 65_536 }), Type.Null()], {
    default: null,
    unit: 'GB',
    description: 'Memory of a job; null: memoryFactor times what such stages took before, 4 GB where none ran.',
  }),
  // A job is told two minutes before, and puts its work away.
  minutes: Type.Union([Type.Number({ minimum: 5, maximum: 525_600 }), Type.Null()], {
    default: null,
    unit: 'min',
    description: 'Time limit of a job; null: timeFactor times its estimate, at least 30 minutes.',
  }),
  memoryFactor: Type.Number({
    default: 1.5,
    minimum: 1,
    maximum: 16,
    description: 'Of the memory that is expected so much is asked for.',
  }),
  timeFactor: Type.Number({
    default: 3,
    minimum: 1,
    maximum: 100,
    description: 'Of the time that is expected so much is asked for.',
  }),
  retries: Type.Integer({
    default: 2,
    minimum: 0,
    maximum: 10,
    description:
      'How often a job is submitted again that ran out of memory (with twice as much), ran into its time limit (with twice the time), or whose node failed.',
  }),
  maxJobs: Type.Union([Type.Integer({ minimum: 1, maximum: 100_000 }), Type.Null()], {
    default: null,
    description: 'So many at once; null: as many as the executor gives.',
  }),
  pollSeconds: Type.Number({
    default: 15,
    minimum: 0.1,
    maximum: 3600,
    unit: 's',
    description: 'How often it is asked what is under way: one call for all jobs.',
  }),
  cpuBaseline: Type.Union([...CPU_BASELINES.map((name) => Type.Literal(name)), Type.Null()], {
    default: null,
    description:
      'Keeps the native engine of all jobs to this class of instruction set, where nodes have different ones: bits are equal for an equal class only. A node that has not got it ends its job at once; null: each computes with what it has.',
  }),
  ranges: Type.Integer({
    default: 1,
    minimum: 1,
    maximum: 10_000,
    description:
      'Into how many jobs the making of shards is divided, and that of embeddings; each goes on by itself, and what they made is joined, equal to the byte.',
  }),
});

/** What an executor is like. */
export interface ExecutorAbilities {
  /** It starts a job once others have ended: then all jobs are given to it at once, else those that are ready. */
  dependencies: boolean;
  /** It holds jobs that cannot run yet. If not, the driver gives it no more at once than are to run at once. */
  queues: boolean;
  /** Its jobs go on where the driver was ended. If not, the driver cancels them. */
  survives: boolean;
}

/** Runs jobs somewhere: see `defineExecutor`. */
export interface Executor<P extends TObject = TObject> extends Base<P> {
  kind: 'executor';
  contract(params: Params<P, ExecutorCommon>): ExecutorAbilities;
  /**
   * Submits jobs, at least one; resolves with what each is called, in their order. What can be known to go wrong is found here,
   * before the first of them. All of them or none: where it rejects, none is under way, or `poll` lists what is.
   * @throws IchorError what stands in the way, and what to do
   */
  submit(
    jobs: readonly ExecutorJob[],
    context: ExecutorContext,
    params: Params<P, ExecutorCommon>,
  ): Promise<readonly string[]>;
  /** All jobs of this label that wait or run, those of an earlier driver too. One call to whatever schedules them. */
  poll(context: ExecutorContext, params: Params<P, ExecutorCommon>): Promise<readonly ExecutorListed[]>;
  /** Ends jobs, or has them never start. Those that have ended are passed over. */
  cancel(ids: readonly string[], context: ExecutorContext, params: Params<P, ExecutorCommon>): Promise<void>;
  /**
   * Why jobs are no longer listed, by id, with what there is to say of it. Asked where a job left no word of its own; what is
   * not known is absent.
   */
  collect(
    ids: readonly string[],
    context: ExecutorContext,
    params: Params<P, ExecutorCommon>,
  ): Promise<ReadonlyMap<string, { end: ExecutorEnd; words: string | null }>>;
  /**
   * What `submit` would be given first, in the words of whatever schedules the jobs, to be read and edited: manifests, calls with their scripts.
   * Submits nothing and writes nothing. Where it is absent, `--dry-run` is refused.
   */
  preview?(jobs: readonly ExecutorJob[], context: PreviewContext, params: Params<P, ExecutorCommon>): Promise<string>;
}

/**
 * Defines an executor: where the jobs of a sweep, a table or a run are run (`--on NAME`). It starts processes and says which
 * are under way; what is left to do is decided by the driver and the store, and what became of a job by the job's own record
 * in the store. A job runs `command` with its place behind, in `workspace`, with what `submit` called it in the environment
 * variable `ICHOR_JOB_ID`; SIGTERM has it put its work away. What a job prints goes to `logs/PLACE.log` of the folder.
 *
 * Its parameters stand in a file (`--on-config FILE`): `executor: { type: NAME, … }`. They are in no key and change no result.
 *
 * @example
 * ```ts
 * import { execFile } from 'node:child_process';
 * import { promisify } from 'node:util';
 * import { defineExecutor, Type } from 'ichor';
 *
 * const call = promisify(execFile);
 *
 * export default defineExecutor({
 *   name: 'acme/batch',
 *   version: 1,
 *   summary: 'The queue of the Acme cluster.',
 *   params: Type.Object({ queue: Type.String({ default: 'short', description: 'Which queue.' }) }),
 *   contract: () => ({ dependencies: false, queues: true, survives: true }),
 *   async submit(jobs, { command, label, workspace }, { queue }) {
 *     const ids: string[] = [];
 *     for (const { place } of jobs) {
 *       const words = ['--queue', queue, '--name', `${label}.${place}`, '--in', workspace, ...command, String(place)];
 *       ids.push((await call('acme-submit', words)).stdout.trim());
 *     }
 *     return ids;
 *   },
 *   async poll({ label }) {
 *     const { stdout } = await call('acme-list', ['--name', `${label}.*`]);
 *     return stdout.split('\n').filter(Boolean).map((line) => {
 *       const [id = '', name = '', state] = line.split(' ');
 *       return { id, place: Number(name.split('.').at(-1)), state: state === 'R' ? 'running' : 'waiting', why: null };
 *     });
 *   },
 *   async cancel(ids) {
 *     await call('acme-cancel', [...ids]);
 *   },
 *   collect: async () => new Map(),
 * });
 * ```
 */
export const defineExecutor = <P extends TObject>(c: Written<Executor<P>, ExecutorCommon>) =>
  definer('executor')(c) as Executor<P>;
