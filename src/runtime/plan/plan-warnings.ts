import type { ResolvedRecipe } from '../../registry/recipe.ts';
import type { Registry } from '../../registry/registry.ts';
import { readLedger } from '../artifacts/ledger.ts';
import type { LedgerNote } from '../ledger.ts';
import { budgetNotes } from '../train/budget-notes.ts';
import { choose } from '../train/components.ts';
import { backboneOf, parseInstance } from '../train/crossfit.ts';
import { networkCosts } from '../train/network-costs.ts';
import { batchesPerUpdate, updates } from '../train/order.ts';
import { scheduleNotes } from '../train/schedule-note.ts';
import { batchNormNote } from '../train/training-notes.ts';
import { movingMomentum, unfreezes } from '../train/weight-groups.ts';
import { type Counts, drawnOf, groupsOf, trainingItems } from './estimate.ts';
import type { Decision } from './states.ts';

/** What a run would say of its networks, as far as it is known before, and what it has said of those that are there. */
export interface PlanWarning {
  stage: string;
  code: string;
  message: string;
  hint: string | null;
}

export async function planWarnings(
  decisions: readonly Decision[],
  { recipe, registry, counts }: { recipe: ResolvedRecipe; registry: Registry; counts: Counts | null },
): Promise<PlanWarning[]> {
  const warnings: PlanWarning[] = [];
  for (const { instance, artifact } of decisions) {
    const notes = artifact === null ? expected(instance, { recipe, registry, counts }) : await known(artifact.folder);
    for (const { reason, message, hint } of notes)
      warnings.push({ stage: instance.id, code: reason, message, hint: hint ?? null });
  }
  return warnings;
}

async function known(folder: string): Promise<LedgerNote[]> {
  const { notes } = await readLedger(folder);
  return notes.filter(({ what, kind }) => kind === 'warning' && (what === 'network' || what === 'side'));
}

/** Of a network that is still to be trained: how many updates it will have is known but for the exact size of the training side. */
function expected(
  { id, stage, instance }: Decision['instance'],
  { recipe, registry, counts }: { recipe: ResolvedRecipe; registry: Registry; counts: Counts | null },
): LedgerNote[] {
  const joint = recipe.train.endToEnd !== undefined;
  if (counts !== null && stage.name === 'end-to-end') return expectedOfJoint({ recipe, registry, counts });
  if (counts === null || (stage.name !== 'backbone' && stage.name !== 'sequence')) return [];
  // Taken out of an end-to-end training: nothing is trained there.
  if (joint && instance === '') return [];
  const trained = stage.name === 'backbone' || sequenceTrains(recipe, registry);
  const value = stage.name === 'backbone' ? backboneOf(recipe, parseInstance(instance)) : recipe.sequence;
  if (value === 'none' || !trained) return [];
  const [all, unit] = stage.name === 'backbone' ? drawnOf(recipe, registry, counts) : groupsOf(recipe, counts);
  const block = recipe.train[stage.name];
  const items = trainingItems(recipe, id, all);
  const network = {
    stage: stage.name,
    id,
    type: value.type,
    ownMomentum: typeof value.momentum === 'number',
    smoke: recipe.smoke,
    ...unfreezes(value),
  };
  const budget = [
    ...budgetNotes(network, block, Math.round(items), unit, 'about '),
    ...scheduleNotes(network, block, Math.round(items), registry, 'about '),
  ];
  if (value.batchNorm === 'frozen') return budget;
  const of = stage.name === 'backbone' ? { ...recipe, backbone: value, sequence: 'none' as const } : recipe;
  const spec = networkCosts(of, registry)[stage.name]?.spec;
  const moves =
    stage.name === 'backbone' ? choose(registry, 'backbone', value).params : { batchNorm: 'trained' as const };
  const momentum = spec === undefined ? null : movingMomentum(spec, moves);
  const note = batchNormNote(network, momentum, updates(items, block), {
    about: 'about ',
    perUpdate: batchesPerUpdate(items, block),
  });
  return note === null ? budget : [note, ...budget];
}

/** The same of both networks as one. */
function expectedOfJoint({
  recipe,
  registry,
  counts,
}: {
  recipe: ResolvedRecipe;
  registry: Registry;
  counts: Counts;
}): LedgerNote[] {
  const { backbone, sequence } = recipe;
  const block = recipe.train.endToEnd;
  if (block === undefined || backbone === 'none' || sequence === 'none') return [];
  const items = trainingItems(recipe, 'end-to-end', counts.series);
  const network = {
    stage: 'end-to-end' as const,
    id: 'end-to-end',
    type: `${backbone.type} and ${sequence.type}`,
    ownMomentum: typeof backbone.momentum === 'number',
    smoke: recipe.smoke,
  };
  const spec = networkCosts(recipe, registry).backbone?.spec;
  const { train } = choose(registry, 'backbone', backbone).params;
  const momentum =
    spec === undefined ? null : movingMomentum(spec, { batchNorm: block.batchNorm, ...(train && { train }) });
  const note = batchNormNote(network, momentum, updates(items, block), {
    about: 'about ',
    perUpdate: batchesPerUpdate(items, block),
  });
  return [
    ...(note === null ? [] : [note]),
    ...budgetNotes(network, block, Math.round(items), 'series', 'about '),
    ...scheduleNotes(network, block, Math.round(items), registry, 'about '),
  ];
}

/** Whether there is anything to train in the sequence model. */
function sequenceTrains({ sequence }: ResolvedRecipe, registry: Registry): boolean {
  if (sequence === 'none') return false;
  const { component, params } = choose(registry, 'sequence', sequence);
  return component.contract(params).trains !== false;
}
