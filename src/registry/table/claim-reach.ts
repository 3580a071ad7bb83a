import { type Question, smallestFound } from '../../statistics/question.ts';
import type { ResolvedRecipe } from '../recipe.ts';
import type { Registry } from '../registry.ts';
import type { Design, StatedSpread } from './claim-language.ts';

/**
 * At most so many patients validate; null where only the data can say. Of a generating source a study is a patient's at
 * most, and `data.limit` takes so many of any source. `pooled`: over all folds, so that each labelled patient does.
 */
export function mostPatients({ data }: ResolvedRecipe, registry: Registry, pooled = false): number | null {
  const generates = registry.get('source', data.source.type)?.generate !== undefined;
  const studies = generates && typeof data.source.studies === 'number' ? data.source.studies : Number.POSITIVE_INFINITY;
  const all = Math.min(studies, data.limit?.labelled ?? Number.POSITIVE_INFINITY);
  const folds = registry.get('split', data.split.type)?.contract(data.split).folds;
  const share = pooled ? 1 : folds === undefined ? data.split.validation : 1 / folds.folds;
  return Number.isFinite(all) && typeof share === 'number' ? Math.ceil(all * share) : null;
}

/**
 * The smallest gain or band that would be found in four of five repetitions, from the spread that the claim states. Null
 * where it does not say enough. Without the patients' number their part is left out: the result is a lower bound.
 */
export function smallestFrom(
  spread: StatedSpread,
  { design, question, family }: { design: Design; question: Question; family: number },
  { seeds, replicates, patients }: { seeds: number; replicates: number; patients: number | null },
): number | null {
  if (design === 'nested') {
    if (spread.replicates === undefined || replicates < 2) return null;
    return smallestFound(
      { standardError: spread.replicates / Math.sqrt(replicates), df: replicates - 1 },
      question,
      family,
    );
  }
  if (seeds < 2) return null;
  const parts = [
    { variance: (spread.seeds ?? 0) ** 2 / seeds, df: seeds - 1 },
    ...(patients !== null && patients >= 2
      ? [
          { variance: (spread.patients ?? 0) ** 2 / patients, df: patients - 1 },
          { variance: (spread.rest ?? 0) ** 2 / (patients * seeds), df: (patients - 1) * (seeds - 1) },
        ]
      : []),
  ];
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  if (variance === 0) return null;
  // Satterthwaite's, of the parts that the spread states.
  const df = variance ** 2 / parts.reduce((sum, part) => sum + part.variance ** 2 / part.df, 0);
  return smallestFound({ standardError: Math.sqrt(variance), df }, question, family);
}

/** Of primary claims the hardest of Holm's steps; an exploratory claim is alone. */
export const familyOf = (primary: boolean, claims: readonly { primary?: boolean }[]): number =>
  primary ? Math.max(1, claims.filter((one) => one.primary === true).length) : 1;
