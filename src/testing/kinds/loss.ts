import type { Tensor } from '@tensorflow/tfjs';
import { LABELS } from '../../labels.ts';
import { eachCase } from '../boundaries.ts';
import type { Report } from '../findings.ts';
import { checkRepeats, checkShape } from '../network-run.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { distance, shown } from '../words.ts';

const WIDTH = LABELS.length;
/** Sure and unsure answers, right and wrong, both sides of 0 and 0 itself. */
const LOGITS = [-50, -1, 0, 1, 2, 50, 3, -3, 0.5, 0, -0.25, 1, 50, -50, 7, -7, 20, -20];
const TRUTHS = [1, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 1, 0, 1, 0, 1];

export async function checkLoss({ component, findings, base, boundaries, bench }: Subject<'loss'>): Promise<void> {
  const on = await bench();
  const { tf } = on;
  const cells = (problem: Report, logits: readonly number[], truths: readonly number[], at = base) =>
    on.use(problem, (call) => {
      const shape: [number, number] = [logits.length / WIDTH, WIDTH];
      const [z, y] = [tf.tensor2d([...logits], shape), tf.tensor2d([...truths], shape)];
      const given = call(() => component.cells(tf, z, y, paramsOf(at))) as Tensor;
      if (z.isDisposed || y.isDisposed) {
        problem('cells disposes of what it was given; leave that to the runtime.');
        return null;
      }
      return checkShape(problem, given.shape, shape, 'what cells gives') ? Array.from(given.dataSync()) : null;
    });
  const gradient = (problem: Report, logits: readonly number[], truths: readonly number[], at = base) =>
    on.use(problem, (call) => {
      const shape: [number, number] = [logits.length / WIDTH, WIDTH];
      const y = tf.tensor2d([...truths], shape);
      const of = tf.grad((z: Tensor) => tf.sum(call(() => component.cells(tf, z, y, paramsOf(at)))));
      return Array.from(of(tf.tensor2d([...logits], shape)).dataSync());
    });

  const sound = await findings.check('cells', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const given = cells(problem, LOGITS, TRUTHS, at);
      if (!given) return;
      const bad = given.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        problem(
          `the loss of the logit ${LOGITS[bad]} with the label ${TRUTHS[bad]} is ${shown(given[bad])} with ${at.words}; compute it from the logit, not from log(sigmoid(logit)).`,
        );
      }
    });
  });
  if (!sound) return;
  await findings.check('cells: each by itself', (problem) => {
    const together = cells(problem, LOGITS, TRUTHS) ?? [];
    for (let item = 0; item < LOGITS.length; item += WIDTH) {
      const alone = cells(problem, LOGITS.slice(item, item + WIDTH), TRUTHS.slice(item, item + WIDTH));
      if (alone && distance(alone, together.slice(item, item + WIDTH)) > 1e-5) {
        problem(
          'an item has another loss beside others than alone; cells gives `[items, 6]` without any mean over items, the runtime reduces.',
        );
      }
    }
  });
  await findings.check('cells: a right answer costs less', (problem) => {
    const right = cells(problem, Array(WIDTH).fill(2), Array(WIDTH).fill(1)) ?? [];
    const wrong = cells(problem, Array(WIDTH).fill(-2), Array(WIDTH).fill(1)) ?? [];
    const rightly = cells(problem, Array(WIDTH).fill(-2), Array(WIDTH).fill(0)) ?? [];
    const wrongly = cells(problem, Array(WIDTH).fill(2), Array(WIDTH).fill(0)) ?? [];
    LABELS.forEach((label, i) => {
      if (right[i]! < wrong[i]! && rightly[i]! < wrongly[i]!) return;
      problem(
        `for ${label}, a wrong answer costs no more than a right one; a loss falls as the logit of a positive rises: are logits and labels the wrong way round?`,
      );
    });
  });
  await findings.check('determinism', (problem) => {
    checkRepeats(problem, cells(problem, LOGITS, TRUTHS) ?? [], cells(problem, LOGITS, TRUTHS) ?? []);
  });
  await findings.check('gradients', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const given = gradient(problem, LOGITS, TRUTHS, at);
      const bad = given.findIndex((value) => !Number.isFinite(value));
      if (bad >= 0) {
        problem(
          `the gradient at the logit ${LOGITS[bad]} with the label ${TRUTHS[bad]} is ${shown(given[bad])} with ${at.words}; keep logarithms, roots and divisions away from 0.`,
        );
      }
    });
    // Where single precision can tell a slope: not far out, and not at 0, where |z| bends.
    const places = LOGITS.map((z, i) => [z, i] as const).filter(([z]) => z !== 0 && Math.abs(z) < 10);
    const given = gradient(problem, LOGITS, TRUTHS);
    const step = 0.01;
    const at = (by: number) =>
      cells(
        problem,
        LOGITS.map((z) => z + by),
        TRUTHS,
      ) ?? [];
    const [up, down] = [at(step), at(-step)];
    for (const [z, i] of places) {
      const slope = (up[i]! - down[i]!) / (2 * step);
      if (Math.abs(slope - given[i]!) <= 0.02 * Math.abs(slope) + 2e-3) continue;
      problem(
        `the gradient at the logit ${z} with the label ${TRUTHS[i]} is ${shown(given[i])}, and the loss rises by ${shown(slope)} there; correct the gradient of what you wrote with tf.customGrad, or what is rounded or cut off.`,
      );
    }
  });
}
