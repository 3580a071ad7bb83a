import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { startSlurm, stopSlurm } from '../../scripts/slurm-here.mjs';
import { stream } from '../../src/random.ts';
import type { DriverFile } from '../../src/runtime/jobs/folder.ts';
import { ichor, start } from '../cli.ts';

const POINTS = [3, 4, 5, 6, 7, 8];
/** Trains for some seconds whatever the machine, so that a node has time to fail. */
const SLOW = `import { defineSchedule, Type } from 'ichor';
const cell = new Int32Array(new SharedArrayBuffer(4));
export default defineSchedule({
  name: 'test/slow',
  version: 1,
  summary: 'The learning rate stays what it is.',
  params: Type.Object({}),
  contract: () => ({}),
  factor: () => (Atomics.wait(cell, 0, 0, 40), 1),
});
`;
const recipe = (updates: number) => `recipe: 1
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
sweep: { grid: { sequence.cells: [${POINTS.join(', ')}] } }
`;

/**
 * A sweep on a Slurm whose nodes fail at times that are drawn, so often: each point is done, equal to the byte to an undisturbed run here, and no
 * finished stage was made twice. A node that fails takes all of its jobs along (SIGKILL); Slurm puts them back.
 */
export async function survivesFailingNodes(failures: number, seed: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-failing-nodes-'));
  const at = (...names: string[]) => join(folder, ...names);
  const random = stream(seed, 'failing nodes');
  try {
    await writeFile(at('package.json'), '{}');
    await writeFile(at('slow.mjs'), SLOW);
    await writeFile(at('many.yaml'), recipe(Math.max(60, 12 * failures)));
    await writeFile(at('slurm.yaml'), 'executor: { type: slurm, memoryGb: 1, minutes: 30, pollSeconds: 0.5 }\n');
    const env = { ...(await startSlurm(at('cluster'))), ICHOR_INPUT_WAIT_SECONDS: '1' };
    const slurm = (program: string, ...words: string[]) =>
      execFileSync(program, words, { env: { ...process.env, ...env }, encoding: 'utf8' }).trim();
    const stateOf = (node: string) => slurm('sinfo', '--noheader', '--Node', `--nodes=${node}`, '--format=%t');
    const words = (store: string) => ['sweep', 'many.yaml', '--engine', 'wasm', '--store', at(store), '--quiet'];
    const driver = start([...words('there'), '--on', 'slurm', '--on-config', 'slurm.yaml'], { cwd: folder, env });
    let over = false;
    driver.ended.finally(() => {
      over = true;
    });
    let failed = 0;
    const hurried = new Map<string, number>();
    while (!over) {
      await sleep(300 + 1500 * random.uniform());
      // Slurm waits for two minutes before it begins what was put back: three seconds are enough, said once after each failure.
      for (const job of slurm('squeue', '--noheader', '--array', '--states=PD', '--format=%i %r').split('\n')) {
        const [id = '', reason] = job.split(' ');
        if (reason !== 'BeginTime' || hurried.get(id) === failed) continue;
        hurried.set(id, failed);
        slurm('scontrol', 'update', `JobId=${id}`, 'StartTime=now+3');
      }
      const nodes = [...new Set(slurm('squeue', '--noheader', '--states=R', '--format=%N').split('\n'))].filter(
        Boolean,
      );
      if (failed === failures || nodes.length === 0) continue;
      const node = nodes[random.integer(nodes.length)] as string;
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
    await expectMadeOnce(at('there', 'jobs', 'sweep-many', 'logs'));
  } finally {
    stopSlurm(at('cluster'));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function predictions(store: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const key of await readdir(join(store, 'store', 'predict')))
    found[key] = await readFile(join(store, 'store', 'predict', key, 'predictions.csv'), 'utf8');
  return found;
}

/** By what the jobs have printed: each stage that is shared once, and each of a point as often as there are points. */
async function expectMadeOnce(logs: string): Promise<void> {
  const made = new Map<string, number>();
  for (const file of await readdir(logs))
    for (const [, stage = ''] of (await readFile(join(logs, file), 'utf8')).matchAll(/^ {2}(\S+) +done in /gm))
      made.set(stage, (made.get(stage) ?? 0) + 1);
  for (const stage of ['source', 'index', 'shards', 'split', 'backbone', 'embed'])
    expect(made.get(stage) ?? 0, stage).toBeLessThanOrEqual(1);
  for (const stage of ['sequence', 'predict:sequence'])
    expect(made.get(stage) ?? 0, stage).toBeLessThanOrEqual(POINTS.length);
  expect(made.get('sequence')).toBeGreaterThan(0);
}
