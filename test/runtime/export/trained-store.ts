import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LABELS } from '../../../src/labels.ts';
import type { Component } from '../../../src/registry/kinds/component.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { type CalibrationFile, writeCalibration } from '../../../src/runtime/artifacts/calibration.ts';
import type { ModelName } from '../../../src/runtime/artifacts/metrics.ts';
import { type NetworkSummary, writeWeights } from '../../../src/runtime/artifacts/weights.ts';
import { recipeHash } from '../../../src/runtime/runs/recipe-hash.ts';
import type { RunRecord } from '../../../src/runtime/runs/run-folder.ts';
import { RUN_RECIPE, recipeFileHash } from '../../../src/runtime/runs/run-recipe.ts';
import { hashOf } from '../../../src/runtime/store/key.ts';
import { Store } from '../../../src/runtime/store/store.ts';
import { choose } from '../../../src/runtime/train/components.ts';
import { backboneOf } from '../../../src/runtime/train/crossfit.ts';
import { summarise } from '../../../src/runtime/train/summary.ts';
import { draft } from '../draft.ts';
import { BASE, networkOf, registryOf, trainedRun } from './trained.ts';

/** Temperatures of each label, as if they had been fitted: of one backbone or sequence others than of the other. */
export const TEMPERATURES: Readonly<Record<ModelName, readonly number[]>> = {
  backbone: [1.5, 2, 0.8, 1.25, 3, 1.1],
  sequence: [0.5, 1.75, 2.5, 1.3, 0.9, 1.6],
};

export function calibrationFile(model: ModelName, component = 'temperature'): CalibrationFile {
  const temperature = TEMPERATURES[model];
  const scales = component === 'temperature' ? temperature.map((t) => 1 / t) : null;
  const all = { slices: 400, patients: 40, parameters: { temperature }, scales };
  return {
    format: 1,
    model,
    component,
    version: 1,
    labels: LABELS,
    all,
    folds: [all, all, all, all, all],
    positivePatients: Object.fromEntries(LABELS.map((label) => [label, 20])) as CalibrationFile['positivePatients'],
    skipped: null,
  };
}

/** A finished run of the recipe `BASE` with `changes` in a store of its own: networks at random, and nothing was trained. */
export async function trainedStore(
  root: string,
  changes: readonly string[],
  { record: more = {}, name = 'exported-1' }: { record?: Partial<RunRecord>; name?: string } = {},
  ...components: Component[]
): Promise<{ store: string; folder: string; record: RunRecord }> {
  const store = join(root, '.ichor');
  const trained = await trainedRun(changes, ...components);
  const { recipe, registry, weights } = trained;
  const shelf = new Store(store);
  await shelf.prepare();
  const artifacts: RunRecord['artifacts'] = {};
  for (const [id, own] of weights) {
    const stage = id === 'sequence' ? 'sequence' : 'backbone';
    const place = id.includes(':') ? Number(id.split(':')[1]) - 1 : 0;
    const chosen =
      stage === 'sequence'
        ? choose(registry, 'sequence', recipe.sequence as never)
        : choose(registry, 'backbone', backboneOf(recipe, { place, fold: null }));
    const network = networkOf(trained, id);
    const summary: NetworkSummary = summarise(stage, chosen, network, {
      recipe,
      embedding: network.spec.width,
      image: null,
      prevalence: [0.1, 0.1, 0.1, 0.1, 0.1, 0.2],
      trainedSlices: 100,
      epoch: 1,
      training: {
        marks: ['SYNTHETIC', 'SMOKE'],
        weights: null,
        steps: 10,
        budget: null,
        batchNormMomentum: null,
        validation: { slices: 50, 'mean-log-loss': 0.3, constant: 0.2 },
      },
    });
    const key = hashOf({ stage, id, changes });
    const { folder } = await shelf.begin(key);
    await writeWeights(folder, own, summary);
    writeFileSync(join(folder, 'history.json'), '[]\n');
    writeFileSync(join(folder, 'ledger.json'), `${JSON.stringify({ stage, leftOut: [], notes: [] })}\n`);
    await shelf.finish({
      ...draft(key),
      stage,
      parts: { stage, version: 2, slice: {}, inputs: {} },
    });
    artifacts[id] = { stage, key };
  }
  if (recipe.calibration !== 'none')
    for (const id of ['backbone', 'sequence'].filter((one) => weights.has(one))) {
      const key = hashOf({ stage: 'calibration', id, changes });
      const { folder } = await shelf.begin(key);
      await writeCalibration(folder, calibrationFile(id as ModelName, recipe.calibration.type));
      writeFileSync(
        join(folder, 'ledger.json'),
        `${JSON.stringify({ stage: `calibration:${id}`, leftOut: [], notes: [] })}\n`,
      );
      const parts = { stage: 'calibration' as const, version: 1, slice: {}, inputs: {} };
      await shelf.finish({ ...draft(key), stage: 'calibration', instance: id, parts });
      artifacts[`calibration:${id}`] = { stage: 'calibration', key };
    }
  const folder = join(store, 'runs', name);
  mkdirSync(folder, { recursive: true });
  const { text } = await resolveText(BASE, { registry: registryOf(...components), set: [...changes] });
  const record = {
    name,
    recipe: 'exported',
    recipeHash: recipeHash(recipe),
    status: 'done',
    smoke: false,
    synthetic: true,
    until: null,
    predictsWith: null,
    engine: { kind: 'wasm', version: '4.22.0' },
    versions: { ichor: '0.2.0', node: '20' },
    components: { 'backbone small-cnn': 1 },
    data: { fingerprint: 'f'.repeat(64), files: null, source: 'phantom' },
    git: null,
    started: '2026-01-01T00:00:00.000Z',
    finished: '2026-01-01T00:00:01.000Z',
    error: null,
    process: { pid: 1, started: '0', host: 'secret-host', machine: 'm' },
    artifacts,
    recipeFileHash: recipeFileHash(text),
    ...more,
  } as unknown as RunRecord;
  writeFileSync(join(folder, 'run.json'), JSON.stringify(record));
  writeFileSync(join(folder, RUN_RECIPE), text);
  return { store, folder, record };
}
