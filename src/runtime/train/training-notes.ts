import { bestMetric, type TrainBlock } from '../../registry/recipe.ts';
import type { Stopped } from '../artifacts/budget.ts';
import type { EpochRow } from '../artifacts/history.ts';
import type { LoadedWeights, NetworkSummary, SeenBefore } from '../artifacts/weights.ts';
import { decimals } from '../evaluate/shown.ts';
import type { LedgerNote } from '../ledger.ts';
import { budgetNotes } from './budget-notes.ts';
import { neverDefined, stoppedText } from './early-stopping.ts';
import { loadedSentence } from './input-text.ts';
import { type NotedNetwork, networkPath, networkTitle, trainPath } from './noted-network.ts';

import { batchesPerUpdate } from './order.ts';

export { type NotedNetwork, networkTitle } from './noted-network.ts';

/** Share of where they began that running averages may keep: above, validation and prediction see other statistics than training. */
export const MOST_KEPT = 0.05;
/** A validation loss of so many times the constant predictor's is no slow start. */
const DIVERGED = 10;
/** Below, hardly any network is past its start. */
const FEW_UPDATES = 100;

/**
 * The note where batch norm's running averages are still close to their initial values (mean 0, variance 1) at the end of
 * `steps` updates: they move with each batch and keep momentum^batches of them, and validation and prediction run on them alone.
 * @param about a word before a number of steps that is not exact yet: `about `.
 * @param perUpdate batches of an update, on average.
 */
export function batchNormNote(
  network: NotedNetwork,
  momentum: number | null,
  steps: number,
  { about = '', perUpdate = 1 }: { about?: string; perUpdate?: number } = {},
): LedgerNote | null {
  if (network.smoke || momentum === null || steps <= 0) return null;
  const batches = Math.round(steps * perUpdate);
  const kept = momentum ** batches;
  if (!(kept > MOST_KEPT)) return null;
  const enough = Math.ceil(Math.log(MOST_KEPT) / Math.log(momentum) / perUpdate);
  const lower = Math.floor(100 * MOST_KEPT ** (1 / batches)) / 100;
  const epochs = `${trainPath(network)}: epochs or updates`;
  const hint = [
    ...(network.ownMomentum && lower > 0 ? [`Set ${networkPath(network)}.momentum to ${Math.min(lower, 0.9)}`] : []),
    `${network.ownMomentum && lower > 0 ? 'or train' : 'Train'} for at least ${count(enough)} updates (${epochs})`,
  ].join(', ');
  return {
    item: network.id,
    what: 'network',
    reason: 'batch-norm-momentum',
    message: `Batch norm of ${networkTitle(network)} is trained with momentum ${momentum} over ${about}${count(batches)} ${perUpdate === 1 ? 'updates' : 'batches'}: its running averages keep ${Math.round(100 * kept)} % of their initial values, and validation and prediction use these averages.`,
    kind: 'warning',
    hint: `${hint}.`,
  };
}

/** The note where the validation loss has run away from what a predictor without pictures has. */
export function divergedNote(
  network: NotedNetwork,
  history: readonly EpochRow[],
  constant: number | null,
  block: TrainBlock,
): LedgerNote | null {
  if (network.smoke || constant === null || !(constant > 0)) return null;
  // Below that of a coin nothing has run away: an untrained network has it, and the constant predictor may have next to none.
  const most = Math.max(DIVERGED * constant, Math.LN2);
  const far = history.find(({ validation }) => (validation?.['mean-log-loss'] ?? 0) > most);
  if (far === undefined) return null;
  return {
    item: network.id,
    what: 'network',
    reason: 'validation-diverged',
    message: `On validation the mean-log-loss of ${networkTitle(network)} was ${decimals(far.validation?.['mean-log-loss'] ?? 0)} after epoch ${Number(far.epoch.toFixed(2))}, more than ${DIVERGED} times the constant predictor's ${decimals(constant)}.`,
    kind: 'warning',
    hint: `Where it does not come back, lower ${trainPath(network)}.optimizer.learningRate (${block.optimizer.learningRate})${network.ownMomentum ? ', or let batch norm average over fewer steps (a lower momentum)' : ''}.`,
  };
}

/** Everything that a finished training leaves to doubt, out of what its artifact says: a recalled one says the same. */
export function trainingNotes(
  network: NotedNetwork,
  { training }: Pick<NetworkSummary, 'training'>,
  history: readonly EpochRow[],
  block: TrainBlock,
): LedgerNote[] {
  if (training === undefined) return [];
  const { validation, steps, batchNormMomentum } = training;
  const notes = [
    ...pretrainedNotes(network, training.weights ?? null),
    batchNormNote(network, batchNormMomentum, steps, { perUpdate: batchesOf(training, block) }),
    ...(training.budget ? budgetNotes(network, block, training.budget.items, training.budget.unit) : []),
    divergedNote(network, history, validation?.constant ?? null, block),
    undefinedMetricNote(network, history, block),
    ...stoppingNotes(network, training.budget?.stopped, history, block),
  ];
  if (validation !== null && isWorse(validation['mean-log-loss'], validation.constant)) {
    notes.push({
      item: network.id,
      what: 'network',
      reason: 'worse-than-constant',
      message: worseThanConstant(networkTitle(network), validation),
      kind: 'warning',
      hint: network.smoke
        ? 'A smoke run only shows that everything runs: run the recipe without --smoke.'
        : likelyCause(network, training, history, block),
    });
  }
  return notes.filter((note) => note !== null);
}

/** What a network started from, and what there is to doubt about that. */
export function pretrainedNotes(network: NotedNetwork, weights: LoadedWeights | null): LedgerNote[] {
  if (weights === null) return [];
  const { run } = weights;
  const note = (
    reason: LedgerNote['reason'],
    message: string,
    hint?: string,
    kind: LedgerNote['kind'] = 'warning',
  ): LedgerNote => ({
    item: network.id,
    what: 'network',
    reason,
    message,
    kind,
    ...(hint === undefined ? {} : { hint }),
  });
  const notes = [note('pretrained', loadedSentence(network.id, weights), undefined, 'information')];
  if (run === undefined) return notes;
  const { name, validation, seen } = run;
  const title = networkTitle(network);
  if (seen.patients > 0)
    notes.push(
      note(
        'weights-saw-patients',
        `The run ${name} trained the weights that ${title} starts from on ${count(seen.patients)} of the ${count(seen.of)} patients who validate or are tested here: how well it does on others is not known, and all that it predicts says LEAKY SPLIT.`,
        `Split both recipes alike (data.source, data.split, data.seed, data.limit), or start from weights that saw none of these patients.`,
      ),
    );
  if (seen.unknown !== null)
    notes.push(
      note(
        'weights-patients-unknown',
        `Whether the run ${name} trained the weights that ${title} starts from on ${seen.patients > 0 ? 'more' : 'any'} of the ${count(seen.of)} patients who validate or are tested here is not known: ${UNKNOWN[seen.unknown]}.`,
        seen.unknown === 'artifacts-gone'
          ? `Run the recipe of ${name} again: it makes what says whom it trained on.`
          : 'Make sure of it yourself before you believe the figures.',
      ),
    );
  if (validation !== null && isWorse(validation['mean-log-loss'], validation.constant))
    notes.push(
      note(
        'weights-worse-than-constant',
        `The run ${name} trained the weights that ${title} starts from, and they were worse there than the constant predictor: a mean-log-loss of ${decimals(validation['mean-log-loss'])} on validation, the constant predictor ${decimals(validation.constant)}.`,
        `Mend the training of ${name} first, or start from other weights.`,
      ),
    );
  return notes;
}

const UNKNOWN: Readonly<Record<NonNullable<SeenBefore['unknown']>, string>> = {
  'other-source':
    'its data are of another source, and what that calls a patient says nothing here. No picture is the same',
  private: 'of the two one hashed the names of its patients. No picture is the same',
  'artifacts-gone': 'what says whom it was trained on is not in the store any more',
};

/** Also where it is no number. */
export const isWorse = (value: number, than: number): boolean => !(value <= than);

export const worseThanConstant = (title: string, validation: { 'mean-log-loss': number; constant: number }): string =>
  `Worse than the constant predictor: ${title} has a mean-log-loss of ${decimals(validation['mean-log-loss'])} on the validation side of its training, the constant predictor ${decimals(validation.constant)}.`;

function undefinedMetricNote(
  network: NotedNetwork,
  history: readonly EpochRow[],
  { checkpoint }: TrainBlock,
): LedgerNote | null {
  const best = bestMetric(checkpoint);
  if (best === null || history.length === 0 || history.some(({ metric }) => metric?.value != null)) return null;
  return {
    item: network.id,
    what: 'network',
    reason: 'checkpoint-metric-undefined',
    message: `${best} was not defined in any epoch (one class is absent, or too few slices): the last epoch's weights are kept.`,
    kind: 'warning',
  };
}

/** That it ended early, or could not, since its figure was never defined. */
function stoppingNotes(
  network: NotedNetwork,
  stopped: Stopped | undefined,
  history: readonly EpochRow[],
  { earlyStopping, checkpoint }: TrainBlock,
): LedgerNote[] {
  if (stopped) {
    const { unfreezeAfter } = network;
    const frozen = unfreezeAfter !== undefined && stopped.epochs <= unfreezeAfter;
    const kept = bestMetric(checkpoint) === null ? ' The weights of its end are kept (checkpoint: last).' : '';
    return [
      {
        item: network.id,
        what: 'network',
        reason: 'stopped-early',
        message: `${capital(networkTitle(network))} ${stoppedText(stopped)}.${kept}`,
        kind: 'information',
      },
      ...(frozen
        ? [
            {
              item: network.id,
              what: 'network' as const,
              reason: 'never-unfrozen' as const,
              message: `What is frozen in ${networkTitle(network)} was to train after ${unfreezeAfter} epochs, and its training stopped early after ${Number(stopped.epochs.toFixed(2))}: it stayed frozen throughout.`,
              kind: 'warning' as const,
              hint: `Lower ${networkPath(network)}.train.unfreezeAfter (${unfreezeAfter}), or raise ${trainPath(network)}.earlyStopping.patience.`,
            },
          ]
        : []),
    ];
  }
  if (!neverDefined(history, earlyStopping ?? null)) return [];
  return [
    {
      item: network.id,
      what: 'network',
      reason: 'stopping-metric-undefined',
      message: `${earlyStopping?.metric} was not defined in any validation of ${networkTitle(network)} (one class is absent, or too few slices): it trained to its end.`,
      kind: 'warning',
      hint: `Stop by loss or mean-log-loss (${trainPath(network)}.earlyStopping.metric), or give the validation side more patients.`,
    },
  ];
}

/** Batches behind an update; of what older versions trained, whose items are not known, as many as are stated. */
const batchesOf = ({ budget }: NonNullable<NetworkSummary['training']>, block: TrainBlock): number =>
  budget ? batchesPerUpdate(budget.items, block) : block.accumulate;

/** The first of the usual causes that fits what was seen. */
function likelyCause(
  network: NotedNetwork,
  training: NonNullable<NetworkSummary['training']>,
  history: readonly EpochRow[],
  block: TrainBlock,
): string {
  const { steps, batchNormMomentum, validation } = training;
  const at = trainPath(network);
  const averages = batchNormNote(network, batchNormMomentum, steps, { perUpdate: batchesOf(training, block) });
  if (averages !== null)
    return `Most likely the running averages of batch norm: they have seen too few updates. ${averages.hint}`;
  const [first, last] = [history[0], history.at(-1)];
  const rate = `${at}.optimizer.learningRate (${block.optimizer.learningRate})`;
  if (first !== undefined && last !== undefined && history.length > 1 && last.loss >= first.loss)
    return `Its training loss did not fall (${decimals(first.loss)} in the first epoch, ${decimals(last.loss)} in the last): most likely the learning rate. Lower ${rate}.`;
  const better = history.find((row) => (row.validation?.['mean-log-loss'] ?? Number.NaN) < (validation?.constant ?? 0));
  if (better !== undefined)
    return `It was better in epoch ${better.epoch} and then learned the training side by heart: ${at}.checkpoint: { best: mean-log-loss } keeps the best epoch; or fewer ${block.updates === undefined ? 'epochs' : 'updates'}, more patients.`;
  if (steps < FEW_UPDATES)
    return `Most likely too few updates: ${count(steps)}. Raise ${at}.${block.updates === undefined ? `epochs, or lower ${at}.batch` : 'updates'}.`;
  if (history.length < 2 || first === undefined || last === undefined)
    return `Most likely too few patients for this network, or too little training: it was judged once, after ${count(steps)} updates. Train it longer, or at another ${rate}.`;
  return `Its training loss fell from ${decimals(first.loss)} to ${decimals(last.loss)}, and validation did not follow: most likely too few patients for this network, or ${rate} is too high.`;
}

const count = (n: number): string => n.toLocaleString('en-GB');
const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
