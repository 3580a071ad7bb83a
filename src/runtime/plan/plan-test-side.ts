import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { stages } from '../stages/index.ts';
import type { Artifact } from '../store/artifact.ts';
import { evaluatePieces, type Instance, type Plan, shownPieces } from './plan.ts';
import { type SlicePiece, sliceOf } from './recipe-slice.ts';

/** What is made anew where the test side of a run is opened: its labels, figures and page. */
const ANEW: readonly string[] = ['labels', 'evaluate', 'heat-maps', 'report'];

/**
 * The plan that judges what a run has predicted by the labels of its test side: all else is the run's own, and nothing is
 * trained, predicted or read of the data.
 * @param artifacts everything that the run refers to.
 * @param opened when the test side was opened, this time last: the page says so, and is another one each time.
 */
export function planTestSide(
  recipe: ResolvedRecipe,
  registry: Registry,
  artifacts: ReadonlyMap<string, Artifact>,
  opened: readonly string[],
): Plan {
  const given = new Map([...artifacts].filter(([id]) => !ANEW.includes(id)));
  const instance = (name: keyof typeof stages, reads: readonly string[], pieces: readonly SlicePiece[]): Instance => ({
    id: name,
    stage: stages[name],
    instance: '',
    reads,
    ...sliceOf(recipe, registry, pieces),
  });
  const own: SlicePiece = { slice: ['testSide'], recipe: ['data', 'test'], value: true };
  const all = [...given.keys()];
  return {
    instances: [
      instance('labels', ['index', 'split'], [own]),
      instance('evaluate', [...all, 'labels'], evaluatePieces(recipe, registry)),
      instance(
        'report',
        [...all, 'labels', 'evaluate'],
        [...shownPieces(recipe), { slice: ['opened'], recipe: ['data', 'test'], value: [...opened] }],
      ),
    ],
    given,
    source: recipe.data.source.type,
  };
}
