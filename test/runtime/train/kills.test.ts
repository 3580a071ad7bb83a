import { spawn } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { stream } from '../../../src/random.ts';
import { readCheckpoint } from '../../../src/runtime/artifacts/checkpoints.ts';
import { openEngine } from '../../../src/runtime/engine/open.ts';
import { temporary } from './toy.ts';
import { ARTIFACT, TOY_UPDATES, type ToyStage, trainToy } from './toy-stages.ts';

const engine = await openEngine('wasm');
const script = join(import.meta.dirname, 'kill-process.ts');
const STAGES: readonly ToyStage[] = ['backbone', 'mixed', 'sequence', 'end-to-end'];
/** Of each training; the last one of one in two is a process that the system kills. */
const KILLS = 4;

const calm = {} as Record<ToyStage, Buffer[]>;
const bytesOf = (folder: string) => Promise.all(ARTIFACT.map((name) => readFile(join(folder, name))));

beforeAll(async () => {
  for (const stage of STAGES) {
    const folder = await temporary();
    await trainToy(engine, stage, folder, { everySteps: null });
    calm[stage] = await bytesOf(folder);
  }
});

/** Ends a training after so many batches as a crash does: nothing is put away. */
async function crash(stage: ToyStage, folder: string, everySteps: number, batches: number): Promise<void> {
  let seen = 0;
  const run = trainToy(engine, stage, folder, {
    everySteps,
    seen: () => {
      if (++seen === batches) throw new Error('crashed');
    },
  });
  await expect(run).rejects.toThrow('crashed');
}

/** The same of a process of its own, by a signal. How it ended. */
async function end(stage: ToyStage, folder: string, everySteps: number, batches: number, name: NodeJS.Signals) {
  const words = ['--import', 'tsx', script, stage, folder, String(everySteps), String(batches), name];
  const child = spawn(process.execPath, words, { stdio: ['ignore', 'ignore', 'inherit'] });
  return new Promise<number | NodeJS.Signals | null>((resolve) =>
    child.on('exit', (status, signal) => resolve(signal ?? status)),
  );
}

const kill = async (...of: [ToyStage, string, number, number]) => expect(await end(...of, 'SIGKILL')).toBe('SIGKILL');

describe('a training that is killed four times, with a checkpoint every few updates', () => {
  it.each(STAGES.flatMap((stage) => [1, 2, 3].map((everySteps) => ({ stage, everySteps }))))(
    '$stage, every $everySteps: ends with the bytes of an undisturbed one',
    async ({ stage, everySteps }) => {
      const folder = await temporary();
      const random = stream(20, stage, everySteps);
      let before = 0;
      for (let attempt = 0; attempt < KILLS; attempt++) {
        // The first is the progress that it begins with. Four attempts of at most three batches do not come to the end.
        const batches = 2 + random.integer(3);
        const real = attempt === KILLS - 1 && everySteps % 2 === (stage === 'sequence' ? 0 : 1);
        await (real ? kill : crash)(stage, folder, everySteps, batches);
        const step = (await readCheckpoint(folder))?.step ?? 0;
        // At most `everySteps` updates are made again.
        expect(step).toBeGreaterThanOrEqual(before);
        expect(step).toBeLessThan(TOY_UPDATES);
        before = step;
      }
      expect(before).toBeGreaterThan(0);
      await trainToy(engine, stage, folder, { everySteps });
      expect((await readdir(folder)).sort()).toEqual([...ARTIFACT].sort());
      const [weights, history] = await bytesOf(folder);
      expect(history?.toString()).toBe(calm[stage][1]?.toString());
      expect(weights?.equals(calm[stage][0] as Buffer)).toBe(true);
    },
  );
});

it('a training that SIGTERM stops keeps the update that it had reached, and ends with the same bytes', async () => {
  const folder = await temporary();
  // The progress that it begins with, and three batches.
  expect(await end('sequence', folder, 1000, 4, 'SIGTERM')).toBe(143);
  expect(await readCheckpoint(folder)).toMatchObject({ step: 3, history: [], row: { steps: 3 } });
  await trainToy(engine, 'sequence', folder, { everySteps: 1000 });
  expect(await bytesOf(folder)).toEqual(calm.sequence);
});
