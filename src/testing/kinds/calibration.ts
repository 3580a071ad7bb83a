import { LABELS } from '../../labels.ts';
import { stream } from '../../random.ts';
import type {
  Calibration,
  CalibrationInput,
  CalibrationParameters,
  FittedCalibration,
} from '../../registry/kinds/calibration.ts';
import { type Case, eachCase } from '../boundaries.ts';
import type { Report } from '../findings.ts';
import { checkRepeats } from '../network-run.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { shown } from '../words.ts';

const FITS = ['each-label', 'together'];

/** From far outside of what a network says to the smallest step around nought. */
const LOGITS = [-60, -12, -3, -0.7, -1e-6, 0, 1e-6, 0.7, 3, 12, 60];

export async function checkCalibration({
  component,
  findings,
  base,
  boundaries,
}: Subject<'calibration'>): Promise<void> {
  const valid = await findings.check('contract', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const { fits } = component.contract(paramsOf(at));
      if (!FITS.includes(fits))
        problem(`its contract fits ${shown(fits)} with ${at.words}; say one of ${FITS.join(', ')}.`);
    });
  });
  if (!valid) return;
  const fitWith = (at: Case, input: CalibrationInput = sample(0)): FittedCalibration =>
    component.fit(input, paramsOf(at));
  const fitted = await findings.check('fit', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      for (const input of [sample(0), sample(1), separable()]) parametersAreValid(fitWith(at, input), at, problem);
    });
  });
  if (!fitted) return;
  await findings.check('fit: changes nothing', (problem) => {
    const [input, before] = [sample(0), sample(0)];
    fitWith(base, input);
    if (shown(plain(input)) !== shown(plain(before)))
      problem('fit changes the logits or labels that it is given; the next fold reads them too.');
  });
  await findings.check('determinism', (problem) => {
    checkRepeats(problem, numbersOf(fitWith(base).parameters), numbersOf(fitWith(base).parameters));
  });
  const kept = await findings.check('calibrate: order and sign', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      // As they are read again from a file.
      const parameters = JSON.parse(JSON.stringify(fitWith(at).parameters)) as CalibrationParameters;
      for (const [label, name] of LABELS.entries()) {
        const given = LOGITS.map((logit) => component.calibrate(logit, label, parameters, paramsOf(at)));
        const wrong = given.findIndex((one) => typeof one !== 'number' || !Number.isFinite(one));
        const turned = given.findIndex((one, i) => Math.sign(one) !== Math.sign(LOGITS[i] as number));
        const fell = given.findIndex((one, i) => i > 0 && !(one > (given[i - 1] as number)));
        const of = (i: number) => `the logit ${LOGITS[i]} of ${name} becomes ${shown(given[i])} with ${at.words}`;
        if (wrong >= 0) problem(`${of(wrong)}; give a finite number.`);
        else if (turned >= 0)
          problem(`${of(turned)}; the sign has to stay, so that what is called at 0.5 stays (no intercept).`);
        else if (fell >= 0)
          problem(`${of(fell)}, no more than a lower one; a higher logit has to stay the higher one.`);
      }
    });
  });
  // Of what is wrong already its scale would only say it again.
  if (!kept) return;
  if (component.scales === undefined) {
    findings.skip('scales', 'it gives none; a run that is calibrated by it has no form as ONNX.');
    return;
  }
  await findings.check('scales', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) =>
      scalesAgree(component, fitWith(at).parameters, at, problem),
    );
  });
}

function scalesAgree(component: Calibration, parameters: CalibrationParameters, at: Case, problem: Report): void {
  const scales: unknown = component.scales?.(parameters, paramsOf(at));
  if (!Array.isArray(scales) || scales.length !== LABELS.length || !scales.every((one) => one > 0)) {
    problem(`its scales are ${shown(scales)} with ${at.words}; give ${LABELS.length} numbers above nought.`);
    return;
  }
  for (const [label, name] of LABELS.entries())
    for (const logit of LOGITS) {
      const [by, own] = [logit * scales[label], component.calibrate(logit, label, parameters, paramsOf(at))];
      if (Math.abs(by - own) <= 1e-9 * Math.max(1, Math.abs(own))) continue;
      problem(
        `the logit ${logit} of ${name} becomes ${shown(own)} by calibrate and ${shown(by)} by its scale with ${at.words}; leave scales away where calibrate does something else than multiply.`,
      );
      return;
    }
}

function parametersAreValid(fit: FittedCalibration, at: Case, problem: Report): void {
  const parameters: unknown = fit?.parameters;
  const numbers = (value: unknown): boolean =>
    Array.isArray(value) && value.every((one) => typeof one === 'number' && Number.isFinite(one));
  if (typeof parameters !== 'object' || parameters === null || !Object.values(parameters).every(numbers))
    problem(
      `fit gives the parameters ${shown(parameters)} with ${at.words}; give lists of finite numbers by name: { temperature: [1.5] }.`,
    );
  const notes: unknown = fit?.notes ?? [];
  if (!Array.isArray(notes) || !notes.every((one) => typeof one === 'string' && one !== ''))
    problem(`fit gives the notes ${shown(notes)} with ${at.words}; give sentences.`);
}

const numbersOf = (parameters: CalibrationParameters): number[] => Object.values(parameters).flat();
const plain = ({ logits, labels }: CalibrationInput) => [...logits, ...labels].map((column) => [...column]);

/** 400 slices of a network that is too sure of itself. */
function sample(seed: number): CalibrationInput {
  const random = stream(seed, 'ichor/testing');
  const columns = LABELS.map(() => {
    const logits = Float64Array.from({ length: 400 }, () => 4 * (random.uniform() - 0.6));
    const labels = Uint8Array.from(logits, (logit) => (random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0));
    return { logits: logits.map((logit) => 2.5 * logit), labels };
  });
  return { logits: columns.map(({ logits }) => logits), labels: columns.map(({ labels }) => labels) };
}

/** No slice is on the wrong side: any loss falls for ever as the scores grow. */
function separable(): CalibrationInput {
  const { logits } = sample(2);
  return { logits, labels: logits.map((column) => Uint8Array.from(column, (logit) => (logit > 0 ? 1 : 0))) };
}
