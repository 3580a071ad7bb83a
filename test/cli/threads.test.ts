import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findEngine } from '../../src/runtime/engine/install/find.ts';
import { ichor, top } from '../cli.ts';
import { tiny } from './tiny.ts';

const native = await findEngine();
const recipe = join(top, 'recipes', 'quickstart.yaml');

/** One epoch is enough for sums of another order. */
const once = tiny.map((word) => (word.startsWith('train.backbone.epochs=') ? 'train.backbone.epochs=1' : word));

interface Planned {
  machine: { threads: number; isa: string };
  madeDifferently: string | null;
  stages: { id: string; key: string; state: string; reasons: { reason: string }[]; machine: object | null }[];
}

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-threads-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const store = (name: string) => join(folder, name);
async function called(words: readonly string[], env = {}): Promise<string> {
  const { status, out, err } = await ichor(words, { env });
  expect(status, err).toBe(0);
  return out;
}
const run = (name: string, more: readonly string[], env = {}) =>
  called(['run', recipe, ...once, '--store', store(name), '--engine', 'native', '--quiet', ...more], env);
const plan = async (name: string, more: readonly string[]): Promise<Planned> => {
  const words = ['plan', recipe, ...once, '--store', store(name), '--engine', 'native', '--format', 'json', ...more];
  return JSON.parse(await called(words));
};
const stage = ({ stages }: Planned, id: string) => stages.find((one) => one.id === id);
const json = async (...path: string[]) => JSON.parse(await readFile(join(folder, ...path), 'utf8'));
const weights = (name: string, key: string) =>
  readFile(join(store(name), 'store', 'backbone', key, 'weights.safetensors'));

describe.skipIf(native === null)('threads of the native engine', () => {
  it('are recorded, taken apart under --exact, and give equal bytes where they are equal', async () => {
    const backbone = ['--until', 'backbone'];
    // Over TensorFlow's own variable, which would say two.
    await run('a', ['--threads', '1', ...backbone], { TF_NUM_INTRAOP_THREADS: '2' });
    const made = await plan('a', ['--threads', '2', ...backbone]);
    const key = stage(made, 'backbone')?.key ?? '';
    expect(stage(made, 'backbone')).toMatchObject({ state: 'cached', machine: { threads: 1 } });
    expect(made.madeDifferently).toBeNull();
    const one = { ...made.machine, threads: 1 };
    expect((await json('a', 'store', 'backbone', key, 'manifest.json')).machine).toMatchObject({ threads: 1 });
    const { machines } = await json('a', 'runs', 'quickstart-1', 'run.json');
    expect(machines).toMatchObject([{ threads: 1, isa: one.isa, artifacts: ['backbone'] }]);

    // The same number from the recipe, in another store, where a machine of three threads left something.
    const partial = join(store('b'), 'partial', key);
    await mkdir(partial, { recursive: true });
    await writeFile(join(partial, 'left'), '');
    await writeFile(join(partial, 'machine.json'), JSON.stringify([{ threads: 3, isa: 'avx2' }]));
    const begun = await plan('b', ['--set', 'engine.threads=1', ...backbone]);
    expect(stage(begun, 'backbone')).toMatchObject({ key, state: 'continue' });
    expect(stage(begun, 'backbone')?.reasons[0]).toMatchObject({ reason: 'unfinished', begun: '3 threads avx2' });
    await run('b', ['--set', 'engine.threads=1', ...backbone]);
    expect((await weights('b', key)).equals(await weights('a', key))).toBe(true);
    const manifest = await json('b', 'store', 'backbone', key, 'manifest.json');
    expect(manifest).toMatchObject({ machine: { threads: 1 }, machinesBefore: [{ threads: 3, isa: 'avx2' }] });
    const { notes } = await json('b', 'store', 'backbone', key, 'ledger.json');
    expect(notes).toContainEqual(
      expect.objectContaining({ reason: 'resumed-on-another-machine', kind: 'warning', what: 'network' }),
    );

    // On two threads what one made does not count, and stays.
    const exact = ['--threads', '2', '--exact', ...backbone];
    const apart = stage(await plan('a', exact), 'backbone');
    expect(apart?.key).not.toBe(key);
    expect(apart?.reasons).toMatchObject([{ reason: 'other-machine' }]);
    await run('a', exact);
    expect(await readdir(join(store('a'), 'store', 'backbone'))).toHaveLength(2);
    expect(stage(await plan('a', exact), 'backbone')).toMatchObject({ state: 'cached', machine: { threads: 2 } });
    expect((await weights('a', apart?.key ?? '')).equals(await weights('a', key))).toBe(false);

    // Without it a run takes what is there, and says so.
    await run('a', ['--threads', '2', '--until', 'embed']);
    const line = 'Made on different threads or instruction sets: backbone on 1 thread';
    expect(await called(['runs', 'show', 'quickstart-3', '--store', store('a')])).toContain(line);
    const mixed = await json('a', 'runs', 'quickstart-3', 'run.json');
    expect(mixed.machines).toMatchObject([
      { threads: 1, artifacts: ['backbone'] },
      { threads: 2, artifacts: ['embed'] },
    ]);
  }, 240_000);
});

it('a number of threads that no machine has is refused', async () => {
  for (const said of ['0', '1.5', 'many', '100000']) {
    const { status, err } = await ichor(['run', recipe, '--threads', said]);
    expect(status).toBe(2);
    expect(err).toContain('--threads');
  }
});
