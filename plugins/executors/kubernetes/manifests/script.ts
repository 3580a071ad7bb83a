import type { ExecutorContext } from '../../../../src/index.ts';
import { quoted } from '../../quoted.ts';
import { PLACES } from '../ids.ts';
import type { KubernetesParams } from '../params.ts';

/**
 * What a pod runs: the job of the place that its index stands for. What it prints goes to the log in the store and to that of the
 * pod. The shell is the pod's first process: it hands SIGTERM to the job, and waits until that has put its work away.
 */
export function script(name: string, { folder, workspace }: ExecutorContext, { command }: KubernetesParams): string {
  return [
    `set -- $${PLACES}`,
    'shift "$JOB_COMPLETION_INDEX"',
    'place=$1',
    `export ICHOR_JOB_ID=${quoted(name)}_"$JOB_COMPLETION_INDEX"`,
    `cd ${quoted(workspace)} || exit 1`,
    'printed="${TMPDIR:-/tmp}/printed.$$"',
    'mkfifo "$printed" || exit 1',
    `tee -a ${quoted(`${folder}/logs`)}/"$place".log <"$printed" &`,
    'log=$!',
    'job=',
    `trap '[ -z "$job" ] || kill -TERM "$job" 2>/dev/null' TERM`,
    `${[...command, 'job', folder].map(quoted).join(' ')} "$place" >"$printed" 2>&1 &`,
    'job=$!',
    'wait "$job"',
    'status=$?',
    '# A signal ends the waiting, not the job.',
    'while kill -0 "$job" 2>/dev/null; do',
    '  wait "$job"',
    '  status=$?',
    'done',
    'wait "$log"',
    'exit "$status"',
    '',
  ].join('\n');
}
