import { budgetTwice, warmUpTooLong } from '../../../diagnostics/findings/budget.ts';
import { at, type Path } from '../../../values/path.ts';
import { isNull } from '../../../values/value.ts';
import type { Rule } from './facts.ts';

/** How long a network trains is said once: in epochs, or in updates. */
export const lengthIsSaidOnce: Rule = ({ recipe }) =>
  ['backbone', 'sequence'].flatMap((stage) => {
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

/** A warm-up ends before the training does, as far as the recipe says how long that is. */
export const warmUpEnds: Rule = (facts) =>
  ['backbone', 'sequence'].flatMap((stage) => {
    const path: Path = ['train', stage, 'optimizer', 'schedule', 'warmUp'];
    const [warmUp, updates] = [facts.number(...path), facts.number('train', stage, 'updates')];
    if (warmUp === undefined || updates === undefined || warmUp < updates || warmUp < 1) return [];
    return [warmUpTooLong(facts.place(...path), path, warmUp, updates)];
  });
