import { describe, it } from 'vitest';
import { expectSound } from '../runtime/jobs/simulated.ts';
import { simulate } from '../runtime/jobs/simulator.ts';

describe.runIf(process.env.ICHOR_SLOW === '1')('slow: the driver on a simulated scheduler', () => {
  it('loses and doubles no work, and ends: 1,000 seeds', () => {
    for (let seed = 0; seed < 1000; seed++) expectSound(simulate(seed));
  }, 600_000);
});
