import { IchorError } from '../../errors.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import type { OpenedFold } from '../evaluate/pool-folds.ts';
import { assertSound } from '../store/sound.ts';
import { type OpenedBefore, openEvaluated, type RunParts } from './open-evaluated.ts';

/** Sides that a network learns from. */
const LEARNED = 'train';

/** A run of one fold: what it predicted of whom it did not train on, and on whom it trained. Throws as `openEvaluated` (exit 2). */
export async function openFold(parts: RunParts, before: OpenedBefore): Promise<OpenedFold> {
  const run = await openEvaluated(parts, { before });
  const { recipe, registry, artifacts } = parts;
  const [index, split] = [artifacts.get('index'), artifacts.get('split')];
  if (index === undefined || split === undefined)
    throw new IchorError(
      'artifact-missing',
      `How run ${run.name} was split is no longer in the store.`,
      'Run its recipe again: only what is missing is made.',
      2,
    );
  const known = before.indices.get(index.folder) ?? readSlices(index.folder);
  before.indices.set(index.folder, known);
  await assertSound(split);
  const [slices, sides] = [await known, await readSplit(split.folder)];
  const contract = registry.get('split', recipe.data.split.type)?.contract(recipe.data.split);
  const by = contract?.by ?? 'patient';
  const trained = new Set<string>();
  const labelled = new Set<string>();
  for (const [at, { slice, group, set, labels }] of slices.entries()) {
    const row = sides[at];
    if (row?.slice !== slice) throw new TypeError('split.csv and slices.csv have different rows');
    if (row.backbone === LEARNED || row.sequence === LEARNED) trained.add(by === 'patient' ? group : slice);
    // The test side (`data.test`) was taken out before the folds were drawn: none of them validates it.
    if (set === 'train' && labels !== null && row.backbone !== 'held-out') labelled.add(slice);
  }
  return { run, fold: contract?.folds?.fold ?? null, index: index.key, labelled, trained, by };
}
