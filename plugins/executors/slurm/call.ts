import { IchorError } from '../../../src/index.ts';
import { type CallOptions, call as callProgram, type Refused } from '../call.ts';

/** Calls a program of Slurm; resolves with what it printed, or with why it refused. Throws where it is not there. */
export const call = (program: string, words: readonly string[], options: CallOptions): Promise<string | Refused> =>
  callProgram(program, words, { ...options, env: { SLURM_TIME_FORMAT: 'standard' } }, missing);

const missing = (program: string): IchorError =>
  new IchorError(
    'slurm-missing',
    `The program ${program} is not there: this machine is none that Slurm is used from.`,
    'Run the command on a login node of the cluster, or load the module that has Slurm’s programs.',
    2,
  );
