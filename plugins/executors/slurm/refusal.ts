import { IchorError } from '../../../src/index.ts';

/** What Slurm says, and what there is to do about it. https://github.com/SchedMD/slurm, src/common/slurm_errno.c */
const HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /invalid partition|partition .*(not|invalid)/i,
    'partition of the file of --on-config names none of this cluster: sinfo lists them.',
  ],
  [
    /invalid account|account\/partition/i,
    'account of the file of --on-config is none that you may use here: sacctmgr show associations user=$USER',
  ],
  [/invalid qos/i, 'qos of the file of --on-config is none that you may use: sacctmgr show qos'],
  [
    /QOS.*Limit|AssocMax|MaxSubmit|job submit limit|Job violates accounting/i,
    'A limit of your account is reached: maxJobs holds fewer at once, or wait until some of your jobs have ended. What was submitted goes on.',
  ],
  [/job array specification/i, 'The cluster takes no arrays this long (scontrol show config: MaxArraySize).'],
  [
    /node configuration is not available|Memory specification/i,
    'No node is that large: set memoryGb and cpusPerTask in the file of --on-config to what a node has (sinfo -o "%n %c %m").',
  ],
  [/time limit/i, 'Set minutes in the file of --on-config to what the partition allows (sinfo -o "%P %l").'],
  [
    /credential|authentication|munge/i,
    'The cluster does not know who you are: log in again, or tell its administrators that munge fails.',
  ],
  [
    /Unable to contact|Connection refused|Socket timed out|configuration source/i,
    'The controller of the cluster does not answer: try again later. Jobs that run go on.',
  ],
];

export function refusal(what: string, words: string): IchorError {
  const said = words.replaceAll(/^(sbatch|squeue|scancel|scontrol): (error: )?/gm, '').replaceAll(/\s*\n\s*/g, ' ');
  const hint =
    HINTS.find(([form]) => form.test(words))?.[1] ??
    'Slurm says why; the options are those of the file of --on-config.';
  return new IchorError('slurm-refused', `${what}: ${said}`, hint, 2);
}
