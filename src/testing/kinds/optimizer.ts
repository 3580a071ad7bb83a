import type { Tensor } from '@tensorflow/tfjs';
import { type Case, eachCase } from '../boundaries.ts';
import type { Report } from '../findings.ts';
import { checkRepeats, checkShape } from '../network-run.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { outside, shown } from '../words.ts';

const STEPS = [1, 2, 3, 10, 1000, 1_000_000];

interface State {
  weight: number[];
  slots: Record<string, number[]>;
}

export async function checkOptimizer({
  component,
  findings,
  base,
  boundaries,
  bench,
}: Subject<'optimizer'>): Promise<void> {
  const { slots } = component;
  const named = await findings.check('slots', (problem) => {
    if (!(Array.isArray(slots) && slots.every((slot) => typeof slot === 'string' && slot !== '')))
      problem(
        `slots is ${shown(slots)}; name the tensors that are kept for each weight: slots: ['m', 'v'], or [] for none.`,
      );
    else if (new Set(slots).size !== slots.length) problem('two slots have one name; give each a name of its own.');
  });
  if (!named) return;
  const scaled = await findings.check('scalars', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const names = Object.keys(component.scalars(1, paramsOf(at)));
      for (const step of STEPS) {
        const scalars = component.scalars(step, paramsOf(at));
        if (String(Object.keys(scalars)) !== String(names)) {
          problem(
            `scalars has the names ${shown(Object.keys(scalars))} at step ${step} and ${shown(names)} at step 1; they must be the same at each step.`,
          );
        }
        for (const [name, value] of Object.entries(scalars)) {
          if (!Number.isFinite(value))
            problem(
              `the scalar ${name} is ${shown(value)} at step ${step} with ${at.words}; it must be a finite number.`,
            );
        }
        checkRepeats(problem, Object.values(scalars), Object.values(component.scalars(step, paramsOf(at))));
      }
    });
  });

  if (!scaled) return;
  const on = await bench();
  const { tf } = on;
  /** One update of a weight; null where what it gives has not the right form. */
  const update = (
    problem: Report,
    at: Case,
    step: number,
    { weight, slots: kept }: State,
    gradient: number[],
    shape = [weight.length],
  ) =>
    on.use(problem, (call): State | null => {
      const x = tf.tensor(weight, shape);
      const g = tf.tensor(gradient, shape);
      const own = Object.fromEntries(slots.map((slot) => [slot, tf.tensor(kept[slot] as number[], shape)]));
      const scalars = Object.fromEntries(
        Object.entries(component.scalars(step, paramsOf(at))).map(([name, value]) => [name, tf.scalar(value)]),
      );
      const made = call(() => component.update(tf, x, g, own, scalars, paramsOf(at)));
      if ([x, g, ...Object.values(own), ...Object.values(scalars)].some((tensor: Tensor) => tensor.isDisposed)) {
        problem('update disposes of what it was given; leave that to the runtime.');
        return null;
      }
      if (!checkShape(problem, made.weight.shape, shape, 'the new weight')) return null;
      const names = Object.keys(made.slots).sort();
      if (String(names) !== String([...slots].sort())) {
        problem(
          `update gives the slots ${shown(names)}, and slots names ${shown(slots)}; give each back, and no other.`,
        );
        return null;
      }
      for (const slot of slots)
        if (!checkShape(problem, made.slots[slot]!.shape, shape, `the slot ${slot}`)) return null;
      return {
        weight: Array.from(made.weight.dataSync()),
        slots: Object.fromEntries(slots.map((slot) => [slot, Array.from(made.slots[slot]!.dataSync())])),
      };
    });
  const fresh = (weight: number[]): State => ({
    weight,
    slots: Object.fromEntries(slots.map((slot) => [slot, weight.map(() => 0)])),
  });

  const formed = await findings.check('update', (problem) => {
    const shapes = [[6], [2, 3], [1, 1, 2, 3]];
    const kept = shapes.every(
      (shape) => update(problem, base, 1, fresh([1, -2, 3, 0, 0.5, 4]), [0.1, 0, -5, 0, 1e-8, 100], shape) !== null,
    );
    if (!kept) return;
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const made = update(problem, at, 1, fresh([1, -2, 3, 0]), [0.1, 0, -5, 1e-8], [4]);
      const bad = made && outside([...made.weight, ...Object.values(made.slots).flat()]);
      if (bad !== null && bad !== undefined) {
        problem(
          `update gives ${shown(bad)} with ${at.words}, where gradients are 0.1, 0, -5 and 1e-8; add an epsilon to what divides.`,
        );
      }
    });
  });
  if (!formed) return;
  await findings.check('determinism', (problem) => {
    const run = () => update(problem, base, 1, fresh([1, -2, 3]), [0.1, -0.2, 0.3])?.weight ?? [];
    checkRepeats(problem, run(), run());
  });
  await findings.check('update: walks downhill', (problem) => {
    const rates = [0.1, 0.01, 0.001];
    const ends = rates.map((learningRate) => {
      let state: State | null = fresh([3, -2]);
      const at = { ...base, params: { ...base.params, learningRate } };
      for (let step = 1; step <= 200 && state; step++)
        state = update(
          problem,
          at,
          step,
          state,
          state.weight.map((x) => 2 * x),
        );
      return state ? Math.max(...state.weight.map(Math.abs)) : Number.NaN;
    });
    if (ends.some((end) => end < 2)) return;
    problem(
      `200 steps down the parabola x² from 3 end at ${ends.map(shown).join(', ')} with learning rates of ${rates.join(', ')}; subtract what follows the gradient, and do not add it.`,
    );
  });
}
