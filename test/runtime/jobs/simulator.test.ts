import { describe, expect, it } from 'vitest';
import { expectSound } from './simulated.ts';
import { simulate } from './simulator.ts';

describe('the driver on a simulated scheduler of 500 nodes', () => {
  it.each(Array.from({ length: 50 }, (_, seed) => seed))('loses and doubles no work, and ends: seed %i', (seed) => {
    expectSound(simulate(seed));
  });

  it('meets what it is there for', () => {
    const all = Array.from({ length: 20 }, (_, seed) => simulate(seed));
    expect(all.some(({ drivers }) => drivers > 1)).toBe(true);
    expect(all.some(({ submissions, states }) => submissions > states.length)).toBe(true);
    for (const failure of ['failed', 'need-failed'] as const)
      expect(all.some(({ states }) => states.some((one) => one.failure === failure))).toBe(true);
    expect(all.some(({ states }) => states.some(({ memoryTimes }) => memoryTimes > 1))).toBe(true);
    expect(all.some(({ states }) => states.some(({ timeTimes }) => timeTimes > 1))).toBe(true);
    expect(all.some(({ states }) => states.some(({ interruptions }) => interruptions > 0))).toBe(true);
  });
});
