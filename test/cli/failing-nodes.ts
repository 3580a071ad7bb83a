import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { startSlurm, stopSlurm } from '../../scripts/slurm-here.mjs';
import { stream } from '../../src/random.ts';
import type { DriverFile } from '../../src/runtime/jobs/folder.ts';
import { ichor, start } from '../cli.ts';

const SHARED = ['source', 'index', 'shards', 'split', 'backbone', 'embed'];
const EACH = ['sequence', 'predict:sequence'];
/** As a job it trains for some seconds whatever the machine, so that a node has time to fail. */
const SLOW = `import { defineSchedule, Type } from 'ichor';
const cell = new Int32Array(new SharedArrayBuffer(4));
export default defineSchedule({
  name: 'test/slow',
  version: 1,
  summary: 'The learning rate stays what it is.',
  params: Type.Object({}),
  contract: () => ({}),
  factor: () => (process.env.ICHOR_JOB_ID && Atomics.wait(cell, 0, 0, 40), 1),
});
`;
const recipe = (updates: number, points: number) => `recipe: 1
name: many
plugins: [./slow.mjs]
data:
  source: { type: phantom, studies: 8, testStudies: 1, minimumSlices: 4, maximumSlices: 5, size: 64 }
  split: { validation: 0.4 }
  image: { size: 32 }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, width: 0.25, blocks: 2 }
sequence: { type: bi-lstm, cells: 4, layers: 1 }
train:
  backbone: { epochs: 1 }
  sequence: { updates: ${updates}, validateEvery: ${updates / 4}, checkpoint: { everySteps: 5 }, optimizer: { schedule: test/slow } }
sweep: { grid: { sequence.cells: [${Array.from({ length: points }, (_, i) => 3 + i).join(', ')}] } }
`;

/**
 * A sweep on a Slurm whose nodes fail at times that are drawn, so often: each point is done, equal to the byte to an undisturbed run here, and no
 * finished stage was made twice. A node that fails takes all of its jobs along (SIGKILL); Slurm puts them back.
 */
export async function survivesFailingNodes(failures: number, points: number, seed: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-failing-nodes-'));
  const at = (...names: string[]) => join(folder, ...names);
  const random = stream(seed, 'failing nodes');
  try {
    await writeFile(at('package.json'), '{}');
    await writeFile(at('slow.mjs'), SLOW);
    await writeFile(at('many.yaml'), recipe(Math.max(60, 12 * failures), points));
    await writeFile(at('slurm.yaml'), 'executor: { type: slurm, memoryGb: 1, minutes: 30, pollSeconds: 0.5 }\n');
    const cluster = await startSlurm(at('cluster'));
    const env = { ...cluster, ICHOR_INPUT_WAIT_SECONDS: '1' };
    const slurm = (program: string, ...words: string[]) =>
      execFileSync(program, words, { env: { ...process.env, ...env }, encoding: 'utf8' }).trim();
    const stateOf = (node: string) => slurm('sinfo', '--noheader', '--Node', `--nodes=${node}`, '--format=%t');
    const words = (store: string) => ['sweep', 'many.yaml', '--engine', 'wasm', '--store', at(store), '--quiet'];
    const logs = at('there', 'jobs', 'sweep-many', 'logs');
    const driver = start([...words('there'), '--on', 'slurm', '--on-config', 'slurm.yaml'], { cwd: folder, env });
    let over = false;
    driver.ended.finally(() => {
      over = true;
    });
    let failed = 0;
    // Drawn: how much is done when each of them comes, and how long after.
    const most = SHARED.length + EACH.length * points;
    const after = Array.from({ length: failures }, () => random.integer(most - 1)).sort((a, b) => a - b);
    while (!over) {
      const until = performance.now() + 300 + 2700 * random.uniform();
      while (!over && (performance.now() < until || (await doneIn(logs)).length < (after[failed] ?? 0))) {
        await sleep(300);
        hurry(slurm);
      }
      const nodes = [...new Set(slurm('squeue', '--noheader', '--states=R', '--format=%N').split('\n'))].filter(
        Boolean,
      );
      if (failed === failures || nodes.length === 0) continue;
      const node = nodes[random.integer(nodes.length)] as string;
      killNode(node, cluster.SLURM_CONF ?? '');
      slurm('scontrol', 'update', `NodeName=${node}`, 'State=DOWN', 'Reason=it fails');
      failed += 1;
      // It comes back by itself, once it has registered (ReturnToService).
      for (let looks = 0; looks < 100 && /down/.test(stateOf(node)); looks++) await sleep(100);
    }
    const { status, err } = await driver.ended;
    expect(status, err).toBe(0);
    expect(failed, 'nodes that failed').toBe(failures);
    const jobs = JSON.parse(await readFile(at('there', 'jobs', 'sweep-many', 'driver.json'), 'utf8')) as DriverFile;
    expect(jobs.states.map(({ phase }) => phase)).toEqual(jobs.states.map(() => 'done'));
    const whole = await ichor(words('whole'), { cwd: folder });
    expect(whole, whole.err).toMatchObject({ status: 0 });
    expect(await predictions(at('there'))).toEqual(await predictions(at('whole')));
    await expectMadeOnce(logs, points);
  } finally {
    stopSlurm(at('cluster'));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Slurm waits for two minutes before it begins what was put back: three seconds are enough, and in the very second its node refuses it. */
function hurry(slurm: (program: string, ...words: string[]) => string): void {
  for (const line of slurm('squeue', '--noheader', '--array', '--states=PD', '--format=%i|%r|%S').split('\n')) {
    const [id = '', reason, start = ''] = line.split('|');
    if (reason === 'BeginTime' && Date.parse(start) - Date.now() > 10_000)
      slurm('scontrol', 'update', `JobId=${id}`, 'StartTime=now+3');
  }
}

/** All at once, as where the power goes: what Slurm runs there for jobs, and first those that would tell it how they ended. */
function killNode(node: string, conf: string): void {
  const jobs = processes().filter(
    ({ environment }) => environment.has(`SLURMD_NODENAME=${node}`) && environment.has(`SLURM_CONF=${conf}`),
  );
  const steps = processes().filter(
    ({ pid, name }) => name === 'slurmstepd' && jobs.some(({ parent }) => parent === pid),
  );
  for (const { pid } of [...steps, ...jobs])
    try {
      process.kill(pid, 'SIGKILL');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
}

type Process = { pid: number; parent: number; name: string; environment: ReadonlySet<string> };

function processes(): Process[] {
  return readdirSync('/proc').flatMap((pid): Process[] => {
    if (!/^\d+$/.test(pid)) return [];
    try {
      const [, name = '', parent = 0] = /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
      const environment = new Set(readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0'));
      return [{ pid: Number(pid), parent: Number(parent), name, environment }];
    } catch {
      // It has ended meanwhile.
      return [];
    }
  });
}

async function predictions(store: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const key of await readdir(join(store, 'store', 'predict')))
    found[key] = await readFile(join(store, 'store', 'predict', key, 'predictions.csv'), 'utf8');
  return found;
}

/** The stages that jobs have ended, by what they have printed: each as often as it was done. */
async function doneIn(logs: string): Promise<string[]> {
  const files = await readdir(logs).catch(() => [] as string[]);
  const texts = await Promise.all(files.map((file) => readFile(join(logs, file), 'utf8')));
  return texts.flatMap((text) => [...text.matchAll(/^ {2}(\S+) +done in /gm)].map(([, stage = '']) => stage));
}

/** Each stage that is shared once, and each of a point as often as there are points. */
async function expectMadeOnce(logs: string, points: number): Promise<void> {
  const done = await doneIn(logs);
  const times = (stage: string) => done.filter((one) => one === stage).length;
  for (const stage of SHARED) expect(times(stage), stage).toBeLessThanOrEqual(1);
  for (const stage of EACH) expect(times(stage), stage).toBeLessThanOrEqual(points);
  expect(times('sequence')).toBeGreaterThan(0);
}
