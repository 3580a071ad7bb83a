import { type CalibrationInput, defineCalibration, LABELS, Type } from '../../src/index.ts';

/** Temperatures outside of these are no calibration any more: the labels are told apart without an error, or not at all. */
export const LOWEST = 0.05;
export const HIGHEST = 20;
const ENOUGH = 1e-12;
const MOST_STEPS = 200;

export interface Fitted {
  temperature: number;
  /** `lowest`: any lower one fits better, as where no slice is on the wrong side; `highest`: the scores say nothing, or the opposite. */
  bound: 'lowest' | 'highest' | null;
}

/**
 * The temperature T that makes the log loss of sigmoid(logit / T) least, over columns of equal length. The loss is convex in 1/T
 * (a logistic regression of one weight, without intercept): Newton's method on its derivative, kept inside of a bracket that
 * shrinks. Logits that are all nought say nothing: 1.
 */
export function fitTemperature(logits: readonly Float64Array[], labels: readonly Uint8Array[]): Fitted {
  if (logits.every((column) => column.every((logit) => logit === 0))) return { temperature: 1, bound: null };
  let [low, high] = [1 / HIGHEST, 1 / LOWEST];
  if (derivatives(logits, labels, low).first >= 0) return { temperature: HIGHEST, bound: 'highest' };
  if (derivatives(logits, labels, high).first <= 0) return { temperature: LOWEST, bound: 'lowest' };
  let at = 1;
  for (let step = 0; step < MOST_STEPS; step++) {
    const { first, second } = derivatives(logits, labels, at);
    if (first === 0) break;
    if (first < 0) low = at;
    else high = at;
    const newton = at - first / second;
    const next = newton > low && newton < high ? newton : Math.sqrt(low * high);
    const moved = Math.abs(next - at);
    at = next;
    if (moved <= ENOUGH * at) break;
  }
  return { temperature: 1 / at, bound: null };
}

/** Of the summed log loss, in the number that logits are multiplied by. */
function derivatives(logits: readonly Float64Array[], labels: readonly Uint8Array[], scale: number) {
  let [first, second] = [0, 0];
  for (const [place, column] of logits.entries()) {
    const truths = labels[place] as Uint8Array;
    for (let i = 0; i < column.length; i++) {
      const logit = column[i] as number;
      const p = 1 / (1 + Math.exp(-scale * logit));
      first += (p - (truths[i] as number)) * logit;
      second += p * (1 - p) * logit * logit;
    }
  }
  return { first, second };
}

/** What a bound means, as a sentence; null where there is none. */
function boundText(what: string, { bound }: Fitted): string | null {
  if (bound === null) return null;
  return bound === 'lowest'
    ? `The temperature of ${what} is at its bound, ${LOWEST}: next to none of these slices is on the wrong side, so that any lower one would fit better.`
    : `The temperature of ${what} is at its bound, ${HIGHEST}: the scores say nothing about these slices, or the opposite.`;
}

/** Temperature scaling: a logistic regression of one weight on the logits. */
export default defineCalibration({
  name: 'temperature',
  version: 1,
  summary:
    'Temperature scaling (Guo et al. 2017; Platt 1999 without an intercept): logits are divided by a number above nought, fitted so that the log loss is least.',
  params: Type.Object({
    by: Type.Union([Type.Literal('label'), Type.Literal('all')], {
      default: 'label',
      description:
        'label: a temperature for each label; all: one for all six, where single labels have too few patients.',
    }),
  }),
  contract: ({ by }) => ({ fits: by === 'label' ? 'each-label' : 'together' }),
  fit({ logits, labels }: CalibrationInput, { by }) {
    const fits =
      by === 'all'
        ? [{ what: 'all labels', fitted: fitTemperature(logits, labels) }]
        : LABELS.map((label, place) => ({
            what: label as string,
            fitted: fitTemperature([logits[place] as Float64Array], [labels[place] as Uint8Array]),
          }));
    const notes = fits.flatMap(({ what, fitted }) => boundText(what, fitted) ?? []);
    return {
      parameters: { temperature: LABELS.map((_, place) => (fits[place] ?? fits[0])?.fitted.temperature as number) },
      ...(notes.length > 0 ? { notes } : {}),
    };
  },
  calibrate: (logit, label, { temperature = [] }) => logit / (temperature[label] as number),
  scales: ({ temperature = [] }) => temperature.map((one) => 1 / one),
});
