import type { BudgetComparison } from '../../budget/compare-budgets.ts';
import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

export const contrastMissing = (place: Place, key: string, near: string | null): Diagnostic =>
  finding(
    'error',
    'contrast-missing',
    place,
    ['contrast', key],
    `There is no recipe ${key}.yaml from this one.`,
    near
      ? `Did you mean ${near}?`
      : 'A key of contrast is a recipe file from this one, without .yaml: inception-1w, ../inception-1w.',
  );

export const contrastBroken = (place: Place, key: string, first: Diagnostic): Diagnostic =>
  finding(
    'error',
    'contrast-broken',
    place,
    ['contrast', key],
    `${key} cannot be compared, because it has errors itself. The first: ${first.message}`,
    `ichor check ${key}.yaml`,
  );

export const contrastDiffers = (
  place: Place,
  key: string,
  path: string,
  here: string,
  there: string,
  set: string,
): Diagnostic =>
  finding(
    'error',
    'contrast-differs',
    place,
    ['contrast', key],
    `The two recipes also differ at ${path}: ${here} here, ${there} in ${key}.`,
    `Make them equal (${set}), or add ${path} to the list.`,
  );

export const contrastEqual = (
  place: Place,
  path: Path,
  key: string,
  claimed: string,
  near: string | null,
): Diagnostic =>
  finding(
    'error',
    'contrast-equal',
    place,
    path,
    `${claimed} is said to differ from ${key}, and is equal in both.`,
    near ? `Did you mean ${near}?` : 'Remove it from the list.',
  );

export const contrastBudget = (
  place: Place,
  key: string,
  { stage, what, here, there, path }: Pick<BudgetComparison, 'stage' | 'what' | 'here' | 'there' | 'path'>,
  set: string,
): Diagnostic =>
  finding(
    'error',
    'contrast-budget',
    place,
    ['contrast', key],
    `The two recipes do not train as much: the ${stage === 'backbone' ? 'backbone' : 'sequence model'} has ${what === 'updates' ? `${here} here, ${there}` : `${here} an update here, ${there}`} in ${key}.`,
    `Match them within 10 % (${path.join('.')}, ${set}): state updates in the place of epochs. Or say why not: ${key}: { paths: […], matched: no, reason: … }.`,
  );
