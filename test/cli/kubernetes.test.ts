import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { DriverFile } from '../../src/runtime/jobs/folder.ts';
import type { JobRecord } from '../../src/runtime/jobs/record.ts';
import { ichor, start, top } from '../cli.ts';
import { ApiServer } from '../plugins/executors/kubernetes/server.ts';
import { reach } from '../plugins/executors/kubernetes/transports.ts';

const RECIPE = `recipe: 1
name: cells
data:
  source: { type: phantom, studies: 8, testStudies: 1, minimumSlices: 4, maximumSlices: 5, size: 64 }
  split: { validation: 0.4 }
  image: { size: 32 }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, width: 0.25, blocks: 2 }
sequence: { type: bi-lstm, cells: 4, layers: 1 }
train: { backbone: { epochs: 1 }, sequence: { epochs: 30 } }
sweep: { grid: { sequence.cells: [4, 5, 6] } }
`;

describe.skipIf(process.platform === 'win32')('a cluster of Kubernetes whose pods are processes', () => {
  const server = new ApiServer();
  let folder: string;
  let env: Record<string, string>;
  const at = (...names: string[]) => join(folder, ...names);
  const on = (store: string, ...more: string[]) => [
    ...['sweep', 'cells.yaml', '--engine', 'wasm', '--store', at(store)],
    ...['--on', 'kubernetes', '--on-config', 'kubernetes.yaml', ...more],
  ];
  const command = (words: readonly string[]) => ichor(words, { cwd: folder, env });
  const record = async (store: string, place: number): Promise<JobRecord | null> =>
    JSON.parse(await readFile(at(store, 'jobs', 'sweep-cells', `${place}.json`), 'utf8').catch(() => 'null'));
  const states = async (store: string) =>
    (JSON.parse(await readFile(at(store, 'jobs', 'sweep-cells', 'driver.json'), 'utf8')) as DriverFile).states;
  const trains = async (store: string, place: number) => {
    const found = await record(store, place);
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
    folder = await mkdtemp(join(tmpdir(), 'ichor-on-kubernetes-'));
    server.starts = true;
    await server.listen();
    env = { ...reach(server, 'kubectl', at('account')), ICHOR_INPUT_WAIT_SECONDS: '1' };
    await writeFile(at('package.json'), '{}');
    await writeFile(at('cells.yaml'), RECIPE);
    const config = { type: 'kubernetes', image: 'registry.example/ichor', claim: 'study', mountPath: folder };
    const own = [process.execPath, join(top, 'dist', 'src', 'cli', 'main.js')];
    const executor = { ...config, command: own, memoryGb: 1, minutes: 30, pollSeconds: 0.5 };
    await writeFile(at('kubernetes.yaml'), stringify({ executor }));
  });
  afterAll(async () => {
    await server.close();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  it('is shown what it would be given: nothing is submitted, and nothing written', async () => {
    const { status, out, err } = await command(on('shown', '--dry-run'));
    expect(status, err).toBe(0);
    const manifests = parseAllDocuments(out).map((one) => one.toJS() as { kind: string; metadata: { name: string } });
    expect(manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`)).toEqual([
      'ServiceAccount ichor-driver',
      'Role ichor-driver',
      'RoleBinding ichor-driver',
      'Job ichor-sweep-cells',
      'Job ichor-dry-run-1',
    ]);
    expect(out).toMatch(/# What it submits first: embed [0-9a-f]{8}\./);
    expect(out).toContain(`sweep cells.yaml --engine wasm --store ${at('shown')} --on kubernetes`);
    expect(out).not.toContain('--dry-run');
    expect(existsSync(at('shown'))).toBe(false);
    expect(server.calls).toEqual([]);
    const json = await command(on('shown', '--dry-run', '--json'));
    const text = out.replace('kubernetes.yaml\n', 'kubernetes.yaml --json\n');
    expect(JSON.parse(json.out)).toMatchObject({ executor: 'kubernetes', text });
  }, 60_000);

  it('says that it needs a file, which lines of it are wrong, and which executors show nothing', async () => {
    const words = on('none').slice(0, -2);
    const none = await command(words);
    expect(none).toMatchObject({ status: 2 });
    expect(none.err).toContain('error[on-config-needed]: The executor kubernetes cannot be called without a file');
    await writeFile(at('wrong.yaml'), 'executor:\n  type: kubernetes\n  claim: study\n');
    const wrong = await command([...words, '--on-config', 'wrong.yaml']);
    expect(wrong).toMatchObject({ status: 2 });
    expect(wrong.err).toMatch(/wrong\.yaml:1:1 +error missing-key\n {2}executor\.image is missing/);
    const local = await command(['sweep', 'cells.yaml', '--store', at('none'), '--on', 'local', '--dry-run']);
    expect(local.err).toContain('error[no-dry-run]: The executor local has nothing to show');
    const alone = await command(['sweep', 'cells.yaml', '--store', at('none'), '--dry-run']);
    expect(alone.err).toContain('error[dry-run-without-on]');
    const slurm = await command(['sweep', 'cells.yaml', '--store', at('none'), '--on', 'slurm', '--dry-run']);
    expect(slurm, slurm.err).toMatchObject({ status: 0 });
    expect(slurm.out).toMatch(/\narray1=\$\(sbatch --parsable .*--array=0 /);
    expect(slurm.out).toMatch(/\narray2=\$\(sbatch .*--array=1-3 .*"--dependency=afterany:\$\{array1\}"/);
    expect(existsSync(at('none'))).toBe(false);
  }, 60_000);

  it('goes on after a killed driver, killed pods and credentials that expire, with the bytes of a run here', async () => {
    const first = start(on('there', '--quiet'), { cwd: folder, env });
    await until(async () => (await trains('there', 1)) && (await trains('there', 2)) && (await trains('there', 3)));
    first.child.kill('SIGKILL');
    await first.ended;
    const before = await states('there');
    // Memory runs out under one; another one's pod is deleted, and puts its work away.
    process.kill((await record('there', 1))?.process.pid as number, 'SIGKILL');
    server.deletePod(server.podOf(before[2]?.id as string).metadata.name);
    const own = server.token;
    const second = start(on('there'), { cwd: folder, env });
    let err = '';
    second.child.stderr?.on('data', (part) => {
      err += part;
    });
    await until(() => err.includes('is submitted again'));
    server.token = 'of tomorrow';
    await until(() => err.includes('log in again'));
    server.token = own;
    const ended = await second.ended;
    expect(ended, ended.err).toMatchObject({ status: 0 });
    expect(ended.err).toMatch(/point cells-4 {2}is submitted again: it ran out of memory, and gets twice as much/);
    expect(ended.err).toMatch(/point cells-5 {2}is submitted again: it was preempted/);
    const after = await states('there');
    expect(after.map(({ phase }) => phase)).toEqual(['done', 'done', 'done', 'done']);
    expect(after.map(({ submissions }) => submissions)).toEqual([1, 2, 2, 1]);
    expect(after[3]?.id).toBe(before[3]?.id);
    const logs = await command(['jobs', 'logs', 'cells-6', '--store', at('there')]);
    expect(logs.out).toContain('sequence');
    const whole = await ichor(['sweep', 'cells.yaml', '--engine', 'wasm', '--store', at('here'), '--quiet'], {
      cwd: folder,
    });
    expect(whole, whole.err).toMatchObject({ status: 0 });
    expect(await predictions('there')).toEqual(await predictions('here'));
  }, 240_000);

  it('ends what is under way where somebody cancels it', async () => {
    // Of the sweep before all but the points is there.
    const { ended } = start(on('there', '--quiet', '--restart', '--set', 'train.sequence.epochs=200'), {
      cwd: folder,
      env,
    });
    await until(() => trains('there', 0));
    const cancelled = await command(['jobs', 'cancel', 'sweep-cells', '--store', at('there')]);
    expect(cancelled, cancelled.err).toMatchObject({ status: 0 });
    const { status, err } = await ended;
    expect(status, err).toBe(1);
    expect(err).toMatch(/failed {2}cells-4: It was cancelled\./);
    await until(() => [...server.pods.values()].every(({ status: { phase } }) => phase !== 'Running'));
    expect((await command(['jobs', '--store', at('there')])).out).toBe('Nothing is under way.\n');
  }, 120_000);
});
