import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { numbersIn, ranges } from '../../../plugins/executors/ranges.ts';
import { collect, endOf } from '../../../plugins/executors/slurm/collect.ts';
import slurm from '../../../plugins/executors/slurm/index.ts';
import { levelsOf } from '../../../plugins/executors/slurm/submit.ts';
import { type ExecutorContext, type ExecutorJob, IchorError } from '../../../src/index.ts';
import { executorDefaults } from '../../../src/registry/executor/config.ts';

const params = executorDefaults(slurm as never) as unknown as Parameters<typeof slurm.submit>[2];
const job = (place: number, after: number[] = []): ExecutorJob => ({
  place,
  name: `job ${place}`,
  after,
  cpus: 2,
  memoryBytes: 4e9,
  seconds: 3600,
});

let folder: string;
let warned: IchorError[];
const context = (): ExecutorContext => ({
  folder,
  label: 'ichor-abc',
  command: ['/usr/bin/node', '/opt/it is/ichor.mjs', 'job', folder],
  workspace: folder,
  ids: new Map(),
  jobs: null,
  signal: AbortSignal.timeout(20_000),
  warn: (warning) => void warned.push(warning),
});

/** Programs of Slurm that write down how they were called, and what came in. */
function fake(programs: Record<string, string>): void {
  const bin = join(folder, 'bin');
  mkdirSync(bin, { recursive: true });
  for (const [name, body] of Object.entries(programs)) {
    const file = join(bin, name);
    writeFileSync(file, `#!/bin/sh\necho "${name} $*" >>"${folder}/calls"\n${body}\n`);
    chmodSync(file, 0o755);
  }
  vi.stubEnv('PATH', `${bin}${delimiter}${process.env.PATH}`);
}
const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
const refusedWith = async (work: Promise<unknown>) => {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  return error instanceof IchorError ? `${error.code}: ${error.message} ${error.hint}` : String(error);
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ichor-slurm-'));
  warned = [];
});
afterEach(() => vi.unstubAllEnvs());

describe.skipIf(process.platform === 'win32')('the executor slurm', () => {
  it('submits 1,000 points and what they share within 5 s and 10 calls, as arrays of its levels', async () => {
    fake({
      scontrol: 'echo "MaxArraySize            = 401"',
      sbatch: `cat >>"${folder}/scripts"; n=$(grep -c ^sbatch "${folder}/calls"); echo "10$n"`,
    });
    const points = Array.from({ length: 1000 }, (_, i) => job(i + 2, [0, 1]));
    const started = performance.now();
    const ids = await slurm.submit([job(0), job(1, [0]), ...points], context(), { ...params, maxJobs: 50 });
    expect(performance.now() - started).toBeLessThan(5000);
    expect(calls().length).toBeLessThanOrEqual(10);
    expect(ids.slice(0, 4)).toEqual(['101_0', '102_1', '103_2', '103_3']);
    // No number of a task is above MaxArraySize: blocks of 401 places.
    expect([ids[400], ids[401], ids[802]]).toEqual(['103_400', '104_0', '105_0']);
    expect(new Set(ids).size).toBe(1002);
    const [, first, second, third] = calls();
    expect(first).toContain('--array=0%50');
    expect(first).not.toContain('--dependency');
    expect(second).toContain('--dependency=afterany:101');
    expect(third).toContain('--array=2-400%50');
    expect(third).toContain('--dependency=afterany:101:102');
    for (const call of [first, second, third]) {
      expect(call).toContain('--kill-on-invalid-dep=yes --open-mode=append');
      expect(call).toContain('--requeue --signal=B:TERM@120');
      expect(call).toContain('--cpus-per-task=2 --mem=3815M --time=60');
      expect(call).not.toMatch(/afterok/);
    }
    const script = readFileSync(join(folder, 'scripts'), 'utf8');
    expect(script).toContain(`/usr/bin/node '/opt/it is/ichor.mjs' job ${folder} "$((SLURM_ARRAY_TASK_ID + 401))" &`);
    expect(warned.map(({ code }) => code).filter((code) => code !== 'store-local')).toEqual([]);
  });

  it('says in its own words what Slurm refuses, and takes back what it was given before', async () => {
    fake({
      scontrol: 'echo "MaxArraySize = 1001"',
      sbatch: 'cat >/dev/null; echo "sbatch: error: invalid partition specified: shrot" >&2; exit 1',
    });
    expect(await refusedWith(slurm.submit([job(0)], context(), { ...params, partition: 'shrot' }))).toMatch(
      /^slurm-refused: Slurm takes no array of 1 jobs: invalid partition specified: shrot .*sinfo lists them/,
    );
    fake({
      sbatch: `cat >/dev/null; [ "$(grep -c ^sbatch "${folder}/calls")" = 2 ] && echo 7 || { echo "sbatch: error: QOSMaxSubmitJobPerUserLimit" >&2; exit 1; }`,
      scancel: '',
    });
    expect(await refusedWith(slurm.submit([job(0), job(1, [0])], context(), params))).toMatch(
      /A limit of your account/,
    );
    expect(calls().at(-1)).toBe('scancel 7');
    expect(await refusedWith(slurm.poll({ ...context(), signal: AbortSignal.timeout(5000) }, params))).toMatch(
      /^(slurm-missing|slurm-refused)/,
    );
  });

  it('lists what is of its label, with the places of further arrays, in one call', async () => {
    fake({
      squeue:
        'printf "9|3|RUNNING|None|ichor-abc.0\\n10|1|PENDING|Dependency|ichor-abc.401\\n11|0|RUNNING|None|other.0\\n9|4|COMPLETING|None|ichor-abc.0\\n"',
    });
    expect(await slurm.poll(context(), params)).toEqual([
      { place: 3, id: '9_3', state: 'running', why: null },
      { place: 402, id: '10_1', state: 'waiting', why: 'Dependency' },
    ]);
    expect(calls()).toHaveLength(1);
  });

  it('asks the controller why jobs are gone, and accounting only of those that it has forgotten', async () => {
    fake({
      scontrol:
        'printf "JobId=3 ArrayJobId=9 ArrayTaskId=0 JobName=x JobState=OUT_OF_MEMORY Reason=OutOfMemory ExitCode=0:125\\nJobId=9 ArrayJobId=9 ArrayTaskId=2-3%%4 JobState=CANCELLED Reason=Dependency ExitCode=0:0\\n"',
      sacct: 'printf "9_5|TIMEOUT|0:0\\n9_5.batch|CANCELLED|0:15\\n"',
    });
    const ends = await collect(['9_0', '9_3', '9_5', '9_6'], context());
    expect(Object.fromEntries([...ends].map(([id, { end }]) => [id, end]))).toEqual({
      '9_0': 'out-of-memory',
      '9_3': 'cancelled',
      '9_5': 'time-limit',
    });
    fake({ sacct: 'echo "Slurm accounting storage is disabled" >&2; exit 1' });
    expect([...(await collect(['9_5'], context())).keys()]).toEqual([]);
  });

  it('takes out of the queue what a node could not begin, and counts it as a failure of the node', async () => {
    fake({
      squeue: 'echo "7|0|PENDING|launch failed requeued held|ichor-abc.0"; echo "7|1|PENDING|JobHeldUser|ichor-abc.0"',
      scontrol:
        'echo "JobId=8 ArrayJobId=7 ArrayTaskId=0 JobState=PENDING Reason=launch_failed_requeued_held ExitCode=0:0"',
      scancel: '',
    });
    expect(await slurm.poll(context(), params)).toEqual([
      { place: 1, id: '7_1', state: 'waiting', why: 'JobHeldUser: you hold it: scontrol release gives it back' },
    ]);
    expect(await collect(['7_0'], context())).toEqual(
      new Map([['7_0', { end: 'node-failed', words: 'Slurm: its node could not begin it.' }]]),
    );
    expect(calls().at(-1)).toBe('scancel --quiet 7_0');
  });

  it('knows states by their names, and what memory that ran out looks like without cgroups', () => {
    const ends = (
      [
        ['COMPLETED', '0:0', 'done'],
        ['FAILED', '1:0', 'failed'],
        ['FAILED', '137:0', 'killed'],
        ['FAILED', '0:9', 'killed'],
        ['NODE_FAIL', '0:0', 'node-failed'],
        ['PREEMPTED', '0:0', 'preempted'],
        ['WHAT_IS_THIS', '0:0', 'unknown'],
        // Its node clears up, or does not answer.
        ['COMPLETING', '0:9', 'time-limit', 'TimeLimit'],
        ['COMPLETING', '0:9', 'out-of-memory', 'OutOfMemory'],
        ['COMPLETING', '0:9', 'unknown', 'None'],
      ] as const
    ).map(([state, exit, end, reason = '']) => [endOf(state, exit, reason).end, end]);
    for (const [is, wanted] of ends) expect(is).toBe(wanted);
  });

  it('puts jobs into levels, and numbers into ranges', () => {
    const levels = levelsOf([job(0), job(1), job(2, [0]), job(3, [2, 1]), job(4, [99])]);
    expect(levels.map((level) => level.map(({ place }) => place))).toEqual([[0, 1, 4], [2], [3]]);
    expect(ranges([7, 0, 1, 2, 9, 8, 4])).toBe('0-2,4,7-9');
    expect(numbersIn('0-2,4,7-9')).toEqual([0, 1, 2, 4, 7, 8, 9]);
    for (const none of ['', 'N/A', '4-', '0-99999999']) expect(numbersIn(none), none).toEqual([]);
  });
});
