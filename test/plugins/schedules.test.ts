import { describe, expect, it } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { choose } from '../../src/runtime/train/components.ts';
import { learningRateAt } from '../../src/runtime/train/learning-rate.ts';
import { testComponent } from '../../src/testing/index.ts';
import reference from '../fixtures/keras-training.json' with { type: 'json' };

const registry = createRegistry(builtIn);
const rate = (schedule: { type: string; [name: string]: unknown }, updates: number) => {
  const chosen = choose(registry, 'schedule', { warmUp: 0, ...schedule });
  return (before: number) => learningRateAt(before, updates, 0.1, chosen);
};

/**
 * What Keras 3.15.1 gives (float32, backend numpy), called with the step that an update has there, 0 for the first:
 * `CosineDecay(0.1, 100)`, `CosineDecay(0.0, 90, alpha=0.05, warmup_target=0.1, warmup_steps=10)` and
 * `ExponentialDecay(0.1, 25, 0.5)`.
 */
const STEPS = [0, 1, 5, 10, 25, 50, 75, 99] as const;
const KERAS = {
  cosine: [0.1, 0.099975325, 0.09938442, 0.097552828, 0.085355341, 0.049999997, 0.014644662, 2.4673343e-5],
  warmed: [0, 0.010000001, 0.050000001, 0.1, 0.093636207, 0.060748287, 0.021967588, 0.0050289351],
  exponential: [0.1, 0.097265497, 0.087055057, 0.075785831, 0.050000001, 0.025, 0.0125, 0.0064257118],
};

describe('schedules', () => {
  it('fall as those of Keras do', () => {
    const of = (schedule: Parameters<typeof rate>[0]) => STEPS.map(rate(schedule, 100));
    const close = (values: readonly number[]) => values.map((value) => expect.closeTo(value, 7));
    expect(of({ type: 'cosine', floor: 0 })).toEqual(close(KERAS.cosine));
    expect(of({ type: 'cosine', floor: 0.05, warmUp: 10 })).toEqual(close(KERAS.warmed));
    expect(of({ type: 'half-life', halfLife: 25 })).toEqual(close(KERAS.exponential));
    expect(of({ type: 'constant' })).toEqual(STEPS.map(() => 0.1));
  });

  it("fall in stairs as Keras' ExponentialDecay(0.1, 300, 0.1, staircase=True) does", () => {
    const stairs = rate({ type: 'step', every: 0.3, to: 0.1 }, 1000);
    for (const { update, factor } of reference.stairs) expect(stairs(update)).toBeCloseTo(0.1 * factor, 12);
  });

  it("go through one cycle by the formula of PyTorch's OneCycleLR(max_lr=0.1, total_steps=100)", () => {
    const cycle = STEPS.map(rate({ type: 'one-cycle', rise: 0.3, start: 1 / 25, end: 1 / 25 / 1e4 }, 100));
    const formula = [0.004, 0.0042813781, 0.010870856, 0.029516395, 0.09556362, 0.079389345, 0.026306862, 4e-7];
    expect(cycle).toEqual(formula.map((value) => expect.closeTo(value, 8)));
    // Of few updates, too, it is a number.
    for (const updates of [1, 2, 3])
      for (let update = 0; update < updates; update++)
        expect(rate({ type: 'one-cycle', rise: 0.3, start: 0.04, end: 0 }, updates)(update)).toBeGreaterThanOrEqual(0);
  });

  it('say the same in updates and as shares of the training', () => {
    for (const before of STEPS) {
      expect(rate({ type: 'half-life', halfLife: 0.25, warmUp: 0.1 }, 200)(before)).toBe(
        rate({ type: 'half-life', halfLife: 45, warmUp: 20 }, 200)(before),
      );
    }
  });

  it("halve as Adam's halfLife did, to the bit", () => {
    // Version 1 of the optimizer: learningRate * 0.5 ** ((step - 1) / halfLife), steps from 1.
    for (const halfLife of [1, 7, 60, 60.5, 150])
      for (let step = 1; step <= 500; step++)
        expect(rate({ type: 'half-life', halfLife }, 500)(step - 1)).toBe(0.1 * 0.5 ** ((step - 1) / halfLife));
  });

  it('begin after the warm-up, and end with the training', () => {
    const warmed = rate({ type: 'cosine', floor: 0, warmUp: 0.1 }, 1000);
    expect(warmed(0)).toBe(0);
    expect(warmed(50)).toBeCloseTo(0.05, 12);
    expect(warmed(100)).toBe(0.1);
    expect(warmed(550)).toBeCloseTo(0.05, 12);
    expect(warmed(999)).toBeLessThan(1e-6);
    // One that leaves no room for the schedule rises to the end.
    expect(rate({ type: 'cosine', floor: 0, warmUp: 10 }, 10)(9)).toBeCloseTo(0.09, 12);
  });

  it.each(registry.names('schedule'))('%s keeps its contract', async (name) => {
    const component = registry.get('schedule', name);
    expect((await testComponent(component!)).checked).toContain('factor');
  });
});
