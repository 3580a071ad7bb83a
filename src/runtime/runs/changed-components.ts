import { IchorError } from '../../errors.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { formatPath } from '../../registry/values/path.ts';
import { keyPlan } from '../plan/keys.ts';
import { type PartDifference, partDifferences, pathsOf } from '../plan/part-differences.ts';
import { planRecipe } from '../plan/plan.ts';
import { readManifest, Store } from '../store/store.ts';
import type { RunRecord } from './run-folder.ts';

/** What a network is given, and what it is: losses, optimizers and augmentations are of its training alone. */
const KINDS = /^(window|backbone|sequence|calibration) /;
const STAGES: readonly string[] = ['shards', 'backbone', 'sequence', 'calibration'];

type Changed = Extract<PartDifference, { what: 'component-version' | 'component-code' }>;

/**
 * A network looks at pictures through the windows that it learned with, and is the layers that it was: a component that is another one now (its
 * file was edited, its version raised) makes another model of the same weights.
 *
 * @throws IchorError `components-changed` (exit 2)
 */
export async function refuseChangedComponents(
  record: Pick<RunRecord, 'name' | 'artifacts'>,
  recipe: ResolvedRecipe,
  registry: Registry,
  storeRoot: string,
): Promise<void> {
  const store = new Store(storeRoot);
  const now = new Map(keyPlan(planRecipe(recipe, registry), { engine: null }).map((one) => [one.id, one]));
  const changed = new Map<string, Changed>();
  for (const [id, { stage, key }] of Object.entries(record.artifacts)) {
    const own = now.get(id);
    if (own === undefined || !STAGES.includes(stage)) continue;
    const made = await readManifest(store.folder(stage, key));
    if (!made?.parts) continue;
    const differences = partDifferences(made, { parts: own.parts, paths: pathsOf(own) }, registry);
    for (const one of differences)
      if ((one.what === 'component-code' || one.what === 'component-version') && KINDS.test(one.component))
        changed.set(formatPath(one.path), one);
  }
  if (changed.size === 0) return;
  const told = [...changed].map(([path, one]) =>
    one.what === 'component-version'
      ? `the ${one.component} (${path}) has version ${one.now}, and had ${one.before}`
      : `the file of the ${one.component} (${path}) was changed`,
  );
  throw new IchorError(
    'components-changed',
    `Since run ${record.name} was trained ${told.join('; ')}: its networks, which learned with what was there then, would be another model now.`,
    'Put the earlier one back, or train anew: run its recipe again (`ichor plan` says what that makes).',
    2,
  );
}
