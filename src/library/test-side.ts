import { resolve } from 'node:path';
import { stringify } from 'yaml';
import { IchorError } from '../errors.ts';
import type { ResolvedRecipe } from '../registry/recipe.ts';
import { planTestSide } from '../runtime/plan/plan-test-side.ts';
import { findRun } from '../runtime/runs/find-run.ts';
import { partsOf } from '../runtime/runs/open-evaluated.ts';
import { trainedNetworks } from '../runtime/runs/predict-run.ts';
import { runPlan } from '../runtime/runs/run.ts';
import { takenText } from '../runtime/runs/taken-run.ts';
import { keepOpening, openedAgain, openingsOf, testSideOf } from '../runtime/runs/test-side.ts';
import { abortable, never } from './aborted.ts';
import type { WorkEvent } from './events.ts';
import { identityEnv } from './identity.ts';
import { runNamed } from './open-run.ts';
import { openedRun } from './opened-run.ts';
import { checkedText, type EvaluateOptions, engineOptions, placesOf } from './options.ts';
import { openRegistry } from './registry.ts';
import type { FinishedRun } from './run-types.ts';

/** Judges what a run has predicted by the labels of its test side, and writes down that they were opened. */
export async function testSideNow(
  run: string,
  stated: EvaluateOptions,
  emit: (event: WorkEvent) => void,
): Promise<FinishedRun> {
  const asked = checkedText('evaluate', 'the name or the folder of a run', run);
  const { cwd, workspace, storeRoot } = placesOf(stated);
  const signal = stated.signal ?? never();
  return abortable(signal, async () => {
    const found = await findRun(storeRoot, runNamed(asked, storeRoot, cwd));
    const { storeRoot: root, record } = found;
    const taken = await takenText(asked, found);
    if (taken !== null) emit({ type: 'note', level: 'info', message: taken });
    await trainedNetworks(root, record);
    const { recipe: trained, registry, artifacts } = await partsOf(found.folder, openRegistry());
    const of = await testSideOf(record, trained, artifacts.get('split'));
    const before = await openingsOf(root, of);
    const at = new Date().toISOString();
    const opened = [...before.map((one) => one.at), at];
    const again = openedAgain(before);
    const recipe = judgedRecipe(trained);
    emit({ type: 'begin', recipe: recipe.name, marks: [], predictsWith: record.name });
    await keepOpening(found.folder, record, of, at);
    const result = await runPlan({
      recipe,
      recipeText: stringify(recipe),
      registry,
      plan: planTestSide(recipe, registry, artifacts, opened),
      testSide: { of, opened, data: record.data },
      storeRoot: root,
      workspace,
      ...engineOptions(stated),
      predictsWith: record.name,
      findings: again === null ? [] : [again],
      env: identityEnv(stated.identityKey, cwd),
      emit,
      signal,
    });
    const { ran, repeated, notices } = result;
    const done = await openedRun(resolve(result.folder), root, { recipe, registry, shipped: null });
    return Object.assign(done, { ran, repeated, notices });
  });
}

/** What is only of the run itself left out; figures of the test side are nothing without how sure they are. */
function judgedRecipe(trained: ResolvedRecipe): ResolvedRecipe {
  const { evaluation } = trained;
  return {
    ...trained,
    name: `${trained.name}-test-side`,
    evaluation: {
      ...evaluation,
      heatMaps: false,
      bootstrap: evaluation.bootstrap ?? { draws: 1000, seed: 0 },
    },
    paper: null,
    contrast: null,
  };
}

/** Options that say how other slices are read have no place beside it. */
export function refuseBesideTestSide(places: readonly unknown[], options: EvaluateOptions): void {
  const reading = (
    ['labels', 'columns', 'pictures', 'heatMaps', 'series', 'resample', 'showIds', 'repairIntercept'] as const
  ).find((name) => options[name] !== undefined);
  if (places.length === 0 && reading === undefined) return;
  throw new IchorError(
    'wrong-call',
    `The test side is of the run's own slices: ${places.length > 0 ? 'no folder' : `no option ${reading}`} goes with it.`,
    'ichor evaluate RUN --test-side',
    2,
  );
}
