import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { defineWindow } from '../../../src/index.ts';
import { buildGraph } from '../../../src/runtime/export/build.ts';
import { exportRun } from '../../../src/runtime/export/export-run.ts';
import { openTrained, type TrainedRun } from '../../../src/runtime/export/open-trained.ts';
import type { Part } from '../../../src/runtime/export/part.ts';
import { makeFolder } from '../../../src/runtime/export/target.ts';
import type { RunRecord } from '../../../src/runtime/runs/run-folder.ts';
import { sigmoidWindow } from '../train/sigmoid-window.ts';
import { registryOf, trainedRun } from './trained.ts';
import { trainedStore } from './trained-store.ts';

const registry = registryOf();
const never = new AbortController().signal;
const folderOf = () => mkdtempSync(join(tmpdir(), 'export-'));

async function opened(changes: readonly string[], record: Partial<RunRecord> = {}): Promise<TrainedRun> {
  const made = await trainedStore(folderOf(), changes, { record });
  return openTrained({ record: made.record, folder: made.folder, storeRoot: made.store }, registry);
}
const write = (run: TrainedRun, target: string, part: Part = 'whole', replace = false) =>
  exportRun(run, { part, target, replace, signal: never });

describe('an export', () => {
  let run: TrainedRun;
  beforeAll(async () => {
    run = await opened(['sequence={type: bi-lstm, cells: 4}', 'evaluation.patient={slices: 2, threshold: 0.4}']);
  });

  it('is a model, its card and an example, with every mark in each of them', async () => {
    const root = folderOf();
    const target = join(root, 'made');
    const made = await write(run, target);
    expect(readdirSync(target).sort()).toEqual(['example.py', 'model-card.md', 'model.onnx']);
    expect(made.bytes).toBe(readFileSync(join(target, 'model.onnx')).length);
    const marks = ['SYNTHETIC', 'SMOKE', 'WORSE THAN CONSTANT'];
    expect(made.facts.marks).toEqual(marks);
    const card = readFileSync(join(target, 'model-card.md'), 'utf8');
    expect(card).toMatch(/^# SYNTHETIC, SMOKE, WORSE THAN CONSTANT: exported-1\n/);
    for (const said of [
      'Not a medical device',
      '| `hu` | float32 | `[slices, rows, columns]` |',
      '| 1 | subdural | -20 to 180 | linear (level 80, width 200) |',
      '0 epidural, 1 intraparenchymal, 2 intraventricular, 3 subarachnoid, 4 subdural, 5 any',
      'Input mode of small-cnn: `unit`, x / 255.',
      'does not choose, order or repair slices',
      'at least 2 slices in a row have any above 0.4',
      'without looking: 0.2000',
      run.record.recipeHash,
    ])
      expect(card).toContain(said);
    const example = readFileSync(join(target, 'example.py'), 'utf8');
    for (const mark of marks)
      expect(example.split('\n').filter((line) => line.startsWith('print('))[0]).toContain(mark);
    expect(example).not.toMatch(/\{\{|undefined/);
    expect(example.split('\n').length).toBeLessThan(60);
    const model = readFileSync(join(target, 'model.onnx')).toString('latin1');
    expect(model).toContain('SYNTHETIC-SMOKE-WORSE_THAN_CONSTANT-exported-1-whole');
    expect(readdirSync(root)).toEqual(['made']);
  });

  it('of a part says what that takes, and its example asks for arrays', async () => {
    const root = folderOf();
    const backbone = await write(run, join(root, 'b'), 'backbone');
    expect(backbone.inputs).toEqual([{ name: 'pictures', shape: ['slices', 32, 32, 3] }]);
    const sequence = await write(run, join(root, 's'), 'sequence');
    expect(sequence.inputs).toEqual([{ name: 'embeddings', shape: ['slices', 24] }]);
    expect(readFileSync(join(root, 's', 'example.py'), 'utf8')).toContain('python example.py EMBEDDINGS.npy');
    expect(readFileSync(join(root, 's', 'model-card.md'), 'utf8')).toContain('No picture goes into this file.');
  });

  it('overwrites nothing but an earlier export, and that only where it is told to', async () => {
    const root = folderOf();
    const target = join(root, 'made');
    await write(run, target);
    const first = readFileSync(join(target, 'model.onnx'));
    await expect(write(run, target)).rejects.toMatchObject({ code: 'export-exists', exit: 2 });
    await write(run, target, 'backbone', true);
    expect(readFileSync(join(target, 'model.onnx')).equals(first)).toBe(false);
    writeFileSync(join(target, 'mine.txt'), 'mine');
    await expect(write(run, target, 'whole', true)).rejects.toMatchObject({
      code: 'export-exists',
      message: expect.stringContaining('not what an export wrote'),
    });
    expect(readFileSync(join(target, 'mine.txt'), 'utf8')).toBe('mine');
    const file = join(root, 'file');
    writeFileSync(file, 'a file');
    await expect(write(run, file, 'whole', true)).rejects.toMatchObject({ code: 'export-exists' });
    mkdirSync(join(root, 'empty'));
    await write(run, join(root, 'empty'));
    expect(readdirSync(root).sort()).toEqual(['empty', 'file', 'made']);
  });

  it('of two at once to one place is written by one of them, whole', async () => {
    const root = folderOf();
    const target = join(root, 'made');
    const ended = await Promise.allSettled([write(run, target), write(run, target)]);
    expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'export-exists' } });
    expect(readdirSync(root)).toEqual(['made']);
    expect(readdirSync(target).length).toBe(3);
  });

  it('leaves nothing where the disk fills up or somebody interrupts it', async () => {
    const root = folderOf();
    const target = join(root, 'made');
    const full = Object.assign(new Error('ENOSPC: no space left on device, write'), {
      code: 'ENOSPC',
      syscall: 'write',
      errno: -28,
    });
    const options = { replace: false, own: ['model.onnx'] };
    await expect(
      makeFolder(target, options, async (folder) => {
        writeFileSync(join(folder, 'model.onnx'), 'half');
        throw full;
      }),
    ).rejects.toMatchObject({ code: 'disk-full', exit: 1 });
    const controller = new AbortController();
    await expect(
      makeFolder(target, { ...options, signal: controller.signal }, async (folder) => {
        writeFileSync(join(folder, 'model.onnx'), 'all');
        controller.abort(new Error('interrupted by SIGINT'));
      }),
    ).rejects.toThrow('interrupted');
    expect(readdirSync(root)).toEqual([]);
  });

  it('says where a folder cannot be made', async () => {
    const root = folderOf();
    writeFileSync(join(root, 'file'), '');
    await expect(write(run, join(root, 'file', 'made'))).rejects.toMatchObject({
      code: 'folder-not-writable',
      exit: 2,
    });
  });
});

describe('what cannot be exported', () => {
  const refused = async (changes: readonly string[], part: Part, says: RegExp) => {
    const run = await opened(changes);
    const root = folderOf();
    await expect(write(run, join(root, 'made'), part)).rejects.toMatchObject({
      code: 'export-no-form',
      exit: 2,
      message: expect.stringMatching(says),
    });
    expect(readdirSync(root)).toEqual([]);
    return run;
  };

  it('is named: random padding, other orders; the backbone beside it is written', async () => {
    const run = await refused(
      ['sequence={type: bi-lstm, cells: 2, pad: random-front}'],
      'whole',
      /bi-lstm.*random-front/,
    );
    await write(run, join(folderOf(), 'made'), 'backbone');
    await refused(['sequence={type: bi-lstm, cells: 2, order: shuffled}'], 'sequence', /shuffled/);
    await refused(['sequence={type: bi-lstm, cells: 2, order: file}'], 'whole', /order is file/);
  });

  it('is named: a layer of a plugin, with the function that has no form', async () => {
    const layer: Parameters<typeof defineWindow>[0]['layer'] = (layers, channel) =>
      layers.custom('counted', [channel], { shape: ([x]) => x!, apply: (tf, [x]) => tf.cumsum(x!, 1) });
    const counted = { ...sigmoidWindow, name: 'test/counted', layer };
    const trained = await trainedRun(['channels=[w]', 'windows.w={type: test/counted}'], counted as never);
    expect(() => buildGraph('backbone', trained, [])).toThrow(
      expect.objectContaining({
        code: 'export-no-form',
        message: expect.stringMatching(/small-cnn .*layer window_0\/counted uses tf\.cumsum/),
      }),
    );
  });

  it('is named: backbones that are dealt by the name of a patient; the parts are written', async () => {
    const trained = await trainedRun(['sequence={type: bi-lstm, cells: 2}', 'train.sequence.embeddings=crossfit']);
    expect(() => buildGraph('whole', trained, [])).toThrow(/by their names/);
    for (const part of ['backbone', 'sequence'] as const)
      expect(buildGraph(part, trained, []).nodes.length).toBeGreaterThan(5);
  });

  it('is named: pictures that went through JPEG', async () => {
    await refused(['data.image.storage=jpeg'], 'whole', /storage is jpeg/);
  });

  it('is named: a part that the recipe has not', async () => {
    await refused([], 'sequence', /has no sequence model/);
  });
});

describe('a run that is not whole', () => {
  it('is refused in words: what did not finish, an ensemble, what was predicted', async () => {
    await expect(opened([], { status: 'interrupted' })).rejects.toMatchObject({ code: 'run-not-trained', exit: 2 });
    await expect(opened([], { predictsWith: 'mine-1' })).rejects.toMatchObject({
      code: 'run-not-trained',
      hint: expect.stringContaining('mine-1'),
    });
    await expect(
      opened([], { ensemble: { mean: 'logits', runs: [{ run: 'a-1' }, { run: 'b-1' }] } as never }),
    ).rejects.toMatchObject({ code: 'run-not-trained', hint: expect.stringContaining('a-1, b-1') });
  });

  it('is refused where its files are lost or were changed', async () => {
    const lost = await trainedStore(folderOf(), []);
    const { key } = lost.record.artifacts.backbone!;
    const at = join(lost.store, 'store', 'backbone', key);
    const weights = join(at, 'weights.safetensors');
    const bytes = readFileSync(weights);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(weights, bytes);
    const found = { record: lost.record, folder: lost.folder, storeRoot: lost.store };
    const target = join(folderOf(), 'made');
    await expect(openTrained(found, registry).then((run) => write(run, target))).rejects.toMatchObject({
      code: 'artifact-damaged',
    });
    expect(existsSync(target)).toBe(false);
    rmSync(at, { recursive: true });
    await expect(openTrained(found, registry)).rejects.toMatchObject({ code: 'artifact-missing', exit: 2 });
    const other = await trainedStore(folderOf(), []);
    const recipe = join(other.folder, 'recipe.resolved.yaml');
    const open = () => openTrained({ record: other.record, folder: other.folder, storeRoot: other.store }, registry);
    writeFileSync(recipe, readFileSync(recipe, 'utf8').replace('seed: 0', 'seed: 1'));
    await expect(open()).rejects.toMatchObject({ code: 'run-recipe-edited', exit: 2 });
    rmSync(recipe);
    await expect(open()).rejects.toMatchObject({ code: 'run-unreadable', exit: 2 });
  });
});
