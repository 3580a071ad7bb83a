import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import type { MemberMetrics } from '../artifacts/metrics.ts';
import { modelMetrics } from '../evaluate/model-metrics.ts';
import { bySeries, joinTruth } from '../evaluate/scored.ts';
import type { Member } from './member.ts';

/** Without intervals: these stand on the member's own page. */
export async function memberMetrics(
  { name, model, index, rows, record }: Member,
  recipe: ResolvedRecipe,
  registry: Registry,
): Promise<MemberMetrics> {
  const evaluation = { ...recipe.evaluation, bootstrap: null };
  const metrics = await modelMetrics(model, bySeries(joinTruth(index, rows)), { ...recipe, evaluation }, registry);
  return { run: name, metrics, ...(record.machines ? { machines: record.machines } : {}) };
}
