import { cp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { readCheckpoint, updatesDone } from '../../../src/runtime/artifacts/checkpoints.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { Keeper } from '../../../src/runtime/train/keeper.ts';
import { temporary, toyContext } from './toy.ts';
import { ARTIFACT, trainToy } from './toy-stages.ts';

/** A disk that is full from the nth file of weights on; each such write leaves a part. */
const disk = vi.hoisted(() => ({ writes: 0, fullAt: [] as number[], always: Number.POSITIVE_INFINITY }));
vi.mock('../../../src/runtime/artifacts/safetensors.ts', async (original) => {
  const real = await original<typeof import('../../../src/runtime/artifacts/safetensors.ts')>();
  return {
    ...real,
    writeSafetensors: async (...args: Parameters<typeof real.writeSafetensors>) => {
      disk.writes++;
      if (!disk.fullAt.includes(disk.writes) && disk.writes < disk.always) return real.writeSafetensors(...args);
      await writeFile(`${args[0]}.tmp`, 'a part');
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), {
        code: 'ENOSPC',
        errno: -28,
        syscall: 'write',
      });
    },
  };
});

const engine = await openEngine('wasm');
const bytesOf = (folder: string) => Promise.all(ARTIFACT.map((name) => readFile(join(folder, name), 'hex')));
const crashAfter = (batches: number) => {
  let seen = 0;
  return () => {
    if (++seen === batches) throw new Error('crashed');
  };
};

let calm: string[];
let halfway: string;
beforeAll(async () => {
  const folder = await temporary();
  await trainToy(engine, 'backbone', folder, { everySteps: null });
  calm = await bytesOf(folder);
  halfway = await temporary();
  // Updates 1 to 4, six slices of validation in two batches, and two updates of the second epoch.
  await expect(trainToy(engine, 'backbone', halfway, { everySteps: 1, seen: crashAfter(9) })).rejects.toThrow(
    'crashed',
  );
});
beforeEach(() => {
  Object.assign(disk, { writes: 0, fullAt: [], always: Number.POSITIVE_INFINITY });
});

async function copy() {
  const folder = await temporary();
  await cp(halfway, folder, { recursive: true });
  return folder;
}

async function flip(path: string, at: (length: number) => number) {
  const bytes = await readFile(path);
  const place = at(bytes.length);
  bytes[place] = (bytes[place] as number) ^ 1;
  await writeFile(path, bytes);
}

const DAMAGE: Readonly<Record<string, (path: string) => Promise<void>>> = {
  'is cut off': (path) => truncate(path, 3000),
  'is empty': (path) => truncate(path, 0),
  'has a flipped bit in a weight': (path) => flip(path, (length) => length - 101),
  'has a flipped bit in what it says of the row under way': (path) =>
    readFile(path).then((bytes) => flip(path, () => bytes.indexOf('"loss') + '\\"loss\\":1'.length)),
  'has a flipped bit in the name of its hash': (path) =>
    readFile(path).then((bytes) => flip(path, () => bytes.indexOf('sha256'))),
};

describe('a damaged checkpoint', () => {
  it('is one of two that are there', async () => {
    expect(await readdir(halfway)).toEqual(
      expect.arrayContaining(['checkpoint.safetensors', 'checkpoint-before.safetensors', 'best-4.safetensors']),
    );
    expect(await updatesDone(halfway)).toBe(6);
  });

  it.each(Object.entries(DAMAGE))(
    'that %s falls back on the one before, and ends with the same bytes',
    async (_, harm) => {
      const folder = await copy();
      await harm(join(folder, 'checkpoint.safetensors'));
      const notes = await trainToy(engine, 'backbone', folder, { everySteps: 3 });
      expect(notes).toEqual([
        expect.stringMatching(
          /checkpoint\.safetensors cannot be read.*goes on from the checkpoint before it, after update 5\./,
        ),
      ]);
      expect(await bytesOf(folder)).toEqual(calm);
    },
  );

  it('that is gone between two renames leaves the one before, which is no damage', async () => {
    const folder = await copy();
    await rm(join(folder, 'checkpoint.safetensors'));
    expect(await updatesDone(folder)).toBe(5);
    expect(await trainToy(engine, 'backbone', folder, { everySteps: 2 })).toEqual([]);
    expect(await bytesOf(folder)).toEqual(calm);
  });

  it('of two starts the training again', async () => {
    const folder = await copy();
    for (const name of ['checkpoint', 'checkpoint-before']) await truncate(join(folder, `${name}.safetensors`), 10);
    const notes = await trainToy(engine, 'backbone', folder, { everySteps: 100 });
    expect(notes).toEqual([expect.stringContaining('Training starts again from its first epoch.')]);
    expect(await bytesOf(folder)).toEqual(calm);
  });

  it('is one whose best weights are damaged: training starts again rather than end with them', async () => {
    const folder = await copy();
    await flip(join(folder, 'best-4.safetensors'), (length) => length - 1);
    const notes = await trainToy(engine, 'backbone', folder, { everySteps: 100 });
    expect(notes).toEqual([expect.stringMatching(/best-4\.safetensors cannot be read.*starts again/)]);
    expect(await bytesOf(folder)).toEqual(calm);
  });
});

describe('a disk that is full', () => {
  // With everySteps 1 of a backbone: four checkpoints, best weights, the checkpoint of the round, and so on.
  it.each([3, 5, 6, 8])('at write %s of a checkpoint takes the room of the one before, and goes on', async (write) => {
    disk.fullAt = [write];
    const folder = await temporary();
    expect(await trainToy(engine, 'backbone', folder, { everySteps: 1 })).toEqual([]);
    expect(await bytesOf(folder)).toEqual(calm);
  });

  it.each([
    [1, null],
    [3, 2],
    [5, 4],
    [6, 4],
    [8, 5],
  ])('from write %s on ends the training with what it needs, and keeps update %s', async (write, kept) => {
    disk.always = write;
    const folder = await temporary();
    const run = trainToy(engine, 'backbone', folder, { everySteps: 1 });
    await expect(run).rejects.toMatchObject({
      code: 'disk-full',
      message: expect.stringMatching(/^A checkpoint of backbone needs [\d.]+ kB, and the disk of .* has .* left\.$/),
      hint: expect.stringContaining(
        kept === null ? 'from its beginning' : `from update ${kept}, whose checkpoint is kept`,
      ),
    });
    expect((await readCheckpoint(folder))?.step ?? null).toBe(kept);
    disk.always = Number.POSITIVE_INFINITY;
    expect(await trainToy(engine, 'backbone', folder, { everySteps: 2 })).toEqual([]);
    expect(await bytesOf(folder)).toEqual(calm);
  });

  it('while it is to stop says that the last updates are made again, and stops', async () => {
    const folder = await copy();
    const context = toyContext(folder);
    const keeper = new Keeper({ id: 'backbone', block: { checkpoint: 'last' }, context });
    const checkpoint = await keeper.find(() => true);
    disk.always = 1;
    await keeper.rescue({ ...checkpoint!, step: 7 }, 12, async () => checkpoint!.state);
    expect(context.notes).toEqual([
      expect.stringMatching(
        /^backbone stopped after update 7 of 12, and its updates after 6 are made again: A checkpoint/,
      ),
    ]);
    expect((await readCheckpoint(folder))?.step).toBe(6);
  });
});

describe('checkpoints inside of an epoch', () => {
  const keeper = (now: () => number, everySteps?: number) =>
    new Keeper({
      id: 'backbone',
      block: { checkpoint: everySteps === undefined ? 'last' : { everySteps } },
      context: toyContext(''),
      now,
    });

  it('come every so many updates where the recipe says so, however long these take', () => {
    const every = keeper(() => 1e9, 3);
    expect([1, 2, 3, 4, 5, 6].map((step) => every.due(step))).toEqual([false, false, true, false, false, true]);
  });

  it('come every ten minutes else, and less often where writing them takes more than one per cent of that', async () => {
    let minutes = 0;
    const timed = keeper(() => minutes * 60_000);
    minutes = 9;
    expect(timed.due(1)).toBe(false);
    minutes = 10;
    expect(timed.due(2)).toBe(true);
    const slow = new Keeper({
      id: 'backbone',
      block: { checkpoint: 'last' },
      context: toyContext(await temporary()),
      // Each look at the clock is a quarter of a minute later.
      now: () => {
        minutes += 0.25;
        return minutes * 60_000;
      },
    });
    await slow.write({ state: {}, step: 1, history: [], row: null, best: null });
    minutes += 20;
    expect(slow.due(2)).toBe(false);
    minutes += 20;
    expect(slow.due(3)).toBe(true);
  });
});
