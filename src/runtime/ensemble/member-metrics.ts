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
  /** What the ensemble is judged by; null: what is in the index. */
  by: Member['judgedBy'],
): Promise<MemberMetrics> {
  const evaluation = { ...recipe.evaluation, bootstrap: null };
  const series = bySeries(joinTruth(by?.rows ?? index, rows, { opened: by !== null }));
  const known = by === null ? {} : { known: by.known };
  const metrics = await modelMetrics(model, series, { ...recipe, evaluation }, registry, known);
  return { run: name, metrics, ...(record.machines ? { machines: record.machines } : {}) };
}
