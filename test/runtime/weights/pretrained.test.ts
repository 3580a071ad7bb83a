import { execFile } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assertUnchanged, type IdentifyOptions, identifyWeights } from '../../../src/runtime/weights/pretrained.ts';
import { openWeightFile } from '../../../src/runtime/weights/weight-file.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-pretrained-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A file needs none of what looks up names and runs. */
const options = () => ({ workspace: folder }) as unknown as IdentifyOptions;
const identify = (file: string) => identifyWeights({ type: 'small-cnn', weights: { file } }, options());

describe('weights of a file', () => {
  it('are known by what it holds, wherever it lies', async () => {
    await writeFile(join(folder, 'a.h5'), 'weights');
    await writeFile(join(folder, 'b.h5'), 'weights');
    const [a, b] = [await identify('a.h5'), await identify(join(folder, 'b.h5'))];
    expect(a?.identity).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(b?.identity).toBe(a?.identity);
    await writeFile(join(folder, 'b.h5'), 'others');
    expect((await identify('b.h5'))?.identity).not.toBe(a?.identity);
  });

  it('of several files change with each of them', async () => {
    const list = { weightsManifest: [{ paths: ['one.bin', 'two.bin'], weights: [] }] };
    await writeFile(join(folder, 'model.json'), JSON.stringify(list));
    await writeFile(join(folder, 'one.bin'), '1');
    await writeFile(join(folder, 'two.bin'), '2');
    const before = await identify('model.json');
    await writeFile(join(folder, 'two.bin'), '3');
    expect((await identify('model.json'))?.identity).not.toBe(before?.identity);
  });

  it('that changed since their key was made are not loaded', async () => {
    await writeFile(join(folder, 'c.h5'), 'before');
    const known = await identify('c.h5');
    if (known === null) throw new Error('it has weights');
    await expect(assertUnchanged(known)).resolves.toBeUndefined();
    await writeFile(join(folder, 'c.h5'), 'behind');
    await expect(assertUnchanged(known)).rejects.toMatchObject({
      code: 'weights-file-changed',
      hint: expect.stringContaining('again'),
    });
  });

  it('that are a pipe or a device are refused before anything waits for them', async () => {
    const pipe = join(folder, 'pipe.h5');
    await promisify(execFile)('mkfifo', [pipe]);
    await symlink('/dev/zero', join(folder, 'zero.h5'));
    const list = { weightsManifest: [{ paths: ['pipe.h5'], weights: [] }] };
    await writeFile(join(folder, 'piped.json'), JSON.stringify(list));
    for (const name of ['pipe.h5', 'zero.h5', 'piped.json']) {
      await expect(identify(name)).rejects.toMatchObject({ code: 'weights-file-unknown', exit: 2 });
    }
    await expect(openWeightFile(pipe)).rejects.toMatchObject({ code: 'weights-file-unknown' });
  });

  it('that are not there end with the path', async () => {
    await expect(identify('nowhere.h5')).rejects.toMatchObject({ code: 'weights-file-missing', exit: 2 });
  });
});
