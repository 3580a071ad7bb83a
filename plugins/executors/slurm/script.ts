import type { ExecutorContext } from '../../../src/index.ts';
import { quoted } from '../quoted.ts';
import type { SlurmParams } from './params.ts';

/** So often a job that ran into its time limit, or was preempted, is put back; it goes on from its last checkpoint. */
const MOST_RESTARTS = 20;

/**
 * What an element of an array runs. `first` is the place of its task 0. The shell hears SIGTERM two minutes before the time limit and when a
 * job is preempted, hands it to the job, which puts its work away, and puts the job back into the queue: not where somebody
 * cancelled it, which its state says, or the mark in the folder.
 */
export function script({ command, folder, workspace }: ExecutorContext, params: SlurmParams, first: number): string {
  const words = [...params.container, ...command].map(quoted).join(' ');
  return [
    '#!/bin/bash',
    ...params.modules.map((module) => `module load ${quoted(module)}`),
    ...params.prologue,
    `export ICHOR_JOB_ID="\${SLURM_ARRAY_JOB_ID}_\${SLURM_ARRAY_TASK_ID}"`,
    ...(first === 0
      ? []
      : [`exec >>${quoted(`${folder}/logs/`)}"$((SLURM_ARRAY_TASK_ID + ${first}))".log 2>&1 || exit 1`]),
    `cd ${quoted(workspace)} || exit 1`,
    'put_back() {',
    '  kill -TERM "$job" 2>/dev/null',
    '  wait "$job"',
    '  status=$?',
    `  if [ -e ${quoted(`${folder}/cancel`)} ] || [ "\${SLURM_RESTART_COUNT:-0}" -ge ${MOST_RESTARTS} ]; then exit "$status"; fi`,
    // One that somebody cancelled, or that ran out of time, is being cleared up by now: `COMPLETING`.
    '  case "$(scontrol show job --oneliner "$SLURM_JOB_ID")" in',
    '    *JobState=RUNNING*|*JobState=SIGNALING*) ;;',
    '    *) exit "$status" ;;',
    '  esac',
    // 75: put back (EX_TEMPFAIL). Whoever has done all that it was to do meanwhile ends with 0.
    '  if [ "$status" = 75 ]; then scontrol requeue "$ICHOR_JOB_ID"; fi',
    '  exit "$status"',
    '}',
    'trap put_back TERM',
    `${words} "$((SLURM_ARRAY_TASK_ID + ${first}))" &`,
    'job=$!',
    'wait "$job"',
    '',
  ].join('\n');
}
