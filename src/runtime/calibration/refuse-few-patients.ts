import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { MODELS, type ModelName } from '../artifacts/metrics.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import { hasOwnSplit } from '../evaluate/own-split.ts';
import type { Artifact } from '../store/artifact.ts';
import { tooFewPatients } from './few-patients.ts';

/**
 * Stops a run whose validation side cannot be calibrated on before it trains: as soon as there are an index and the split of the model.
 * Nothing in a smoke run, which goes on without.
 *
 * @param ids the instances of the plan: only what is to be fitted is asked for.
 * @throws IchorError `calibration-few-patients` (exit 2).
 */
export async function refuseFewPatients(
  { recipe, registry, ids }: { recipe: ResolvedRecipe; registry: Registry; ids: ReadonlySet<string> },
  artifacts: { get(id: string): Artifact | undefined },
): Promise<void> {
  const { calibration } = recipe;
  if (calibration === 'none' || recipe.smoke) return;
  const fits = (model: ModelName) => ids.has(`calibration:${model}`) && !artifacts.get(`calibration:${model}`);
  for (const model of MODELS.filter(fits)) {
    const index = artifacts.get('index');
    const split = artifacts.get(model === 'sequence' && hasOwnSplit(recipe) ? 'split:sequence' : 'split');
    if (index === undefined || split === undefined) continue;
    const sides = await readSplit(split.folder);
    const rows = (await readSlices(index.folder)).filter((_, at) => sides[at]?.[model] === 'validation');
    const few = tooFewPatients(rows, model, calibration, registry);
    if (few !== null) throw few;
  }
}
