import { expect } from 'vitest';
import type { Simulated } from './simulator.ts';

/** All that can be done is done, once; what cannot be is said to have failed. */
export function expectSound({ states, made, twice, late, drivers, hopeless, looks }: Simulated): void {
  expect(looks).toBeLessThan(20_000);
  for (const [place, { phase, failure }] of states.entries()) {
    const lost = phase === 'failed' && !hopeless.has(place);
    // What is gone without a word so often, or needs such a one, is given up aloud.
    if (lost) expect(['unknown', 'need-failed', 'out-of-memory', 'time-limit'], `job ${place}`).toContain(failure);
    else expect([place, phase]).toEqual([place, hopeless.has(place) ? 'failed' : 'done']);
    expect(made[place], `job ${place} is made`).toBe(phase === 'done' ? 1 : 0);
  }
  expect(twice).toEqual([]);
  if (drivers === 1) expect(late).toEqual([]);
}
