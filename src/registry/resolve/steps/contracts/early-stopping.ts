import { earlyStoppingIdle, earlyStoppingSchedule } from '../../../diagnostics/findings/budget.ts';
import { at, formatPath, type Path } from '../../../values/path.ts';
import type { Facts, Rule } from './facts.ts';
import { TRAININGS } from './trainings.ts';

/** Validations of a training, as far as the recipe says; null: only the data can tell. */
function validations(facts: Facts, stage: string): number | null {
  const of = (key: string) => facts.number('train', stage, key);
  const [epochs, updates, every] = [of('epochs'), of('updates'), of('validateEvery')];
  if (updates !== undefined && every !== undefined) return Math.ceil(updates / every);
  return epochs !== undefined && every === undefined ? epochs : null;
}

const isSmoke = ({ recipe }: Facts): boolean => {
  const smoke = at(recipe, ['smoke']);
  return smoke?.kind === 'scalar' && smoke.value === true;
};

/** The first validation is always the best so far: so many more without a better one, and at least one that is not needed. */
export const earlyStoppingCanStop: Rule = (facts) =>
  TRAININGS.flatMap((stage) => {
    const path: Path = ['train', stage, 'earlyStopping', 'patience'];
    const [patience, most] = [facts.number(...path), validations(facts, stage)];
    // A smoke run is short whatever the recipe says.
    if (patience === undefined || most === null || patience + 1 < most || isSmoke(facts)) return [];
    return [earlyStoppingIdle(facts.place(...path), path, patience, most)];
  });

/** A learning rate that is to fall by the planned end is stopped on its way. */
export const earlyStoppingFitsSchedule: Rule = (facts) =>
  TRAININGS.flatMap((stage) => {
    const path: Path = ['train', stage, 'earlyStopping'];
    const schedule = ['train', stage, 'optimizer', 'schedule'];
    const factor = facts.factor(formatPath(schedule));
    if (at(facts.recipe, path)?.kind !== 'map' || !facts.valid(path) || !factor) return [];
    // Of one that goes by the stated length another length makes another rate after as many updates.
    if ([100, 500, 900].every((update) => factor(update, 1000) === factor(update, 2000))) return [];
    return [
      earlyStoppingSchedule(facts.place(...path), path, stage, facts.text(...schedule, 'type') ?? 'its schedule'),
    ];
  });
