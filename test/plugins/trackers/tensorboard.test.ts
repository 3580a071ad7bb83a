import { appendFile, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import tensorboard from '../../../plugins/trackers/tensorboard/index.ts';
import type { TrackBegin, TrackRecord } from '../../../src/index.ts';
import { testComponent } from '../../../src/testing/index.ts';
import { python, runPython, WITHOUT } from '../../peer-python.ts';

const BEGIN: TrackBegin = {
  type: 'begin',
  time: 1_700_000_000_500,
  run: 'heads-1',
  recipe: 'heads',
  recipeHash: 'ab'.repeat(32),
  marks: ['SYNTHETIC'],
  seed: 3,
  dataSeed: 6,
  params: { 'backbone.type': 'small-cnn', 'data.limit': null, smoke: false, 'train.backbone.batch': 32 },
  recipeText: 'recipe: 1\nname: heads\n',
  parent: null,
  versions: { ichor: '0.2.0' },
  engine: { kind: 'wasm', version: '4.22.0' },
  resumes: null,
};
const scalars = (stage: string, step: number, loss: number): TrackRecord => ({
  type: 'scalars',
  time: 1_700_000_000_000 + 1000 * step,
  stage,
  step,
  epoch: step / 4,
  values: { train_loss: loss, learning_rate: 0.25 },
});
const end = (state: 'done' | 'failed' | 'interrupted'): TrackRecord => ({
  type: 'end',
  time: 1_700_000_099_000,
  state,
  error: null,
  marks: [],
});

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-tensorboard-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
});

const send = (records: readonly TrackRecord[], state: unknown = null, stated: string | null = null, run = 'run') =>
  tensorboard.send(
    records,
    { state, folder: join(folder, run), workspace: folder, signal: new AbortController().signal, parent: null },
    { folder: stated, identified: false },
  );

interface Read {
  scalars: Record<string, [number, number][]>;
  texts: Record<string, string[]>;
  hparams?: Record<string, unknown>;
  status?: number;
}
const read = (root: string): Record<string, Read> =>
  JSON.parse(runPython(fileURLToPath(new URL('read-events.py', import.meta.url)), [root]));

it('keeps the contract of its kind', async () => {
  const { checked, skipped } = await testComponent(tensorboard);
  expect(checked.slice(-3)).toEqual(['contract', 'send: the network is down', 'send: the network hangs']);
  expect(skipped).toEqual([]);
});

it('writes a folder a run and a network, where it is told to, and into nobody else’s', async () => {
  await send([BEGIN, scalars('backbone:fold-2', 4, 1)], null, 'curves');
  expect((await readdir(join(folder, 'curves'), { recursive: true })).sort()).toEqual([
    'heads-1',
    join('heads-1', 'backbone-fold-2'),
    join('heads-1', 'backbone-fold-2', 'events.out.tfevents.1700000000.ichor.abababababab'),
    join('heads-1', 'events.out.tfevents.1700000000.ichor.abababababab'),
  ]);
  // Sent once more, after nobody could say whether it had arrived.
  await send([BEGIN], null, 'curves');
  // A run of this name, of a store that was deleted since.
  await send([{ ...BEGIN, time: BEGIN.time + 5000 }], null, 'curves');
  expect(await readdir(join(folder, 'curves'))).toEqual(['heads-1', 'heads-1-2']);
});

it('does not write where a file is in the way', async () => {
  await writeFile(join(folder, 'curves'), '');
  await expect(send([BEGIN], null, 'curves')).rejects.toMatchObject({ code: 'ENOTDIR' });
  expect(await readdir(folder)).toEqual(['curves']);
});

it('goes on where its folder was moved to, under the name of the run that goes on, also sent twice', async () => {
  const killed = await send([BEGIN, scalars('backbone', 4, 1)]);
  await rename(join(folder, 'run'), join(folder, 'next'));
  const resumed = [{ ...BEGIN, run: 'heads-2', resumes: 'heads-1' }, scalars('backbone', 8, 0.5)];
  const state = await send(resumed, killed, null, 'next');
  expect(await send(resumed, killed, null, 'next')).toEqual(state);
  expect([await readdir(folder), await readdir(join(folder, 'next'))]).toEqual([['next'], ['heads-2']]);
  const { size } = await stat(
    join(folder, 'next', 'heads-2', 'backbone', 'events.out.tfevents.1700000000.ichor.abababababab'),
  );
  expect((state as { files: Record<string, unknown> }).files.backbone).toMatchObject({ bytes: size, step: 8 });
  // A folder that the user named stays where it is.
  const stated = await send([BEGIN], null, 'curves');
  await send(resumed, stated, 'curves', 'next');
  expect(await readdir(join(folder, 'curves'))).toEqual(['heads-1']);
});

it.skipIf(process.platform !== 'linux')('says of a folder that can never be made that it cannot', async () => {
  await expect(send([BEGIN], null, '/proc/nowhere')).rejects.toMatchObject({ code: 'ENOENT', syscall: 'mkdir' });
});

it('writes again what a delivery that was cut off had written', async () => {
  const whole = await send([BEGIN, scalars('backbone', 4, 1)]);
  const file = join(folder, 'run', 'heads-1', 'backbone', 'events.out.tfevents.1700000000.ichor.abababababab');
  const state = await send([scalars('backbone', 8, 0.5)], whole);
  const { size } = await stat(file);
  await appendFile(file, 'half a rec');
  expect(await send([scalars('backbone', 8, 0.5)], whole)).toEqual(state);
  expect((await stat(file)).size).toBe(size);
});

describe.skipIf(python === null)(`as tensorboard reads it (skipped where ${WITHOUT})`, () => {
  it('has curves by update, figures, the recipe, and what the run was made with', async () => {
    const state = await send([BEGIN, scalars('backbone', 4, 1), scalars('backbone', 8, 0.5)]);
    await send(
      [
        scalars('sequence', 2, 0.75),
        { type: 'figures', time: 1, model: 'sequence', side: 'validation', values: { 'log-loss': 0.5 } },
        end('done'),
      ],
      state,
    );
    const found = read(join(folder, 'run', 'heads-1'));
    expect(Object.keys(found).sort()).toEqual(['.', 'backbone', 'sequence']);
    expect(found.backbone?.scalars).toEqual({
      train_loss: [
        [4, 1],
        [8, 0.5],
      ],
      learning_rate: [
        [4, 0.25],
        [8, 0.25],
      ],
    });
    expect(found.sequence?.scalars).toMatchObject({ train_loss: [[2, 0.75]], 'validation/log-loss': [[2, 0.5]] });
    const own = found['.'] as Read;
    expect(own.texts.recipe).toEqual(['```yaml\nrecipe: 1\nname: heads\n\n```']);
    expect(own.texts.run?.[0]).toContain('| marks | SYNTHETIC |');
    expect(own.hparams).toEqual({
      'backbone.type': 'small-cnn',
      'data.limit': 'none',
      smoke: false,
      'train.backbone.batch': 32,
      marks: 'SYNTHETIC',
    });
    expect(own.status).toBe(1);
  });

  it('has of a sweep what it tries', async () => {
    const parent = { name: 'sizes', kind: 'sweep', point: { 'data.image.size': 64 } } as const;
    await send([{ ...BEGIN, parent }, end('failed')]);
    const { hparams, status } = read(join(folder, 'run', 'heads-1'))['.'] as Read;
    expect(hparams).toEqual({ seed: 3, 'data.seed': 6, 'data.image.size': 64, marks: 'SYNTHETIC' });
    expect(status).toBe(2);
  });

  it('has each step once, where a run was killed or failed and another went on, also from before what was sent', async () => {
    const failed = await send([BEGIN, scalars('backbone', 4, 1), scalars('backbone', 8, 0.5), end('failed')]);
    const resumed: TrackBegin = { ...BEGIN, run: 'heads-2', time: BEGIN.time + 9000, resumes: 'heads-1' };
    // As the runtime does before the second delivers anything.
    await rename(join(folder, 'run'), join(folder, 'next'));
    // The checkpoint of step 8 was lost.
    await send(
      [resumed, scalars('backbone', 8, 0.25), scalars('backbone', 12, 0.125), end('done')],
      failed,
      null,
      'next',
    );
    const found = read(join(folder, 'next', 'heads-2'));
    expect(found.backbone?.scalars.train_loss).toEqual([
      [4, 1],
      [8, 0.25],
      [12, 0.125],
    ]);
    expect(found['.']).toMatchObject({ status: 1, texts: { resumed: ['heads-2 goes on with heads-1.'] } });
    // One training, one folder.
    expect([await readdir(folder), await readdir(join(folder, 'next'))]).toEqual([['next'], ['heads-2']]);
  });
});
