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
  const shares = [];
  for (const name of runs) {
    const run = await openRun(name, { cwd: work });
    own.push(await figuresOf(run));
    shares.push(await learnedShare(run));
  }
  const found = [{ name: HELD_OUT, labelled: own[0].labelled, runs: own }];
  for (const { name, place, ...how } of sets) {
    const each = [];
    for (const [i, run] of runs.entries())
      each.push(withCalls(await shown(run, place, { ...how, cwd: work, prevalence: CLINIC }), shares[i]));
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
  const bySeries = new Map();
  for await (const { probabilities, side, series, order } of run.predictions())
    if (side === judged) {
      sum += probabilities.any;
      slices++;
      const own = bySeries.get(series) ?? bySeries.set(series, []).get(series);
      own[order] = probabilities.any;
    }
  const patients = (await run.patients()).filter(({ model, side }) => model === final && side === judged);
  const meanProbability = sum / slices;
  return { labelled, figures, constant: baselines.constant, prevalence, meanProbability, bySeries, patients };
}

const NEIGHBOURS = 3;

/** Whom three neighbours above a threshold call, of series without holes: counts against any positive slice. */
function callsAt({ bySeries, patients }, threshold) {
  const found = new Map();
  for (const { patient, series, truthAnySlice, holes } of patients) {
    if (holes > 0) throw new Error(`series ${series} has holes: its neighbours are not these`);
    let [run, longest] = [0, 0];
    for (const any of bySeries.get(series) ?? []) {
      run = any > threshold ? run + 1 : 0;
      longest = Math.max(longest, run);
    }
    const before = found.get(patient) ?? { called: false, truth: false };
    found.set(patient, {
      called: before.called || longest >= NEIGHBOURS,
      truth: before.truth || truthAnySlice === true,
    });
  }
  const count = (called, truth) =>
    [...found.values()].filter((one) => one.called === called && one.truth === truth).length;
  return { threshold, tp: count(true, true), fp: count(true, false), fn: count(false, true), tn: count(false, false) };
}

/** The calls of a run at 0.5, which have to be the run's own, and at the share of positives that its network learned from. */
function withCalls(run, share) {
  const calls = { 0.5: callsAt(run, 0.5), share: callsAt(run, share) };
  const { counts } = run.figures['sensitivity at 0.5 (any, patient, truth: any-slice)'];
  for (const key of ['tp', 'fp', 'fn', 'tn'])
    if (calls['0.5'][key] !== counts[key]) throw new Error(`calls at 0.5 differ from the run's own: ${key}`);
  return { ...run, calls };
}

/** The share of positive slices on the training side of a run. */
async function learnedShare(run) {
  const { models, final } = await run.metrics();
  return models[final].sides.train.prevalence.any.share;
}
