import { describe, expect, it } from 'vitest';
import constant from '../../plugins/schedules/constant.ts';
import cosine from '../../plugins/schedules/cosine.ts';
import halfLife from '../../plugins/schedules/half-life.ts';
import oneCycle from '../../plugins/schedules/one-cycle.ts';
import step from '../../plugins/schedules/step.ts';
import { otherLength } from '../../src/registry/schedule-length.ts';

describe('a schedule and a training of', () => {
  it.each([
    ['no length of its own', constant, {}, 300, null],
    ['the same length', cosine, { floor: 0 }, 300, null],
    ['the same length', oneCycle, { rise: 0.3, start: 0.04, end: 4e-6 }, 300, null],
    ['the same length', oneCycle, { rise: 0.3, start: 0.04, end: 4e-6 }, 2, null],
    ['shares', halfLife, { halfLife: 0.25 }, 300, null],
    ['shares', step, { every: 0.3, to: 0.1 }, 300, null],
    ['a stair after the end', step, { every: 300, to: 0.1 }, 300, 'longer'],
    ['a stair before the end', step, { every: 200, to: 0.1 }, 300, null],
    ['half of it after ten times the training', halfLife, { halfLife: 30_000 }, 300, 'longer'],
    // After 225 updates 0.1^5 and 0.1^4 are left.
    ['five stairs before its last quarter', step, { every: 44, to: 0.1 }, 300, 'shorter'],
    ['four stairs before its last quarter', step, { every: 50, to: 0.1 }, 300, null],
    ['one update', step, { every: 50, to: 0.1 }, 1, null],
  ] as const)('%s (%#)', (_, schedule, params, updates, expected) => {
    const factor = (update: number, of: number) => schedule.factor(update, of, { warmUp: 0, ...params } as never);
    expect(otherLength(factor, updates)).toBe(expected);
  });
});
