import { noSuchFold } from '../../../diagnostics/findings/splits.ts';
import type { Rule } from './facts.ts';

/** A split into folds validates on one that there is. */
export const foldExists: Rule = ({ contract, place }) =>
  (
    [
      ['data', 'split'],
      ['sequence', 'split'],
    ] as const
  ).flatMap((path) => {
    const folds = contract('split', path.join('.'))?.folds;
    if (folds === undefined || folds.fold < folds.folds) return [];
    return [noSuchFold(place(...path, 'fold'), [...path, 'fold'], folds)];
  });
