import { expect, it } from 'vitest';
import byPatient from '../../../plugins/splits/by-patient.ts';
import kFold from '../../../plugins/splits/k-fold.ts';
import { LABELS, type SliceLabels } from '../../../src/labels.ts';
import type { Split, SplitPatient } from '../../../src/registry/kinds/split.ts';
import { foldsWithout } from '../../../src/runtime/stages/split/folds-without.ts';

const positive = (...own: string[]) =>
  Object.fromEntries(LABELS.map((label) => [label, own.includes(label) ? 1 : 0])) as unknown as SliceLabels;
/** Six patients with a haemorrhage; the first has a subdural one. */
const patients: SplitPatient[] = Array.from({ length: 12 }, (_, i) => ({
  patient: `p${i}`,
  group: `p${i}`,
  slices: [
    {
      slice: `s${i}`,
      any: i < 6,
      labels: i === 0 ? positive('subdural', 'any') : i < 6 ? positive('epidural', 'any') : positive(),
    },
  ],
}));
const params = (fold: number) => ({ type: 'k-fold', folds: 3, fold, by: 'patient' });
const of = (fold: number) => foldsWithout(kFold as unknown as Split, params(fold), patients, 0);

it('names the other folds in which a label is positive on no slice, and which label', () => {
  const has = [0, 1, 2].find((fold) => kFold.assign(patients, params(fold) as never, 0).get('s0') === 'validation')!;
  const others = [0, 1, 2].filter((fold) => fold !== has);
  expect(of(has)).toMatchObject({
    item: 'folds',
    what: 'side',
    reason: 'label-without-positives',
    kind: 'warning',
    message: expect.stringContaining(
      `Of the other folds fold ${others[0]} (subdural), fold ${others[1]} (subdural) have no positive slice`,
    ),
  });
  // Of the fold that validates here the sides tell.
  expect(of(others[0]!)?.message).toContain(`Of the other folds fold ${others[1]} (subdural) has no positive slice`);
});

it('says nothing of labels that nobody has, nor of a split without folds', () => {
  expect(of(0)?.message).not.toContain('intraventricular');
  const split = { type: 'by-patient', validation: 0.3 };
  expect(foldsWithout(byPatient as unknown as Split, split, patients, 0)).toBeNull();
  expect(foldsWithout(kFold as unknown as Split, params(0), [], 0)).toBeNull();
});
