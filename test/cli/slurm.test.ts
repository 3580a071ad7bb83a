import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startSlurm, stopSlurm, whyNoSlurm } from '../../scripts/slurm-here.mjs';
import type { DriverFile } from '../../src/runtime/jobs/folder.ts';
import type { JobRecord } from '../../src/runtime/jobs/record.ts';
import { ichor, start } from '../cli.ts';

const RECIPE = `recipe: 1
name: NAME
data:
  source: { type: phantom, studies: 8, testStudies: 1, minimumSlices: 4, maximumSlices: 5, size: 64 }
  split: { validation: 0.4 }
  image: { size: 32 }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, width: 0.25, blocks: 2 }
sequence: { type: bi-lstm, cells: 4, layers: 1 }
train: { backbone: { epochs: 1 }, sequence: { epochs: 1 } }
`;
/** A schedule whose updates take long as long as a file is there: what trains with it is under way until then. */
const HELD = `import { existsSync } from 'node:fs';
import { defineSchedule, Type } from 'ichor';
const cell = new Int32Array(new SharedArrayBuffer(4));
export default defineSchedule({
  name: 'test/held',
  version: 1,
  summary: 'The learning rate stays what it is.',
  params: Type.Object({}),
  contract: () => ({}),
  factor: () => {
    // Only where it trains: commands ask it for its course as well.
    if (process.env.ICHOR_JOB_ID && existsSync(process.env.HELD_BY ?? '')) Atomics.wait(cell, 0, 0, Number(process.env.HELD_MS ?? 500));
    return 1;
  },
});
`;
/** Likewise one whose process takes 1.2 GB while a file is there. */
const HUNGRY = HELD.replace("'test/held'", "'test/hungry'")
  .replace('const cell = new Int32Array(new SharedArrayBuffer(4));', 'const eaten = [];')
  .replace(
    'Atomics.wait(cell, 0, 0, Number(process.env.HELD_MS ?? 500))',
    'if (eaten.length === 0) eaten.push(...Array.from({ length: 12 }, () => Buffer.alloc(1e8, 1)))',
  );
const why = whyNoSlurm();

describe.skipIf(why !== null)(`a real Slurm with two nodes${why === null ? '' : ` (skipped: ${why})`}`, () => {
  let folder: string;
  let env: Record<string, string>;
  let late: ReturnType<typeof start>;
  const at = (...names: string[]) => join(folder, ...names);
  const slurm = (program: string, ...words: string[]) =>
    execFileSync(program, words, { env: { ...process.env, ...env }, encoding: 'utf8' }).trim();
  const command = (words: readonly string[]) => ichor(words, { cwd: folder, env });
  const on = (kind: string, file: string, store: string, ...more: string[]) => [
    kind,
    file,
    '--engine',
    'wasm',
    '--store',
    at(store),
    '--on',
    'slurm',
    '--on-config',
    'slurm.yaml',
    ...more,
  ];
  const record = async (store: string, jobs: string, place: number): Promise<JobRecord | null> =>
    JSON.parse(await readFile(at(store, 'jobs', jobs, `${place}.json`), 'utf8').catch(() => 'null'));
  const states = async (store: string, jobs: string) =>
    (JSON.parse(await readFile(at(store, 'jobs', jobs, 'driver.json'), 'utf8')) as DriverFile).states;
  const runs = async (store: string, jobs: string, place: number) => {
    const found = await record(store, jobs, place);
    return found?.stage === 'sequence' && found.end === null;
  };
  const until = async (what: () => Promise<boolean> | boolean) => {
    for (let n = 0; n < 600; n++)
      if (await what()) return;
      else await sleep(100);
    expect.fail(`it does not come to that: ${what}`);
  };
  const predictions = async (store: string) => {
    const found: Record<string, string> = {};
    for (const key of await readdir(at(store, 'store', 'predict')))
      found[key] = await readFile(at(store, 'store', 'predict', key, 'predictions.csv'), 'utf8');
    return found;
  };

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ichor-on-slurm-'));
    await writeFile(at('package.json'), '{}');
    await writeFile(at('base.yaml'), RECIPE.replace('NAME', 'base'));
    await writeFile(at('two.yaml'), 'recipe: 1\nname: two\nextends: base.yaml\nsequence: { cells: 6 }\n');
    await writeFile(at('both.yaml'), 'table: 1\nname: both\nfigures: [mean-log-loss]\nrows: [base.yaml, two.yaml]\n');
    await writeFile(
      at('bad.yaml'),
      'recipe: 1\nname: bad\nextends: base.yaml\nsweep: { grid: { data.split.validation: [0.4, 0.95], sequence.cells: [4, 6] } }\n',
    );
    await writeFile(
      at('long.yaml'),
      `recipe: 1
name: long
extends: base.yaml
plugins: [./held.mjs]
train: { sequence: { epochs: 120, optimizer: { schedule: test/held } } }
sweep: { grid: { sequence.cells: [4, 5, 6] } }
`,
    );
    await writeFile(at('held.mjs'), HELD);
    await writeFile(at('hungry.mjs'), HUNGRY);
    for (const name of ['held', 'hungry'])
      await writeFile(
        at(`one-${name}.yaml`),
        `recipe: 1\nname: one-${name}\nextends: base.yaml\nplugins: [./${name}.mjs]\ntrain: { sequence: { epochs: 4, optimizer: { schedule: test/${name} } } }\n`,
      );
    // A minute is the least that Slurm knows, and the warning before it does nothing here: SIGCONT.
    await writeFile(
      at('minute.yaml'),
      'executor: { type: slurm, memoryGb: 1, pollSeconds: 0.5, sbatch: ["--time=1", "--signal=B:CONT@1"] }\n',
    );
    await writeFile(at('slurm.yaml'), 'executor: { type: slurm, memoryGb: 1, minutes: 30, pollSeconds: 0.5 }\n');
    // The nodes see at once what the others wrote.
    env = { ...(await startSlurm(at('cluster'))), ICHOR_INPUT_WAIT_SECONDS: '1', HELD_BY: at('held') };
    // Slurm looks at limits twice a minute: meanwhile the other tests run. In a wait this long the job does not hear that it is to put its
    // work away, and is killed.
    await writeFile(at('hold'), '');
    const words = on('run', 'one-held.yaml', 'late').map((word) => (word === 'slurm.yaml' ? 'minute.yaml' : word));
    late = start(words, { cwd: folder, env: { ...env, HELD_BY: at('hold'), HELD_MS: '30000' } });
  }, 60_000);
  afterAll(async () => {
    stopSlurm(at('cluster'));
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('gives a table that --jobs 2 gives, to the byte', async () => {
    const there = await command(on('table', 'both.yaml', 'there'));
    expect(there, there.err).toMatchObject({ status: 0 });
    const here = await command(['table', 'both.yaml', '--engine', 'wasm', '--store', at('here'), '--jobs', '2']);
    expect(here, here.err).toMatchObject({ status: 0 });
    expect(await predictions('there')).toEqual(await predictions('here'));
    const table = (store: string) => readFile(at(store, 'tables', 'both', 'table.csv'), 'utf8');
    expect(await table('there')).toBe(await table('here'));
    expect(there.err).toMatch(/^ {2}embed [0-9a-f]{8} {2}submitted to slurm as \d+_0$/m);
    // Nothing is left, and nothing is submitted.
    const again = await command(on('table', 'both.yaml', 'there'));
    expect(again, again.err).toMatchObject({ status: 0 });
    expect(again.err).not.toContain('submitted');
  }, 120_000);

  it('has the others finish where a part of some points fails, and says what failed', async () => {
    const { status, err, out } = await command(on('sweep', 'bad.yaml', 'there'));
    expect(status, err).toBe(1);
    expect(out).toContain('2 done, 2 failed');
    expect(err).toMatch(
      /failed {2}validation-0\.95\.cells-4: embed [0-9a-f]{8}, which it needs, failed: A share of 0\.95/,
    );
    const listed = await command(['jobs', '--all', '--store', at('there')]);
    expect(listed.out).toMatch(/^sweep-bad {2}on slurm: 2 done, 3 failed$/m);
    const logs = await command(['jobs', 'logs', 'embed', '--store', at('there')]);
    expect(logs.out).toContain('A share of 0.95 for validation leaves none');
  }, 120_000);

  it('goes on after a killed driver, a killed node and a stopped job, and submits nothing twice', async () => {
    await writeFile(at('held'), '');
    const first = start(on('sweep', 'long.yaml', 'there', '--quiet'), { cwd: folder, env });
    await until(async () => (await runs('there', 'sweep-long', 1)) && (await runs('there', 'sweep-long', 2)));
    first.child.kill('SIGKILL');
    await first.ended;
    const ids = (await states('there', 'sweep-long')).map(({ id }) => id);
    const listed = JSON.parse((await command(['jobs', '--json', '--store', at('there')])).out) as {
      jobs: { name: string; state: string; driven: boolean; id: string }[];
    };
    expect(listed.jobs.find(({ id }) => id === ids[1])).toMatchObject({ state: 'running', driven: false });
    // As two minutes before its time limit: it puts its work away, and is put back.
    slurm('scancel', '--signal=TERM', '--batch', ids[1] as string);
    // As a node that fails under it.
    process.kill((await record('there', 'sweep-long', 2))?.process.pid as number, 'SIGKILL');
    await until(async () => (await record('there', 'sweep-long', 1))?.end === 'preempted');
    await until(() => slurm('squeue', '--noheader', '--array', `--job=${ids[1]}`, '--format=%T').startsWith('PENDING'));
    // Slurm waits for two minutes before it begins what was put back; in the second of its end a node takes it for what was ended
    // ("Job credential revoked").
    slurm('scontrol', 'update', `JobId=${ids[1]}`, 'StartTime=now+3');
    await rm(at('held'));
    const second = await command(on('sweep', 'long.yaml', 'there'));
    expect(second, second.err).toMatchObject({ status: 0 });
    const after = await states('there', 'sweep-long');
    expect(after.map(({ phase }) => phase)).toEqual(['done', 'done', 'done']);
    expect(after[1]?.id, second.err).toBe(ids[1]);
    expect(after[2]?.id).not.toBe(ids[2]);
    expect(after.map(({ submissions }) => submissions)).toEqual([1, 1, 2]);
    const whole = await command(['sweep', 'long.yaml', '--engine', 'wasm', '--store', at('whole'), '--quiet']);
    expect(whole, whole.err).toMatchObject({ status: 0 });
    const own = await predictions('whole');
    const found = await predictions('there');
    expect(Object.fromEntries(Object.keys(own).map((key) => [key, found[key]]))).toEqual(own);
  }, 180_000);

  it('gives more memory to a job that ran out of it', async () => {
    await writeFile(at('eat'), '');
    const own = { ...env, HELD_BY: at('eat') };
    const { ended } = start(on('run', 'one-hungry.yaml', 'there'), { cwd: folder, env: own });
    await until(async () => (await states('there', 'run-one-hungry').catch(() => []))[0]?.failures === 1);
    const { status, err } = await ended;
    expect(status, err).toBe(0);
    expect(err).toMatch(
      /is submitted again: (it ran out of memory, and|its process was killed, for want of memory perhaps: it) gets twice as much/,
    );
    expect(await states('there', 'run-one-hungry')).toMatchObject([{ phase: 'done', submissions: 2, memoryTimes: 2 }]);
    await rm(at('eat'));
  }, 120_000);

  it('gives more time to a job that ran into its limit', async () => {
    await until(async () => (await states('late', 'run-one-held').catch(() => []))[0]?.failures === 1);
    await rm(at('hold'));
    const { status, err } = await late.ended;
    expect(status, err).toBe(0);
    expect(err).toMatch(/is submitted again: it ran into its time limit, and gets twice the time/);
    expect(await states('late', 'run-one-held')).toMatchObject([{ phase: 'done', submissions: 2, timeTimes: 2 }]);
  }, 180_000);

  it('ends what is under way where somebody cancels it', async () => {
    await writeFile(at('held'), '');
    const { ended } = start(on('sweep', 'long.yaml', 'gone', '--quiet'), { cwd: folder, env });
    await until(() => runs('gone', 'sweep-long', 1));
    const cancelled = await command(['jobs', 'cancel', 'sweep-long', '--store', at('gone')]);
    expect(cancelled, cancelled.err).toMatchObject({ status: 0 });
    const { status, err } = await ended;
    expect(status, err).toBe(1);
    expect(err).toMatch(/failed {2}cells-4: It was cancelled\./);
    await until(() => slurm('squeue', '--noheader') === '');
    expect((await command(['jobs', '--store', at('gone')])).out).toBe('Nothing is under way.\n');
  }, 120_000);

  it('says what Slurm refuses before anything begins', async () => {
    await writeFile(at('wrong.yaml'), 'executor: { partition: shrot }\n');
    const { status, err } = await command(
      on('sweep', 'long.yaml', 'none').map((word) => (word === 'slurm.yaml' ? 'wrong.yaml' : word)),
    );
    expect(status, err).toBe(2);
    expect(err).toContain('invalid partition specified: shrot');
    expect(err).toContain('sinfo lists them');
    expect(existsSync(at('none', 'store', 'source'))).toBe(false);
  }, 60_000);
});
