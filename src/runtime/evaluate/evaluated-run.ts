import type { Side } from '../../registry/kinds/split.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { ModelName } from '../artifacts/metrics.ts';
import type { SideInput } from './scored.ts';

/** One model's predictions of one side with their truth, and the metrics that its recipe names. */
export interface EvaluatedRun {
  /** Of its run, else of its recipe. */
  name: string;
  model: ModelName;
  side: Side;
  input: SideInput;
  recipe: ResolvedRecipe;
  registry: Registry;
}
