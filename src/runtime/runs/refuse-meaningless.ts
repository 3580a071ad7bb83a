import { IchorError } from '../../errors.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { sourceContract } from '../../registry/source-contract.ts';
import { readLedger } from '../artifacts/ledger.ts';
import type { LedgerNote } from '../ledger.ts';
import type { OpenData } from '../open-data.ts';
import { sourceOf } from '../open-data.ts';
import { SINGLE_SLICE_PATIENTS } from '../stages/index/single-slices.ts';
import { NO_NEGATIVES, NO_POSITIVES, type OneValued } from '../stages/no-positives.ts';
import type { Artifact } from '../store/artifact.ts';

/**
 * Stops a run that has nothing to learn from, or nothing to tell its patients by, where it can be known first: after index, or after split. It is read from the
 * artifact's ledger and not decided by the stage, so that an artifact made by a recipe that accepts it stops one that does not.
 *
 * @throws IchorError `no-positives`, `no-negatives`, `single-slice-patients` (exit 2), but in a smoke run and where the recipe accepts it.
 */
export async function refuseMeaningless(recipe: ResolvedRecipe, artifact: Artifact): Promise<void> {
  if (artifact.stage !== 'index' && artifact.stage !== 'split') return;
  if (recipe.smoke) return;
  const { notes } = await readLedger(artifact.folder);
  refuse(SINGLE_SLICE_PATIENTS, recipe, notes);
  refuse(NO_POSITIVES, recipe, notes);
  refuse(NO_NEGATIVES, recipe, notes);
}

function refuse(
  code: OneValued | typeof SINGLE_SLICE_PATIENTS,
  { accept }: ResolvedRecipe,
  notes: readonly LedgerNote[],
): void {
  const found = notes.find(({ reason }) => reason === code);
  if (found !== undefined && !accept.includes(code)) throw new IchorError(code, found.message, found.hint, 2);
}

/**
 * Before anything is read for long: a source that should have labels and has none trains no network.
 *
 * @throws IchorError `no-labels-file` (exit 2).
 */
export function refuseWithoutLabels(recipe: ResolvedRecipe, registry: Registry, data: OpenData | null): void {
  if (data === null || data.source.labels !== null) return;
  const component = sourceOf(recipe, registry);
  if (!sourceContract(recipe, registry).labels) return;
  throw new IchorError(
    'no-labels-file',
    `Without labels no network can be trained. ${data.source.noLabels ?? `The source ${component.name} found no labels file.`}`,
    'Put the labels beside the images, or stop before training: --until shards.',
    2,
  );
}
