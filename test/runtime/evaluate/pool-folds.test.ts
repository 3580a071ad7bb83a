import { describe, expect, it } from 'vitest';
import type { EvaluatedRun } from '../../../src/runtime/evaluate/evaluated-run.ts';
import { type OpenedFold, poolFolds } from '../../../src/runtime/evaluate/pool-folds.ts';

const PATIENTS = ['a', 'b', 'c', 'd', 'e', 'f'];

/** The run of a fold that these patients validate in; each has two slices. */
function fold(place: number, own: readonly string[], more: Partial<OpenedFold> = {}): OpenedFold {
  const slices = own.flatMap((patient) =>
    [0, 1].map((n) => ({ slice: `${patient}${n}`, series: patient, patient, labels: {}, probabilities: [place / 10] })),
  );
  return {
    run: {
      name: `run-${place}`,
      side: 'validation',
      input: { slices, series: own.map((series) => ({ series })), patient: {} },
    } as unknown as EvaluatedRun,
    fold: place,
    index: 'index',
    labelled: new Set(PATIENTS.flatMap((patient) => [`${patient}0`, `${patient}1`])),
    trained: new Set(PATIENTS.filter((patient) => !own.includes(patient))),
    by: 'patient',
    ...more,
  };
}
const three = (): OpenedFold[] => [fold(0, ['a', 'b']), fold(1, ['c', 'd']), fold(2, ['e', 'f'])];

describe('folds that are pooled', () => {
  it('have each patient once, from the run that did not see it', () => {
    const { input, name } = poolFolds(three(), 3);
    expect(input.slices.map(({ slice, probabilities }) => [slice, probabilities[0]])).toEqual(
      PATIENTS.flatMap((patient, i) => [0, 1].map((n) => [`${patient}${n}`, Math.floor(i / 2) / 10])),
    );
    expect(input.series).toHaveLength(6);
    expect(input).not.toHaveProperty('byRank');
    expect(name).toBe('folds of run-0, run-1, run-2');
  });

  it('bring the scores of before a calibration, where all have them', () => {
    const calibrated = three().map((one) => ({
      ...one,
      run: { ...one.run, input: { ...one.run.input, byRank: one.run.input } },
    }));
    expect(poolFolds(calibrated, 3).input.byRank?.slices).toHaveLength(12);
    expect(poolFolds([...calibrated.slice(0, 2), three()[2]!], 3).input).not.toHaveProperty('byRank');
  });

  it.each([
    ['a missing fold', three().slice(0, 2), 'Of 3 folds 2 is missing'],
    ['a fold twice', [...three().slice(0, 2), fold(1, ['e', 'f'])], 'Fold 1 is there twice: runs run-1 and run-1.'],
    ['another split', [...three().slice(0, 2), fold(2, ['e', 'f'], { fold: null })], 'run-2 has a split without folds'],
    [
      'another draw, with a patient in two folds',
      [...three().slice(0, 2), fold(2, ['d', 'e', 'f'])],
      'Slice d0 validates in two folds, runs run-1 and run-2',
    ],
    [
      'another draw, with a patient in none',
      [...three().slice(0, 2), fold(2, ['e'])],
      '2 labelled slices validate in no fold',
    ],
    [
      'other data',
      [...three().slice(0, 2), fold(2, ['e', 'f'], { index: 'other' })],
      'run-0 and run-2 are folds of other data',
    ],
    [
      'a network that saw whom it predicts',
      [...three().slice(0, 2), fold(2, ['e', 'f'], { trained: new Set(['a', 'f']) })],
      'Run run-2 trained on 1 of the patients that it predicts as unseen, the first is f',
    ],
  ])('are refused with %s', (_, folds, message) => {
    expect(() => poolFolds(folds, 3)).toThrow(message);
  });

  it('go by slices where the split deals slices', () => {
    // Each patient trains in its own fold, by its other slice.
    const by = (place: number, trained: readonly string[]) =>
      fold(place, [], {
        by: 'slice',
        trained: new Set(trained),
        labelled: new Set(['a0', 'a1']),
        run: {
          name: `run-${place}`,
          input: { slices: [{ slice: `a${place}`, patient: 'a' }], series: [], patient: {} },
        } as unknown as EvaluatedRun,
      });
    expect(poolFolds([by(0, ['a1']), by(1, ['a0'])], 2).input.slices).toHaveLength(2);
    expect(() => poolFolds([by(0, ['a1']), by(1, ['a0', 'a1'])], 2)).toThrow('trained on 1 of the slices');
  });
});
