import type { ExecutorParams } from '../../registry/executor/config.ts';
import { keepToBaseline, threadsOf } from '../../runtime/machine.ts';
import type { PlannedPoints } from './point-plans.ts';

interface Settled {
  threads?: number;
}

/** Threads of the native engine, settled once for all jobs. */
export const jobThreads = ({ threads }: Settled, { cpusPerTask }: ExecutorParams): number =>
  threads ?? cpusPerTask ?? threadsOf('native');

/** Processors of a job: as many as it has threads. */
export const jobCpus = (engine: PlannedPoints['engine'], settled: Settled, params: ExecutorParams): number =>
  params.cpusPerTask ?? (engine?.kind === 'wasm' ? 1 : jobThreads(settled, params));

/** From here on this process, which may plan under --exact, counts as what its jobs compute with. */
export const computeAsJobs = ({ cpuBaseline }: ExecutorParams): void => keepToBaseline(cpuBaseline);

/** Program and arguments that run a job, its place to be put behind them. */
export const jobWords = (folder: string): string[] => [process.execPath, process.argv[1] as string, 'job', folder];
