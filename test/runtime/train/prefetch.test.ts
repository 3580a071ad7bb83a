import { describe, expect, it } from 'vitest';
import { prefetch } from '../../../src/runtime/train/prefetch.ts';

const tick = () => new Promise((resolve) => setTimeout(resolve, 1));

describe('prefetch', () => {
  it('hands out results in order, one job ahead and never two', async () => {
    const started: number[] = [];
    const seen: [number, number][] = [];
    const jobs = prefetch([0, 1, 2, 3], async (job) => {
      started.push(job);
      await tick();
      return job;
    });
    for await (const result of jobs) seen.push([result, started.length]);
    expect(seen).toEqual([
      [0, 2],
      [1, 3],
      [2, 4],
      [3, 4],
    ]);
  });

  it('throws a failure when its turn comes', async () => {
    const seen: number[] = [];
    const run = async () => {
      for await (const result of prefetch([1, 2, 3], async (job) =>
        job === 2 ? Promise.reject(new Error('two')) : job,
      )) {
        await tick();
        seen.push(result);
      }
    };
    await expect(run()).rejects.toThrow('two');
    expect(seen).toEqual([1]);
  });

  it('waits for the job in flight where the caller stops early', async () => {
    let running = 0;
    for await (const _ of prefetch([1, 2, 3], async () => {
      running++;
      await tick();
      running--;
    })) {
      break;
    }
    expect(running).toBe(0);
  });
});
