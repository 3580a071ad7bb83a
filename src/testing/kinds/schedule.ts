import { eachCase } from '../boundaries.ts';
import { checkRepeats } from '../network-run.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { shown } from '../words.ts';

/** From one update to the paper's whole training. */
const TRAININGS = [1, 2, 7, 100, 148_190];

export async function checkSchedule({ component, findings, base, boundaries }: Subject<'schedule'>): Promise<void> {
  await findings.check('contract', (problem) => {
    const contract: unknown = component.contract(paramsOf(base));
    if (typeof contract !== 'object' || contract === null || Object.keys(contract).length > 0)
      problem(`its contract is ${shown(contract)}; say contract: () => ({}).`);
  });
  await findings.check('factor', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      for (const updates of TRAININGS) {
        for (const update of placesIn(updates)) {
          const factor: unknown = component.factor(update, updates, paramsOf(at));
          if (typeof factor === 'number' && factor >= 0 && factor <= 1) continue;
          problem(
            `factor(${update}, ${updates}) is ${shown(factor)} with ${at.words}; give a number from 0 to 1, which the learning rate is multiplied by.`,
          );
          return;
        }
      }
    });
  });
  await findings.check('factor: something is learned', (problem) => {
    for (const updates of TRAININGS) {
      if (placesIn(updates).some((update) => component.factor(update, updates, paramsOf(base)) > 0)) continue;
      problem(
        `with its defaults the factor is 0 throughout a training of ${updates} updates, so that nothing is learned.`,
      );
    }
  });
  await findings.check('determinism', (problem) => {
    const whole = () => placesIn(100).map((update) => component.factor(update, 100, paramsOf(base)));
    // Asked backwards in between: an interrupted training goes on in the middle.
    const first = whole();
    for (const update of placesIn(100).reverse()) component.factor(update, 100, paramsOf(base));
    checkRepeats(problem, first, whole());
  });
}

/** Updates of a training, from its first to its last. */
const placesIn = (updates: number): number[] =>
  [...new Set([0, 1, 2, Math.floor(updates / 3), Math.floor(updates / 2), updates - 2, updates - 1])].filter(
    (update) => update >= 0 && update < updates,
  );
