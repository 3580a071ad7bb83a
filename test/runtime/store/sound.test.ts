import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Artifact } from '../../../src/runtime/store/artifact.ts';
import { assertSound } from '../../../src/runtime/store/sound.ts';
import { Store } from '../../../src/runtime/store/store.ts';
import { draft } from '../draft.ts';

const KEY = 'a'.repeat(64);
let root: string;
let artifact: Artifact;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ichor-sound-'));
  const store = new Store(root);
  await store.prepare();
  const { folder } = await store.begin(KEY);
  for (const name of ['weights.safetensors', 'part-00001-of-00001.tfrecord', 'ledger.json'])
    await writeFile(join(folder, name), `${name} `.repeat(1000));
  artifact = await store.finish(draft(KEY));
});
afterEach(() => rm(root, { recursive: true, force: true }));

/** Zeros in the middle, as a disk leaves them: the size stays. */
async function damage(name: string): Promise<void> {
  const file = join(artifact.folder, name);
  const bytes = await readFile(file);
  bytes.fill(0, bytes.length / 2, bytes.length / 2 + 64);
  await writeFile(file, bytes);
}

it('a file of the right size with other bytes is damaged, and the folder to delete is named', async () => {
  await assertSound(artifact);
  await damage('weights.safetensors');
  const found = assertSound(artifact);
  await expect(found).rejects.toMatchObject({
    code: 'artifact-damaged',
    hint: expect.stringContaining(artifact.folder),
  });
  await expect(found).rejects.toThrow(join(artifact.folder, 'weights.safetensors'));
  // Whoever only finds it looks at sizes.
  expect(await new Store(root).find('index', KEY)).not.toBeNull();
});

it('a file that was found sound is looked at again once it was touched, also where its time was put back', async () => {
  await assertSound(artifact);
  const file = join(artifact.folder, 'weights.safetensors');
  const past = new Date('2020-01-01');
  await utimes(file, past, past);
  await assertSound(artifact);
  await damage('weights.safetensors');
  await utimes(file, past, past);
  await expect(assertSound(artifact)).rejects.toMatchObject({ code: 'artifact-damaged' });
});

it('shards are left to the check sums of their records', async () => {
  await damage('part-00001-of-00001.tfrecord');
  await assertSound(artifact);
});

it('what a run says of what it recalls is looked at wherever it is found', async () => {
  await damage('ledger.json');
  await expect(new Store(root).find('index', KEY)).rejects.toMatchObject({ code: 'artifact-damaged' });
});

it('an artifact that has lost its manifest is damaged', async () => {
  await rm(join(artifact.folder, 'manifest.json'));
  await expect(assertSound(artifact)).rejects.toThrow('manifest.json is missing');
});
