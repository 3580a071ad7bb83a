import { join } from 'node:path';
import { evaluate, openRun } from '../../dist/src/library/index.js';
import { CLINIC } from './clinic.mjs';
import { COLUMNS, writeHuFiles } from './hu-files.mjs';

const ROW = 'lite0';
/** The first of the sets: what each network was validated on. */
const HELD_OUT = 'rsna-slices, held out';

/**
 * What the networks of the row lite0 of rsna-slices, one a fold, say of the slices that were held out of their own training, and of sets that none
 * of them saw: figures of each, by set.
 * Recalled where they were made before.
 * @param table table.json of rsna-slices; undefined, or without finished folds: nothing was trained to be shown
 * @returns {Promise<{ name: string, labelled: object, runs: object[] }[]>}
 */
export async function transfers(table, work) {
  const folds = table?.rows.find(({ name }) => name === ROW)?.seeds[0]?.folds ?? [];
  const runs = folds.filter(({ status }) => status === 'done').map(({ run }) => run);
  if (runs.length === 0) return [];
  const data = join(work, 'data');
  const heads = join(work, 'ct-ich-hu');
  await writeHuFiles(join(data, 'ct-ich'), heads);
  const sample = join(data, 'rsna-sample');
  const sets = [
    { name: 'RSNA sample', place: join(sample, 'stage_2_train'), labels: join(sample, 'stage_2_train.csv') },
    { name: 'CT-ICH', place: heads, labels: join(heads, 'labels.csv'), columns: COLUMNS },
  ];
  const own = [];
  for (const run of runs) own.push(await figuresOf(await openRun(run, { cwd: work })));
  const found = [{ name: HELD_OUT, labelled: own[0].labelled, runs: own }];
  for (const { name, place, ...how } of sets) {
    const each = [];
    for (const run of runs) each.push(await shown(run, place, { ...how, cwd: work, prevalence: CLINIC }));
    found.push({ name, labelled: each[0].labelled, runs: each });
  }
  return found;
}

const shown = async (run, place, options) => figuresOf(await evaluate(run, place, options));

/** Of the final model, on the side that is judged: the fold that was held out, or the set that was shown. */
async function figuresOf(run) {
  const { models, judged, final } = await run.metrics();
  const { labelled, figures, baselines, prevalence } = models[final].sides[judged];
  let [sum, slices] = [0, 0];
  for await (const { probabilities, side } of run.predictions())
    if (side === judged) {
      sum += probabilities.any;
      slices++;
    }
  return { labelled, figures, constant: baselines.constant, prevalence, meanProbability: sum / slices };
}
