import { budgetTwice, scheduleLength, warmUpTooLong } from '../../../diagnostics/findings/budget.ts';
import { inUpdates } from '../../../kinds/schedule.ts';
import { otherLength } from '../../../schedule-length.ts';
import { at, formatPath, type Path } from '../../../values/path.ts';
import { isNull } from '../../../values/value.ts';
import type { Rule } from './facts.ts';
import { TRAININGS } from './trainings.ts';

/** How long a network trains is said once: in epochs, or in updates. */
export const lengthIsSaidOnce: Rule = ({ recipe }) =>
  TRAININGS.flatMap((stage) => {
    const stated = ['epochs', 'updates'].flatMap((key) => {
      const node = at(recipe, ['train', stage, key]);
      return node && !isNull(node) ? [node] : [];
    });
    const [first, second] = stated;
    if (!first || !second) return [];
    const later = second.place.line > first.place.line || second.place.column > first.place.column ? second : first;
    const path: Path = ['train', stage, later === second ? 'updates' : 'epochs'];
    return [budgetTwice(later.key ?? later.place, path, stage)];
  });

/** A schedule is made for the length of the training, as far as the recipe says how long that is. */
export const scheduleFitsLength: Rule = (facts) =>
  TRAININGS.flatMap((stage) => {
    const path: Path = ['train', stage, 'optimizer', 'schedule'];
    const [factor, updates] = [facts.factor(formatPath(path)), facts.number('train', stage, 'updates')];
    if (!factor || updates === undefined) return [];
    const warmUp = Math.round(inUpdates(facts.number(...path, 'warmUp') ?? 0, updates));
    const length = otherLength(factor, updates - warmUp);
    if (length === null) return [];
    const schedule = facts.text(...path, 'type') ?? '';
    return [scheduleLength(facts.place(...path), path, length, { schedule, updates, at: `train.${stage}` })];
  });

/** A warm-up ends before the training does, as far as the recipe says how long that is. */
export const warmUpEnds: Rule = (facts) =>
  TRAININGS.flatMap((stage) => {
    const path: Path = ['train', stage, 'optimizer', 'schedule', 'warmUp'];
    const [warmUp, updates] = [facts.number(...path), facts.number('train', stage, 'updates')];
    if (warmUp === undefined || updates === undefined || warmUp < updates || warmUp < 1) return [];
    return [warmUpTooLong(facts.place(...path), path, warmUp, updates)];
  });
