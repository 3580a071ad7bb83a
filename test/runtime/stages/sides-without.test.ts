import { expect, it } from 'vitest';
import { LABELS, type SliceLabels } from '../../../src/labels.ts';
import type { Side } from '../../../src/registry/kinds/split.ts';
import type { SplitRow } from '../../../src/runtime/artifacts/split.ts';
import { sidesWithout } from '../../../src/runtime/stages/split/sides-without.ts';
import { sliceRow } from '../train/fixture.ts';

const positive = (...labels: string[]) =>
  Object.fromEntries(LABELS.map((label) => [label, labels.includes(label) ? 1 : 0])) as unknown as SliceLabels;
const split = (sequence: Side, backbone: Side = sequence): SplitRow => ({
  slice: '',
  backbone,
  backboneFold: 0,
  littleBrain: false,
  sequence,
  sequenceFold: 0,
});
const slice = (labels: SliceLabels | null) => ({ ...sliceRow('s', 0, null), labels });

it('names each label without a positive, side by side', () => {
  const slices = [
    slice(positive('any', 'subdural')),
    slice(positive('any', 'epidural', 'subdural', 'subarachnoid', 'intraventricular', 'intraparenchymal')),
    slice(positive('any', 'epidural', 'subdural', 'subarachnoid', 'intraventricular')),
    slice(positive()),
    slice(null),
  ];
  const rows = [split('train'), split('train'), split('validation'), split('validation'), split('test')];
  expect(sidesWithout(slices, rows, 'backbone')).toMatchObject([
    {
      item: 'train',
      reason: 'label-without-negatives',
      message: expect.stringContaining('negative for subdural or any.'),
    },
    {
      item: 'validation',
      what: 'side',
      kind: 'warning',
      reason: 'label-without-positives',
      message:
        'None of the 2 labelled slices on the validation side is positive for intraparenchymal. Nothing here measures how well it is found.',
    },
  ]);
  // Without the second slice hardly a label is left to learn.
  const [train] = sidesWithout([slices[0]!, slices[2]!], [split('train'), split('validation')], 'backbone');
  expect(train?.message).toBe(
    'None of the 1 labelled slice on the training side is positive for epidural, intraparenchymal, intraventricular or subarachnoid. No network can learn them.',
  );
});

it('names each label without a negative, beside those without a positive', () => {
  const slices = [slice(positive('any', 'subdural')), slice(positive('any', 'epidural'))];
  const notes = sidesWithout(slices, [split('train'), split('train')], 'backbone');
  expect(notes.map(({ reason, message }) => [reason, message])).toEqual([
    [
      'label-without-positives',
      'None of the 2 labelled slices on the training side is positive for intraparenchymal, intraventricular or subarachnoid. No network can learn them.',
    ],
    [
      'label-without-negatives',
      'None of the 2 labelled slices on the training side is negative for any. No network can learn it.',
    ],
  ]);
});

it('looks at the sides of the model that it is about, and says nothing of a side that holds nothing', () => {
  const slices = [slice(positive(...LABELS)), slice(positive())];
  const rows = [split('train', 'validation'), split('train')];
  expect(sidesWithout(slices, rows, 'sequence')).toEqual([]);
  const notes = sidesWithout(slices, rows, 'backbone');
  expect(notes.map(({ item, reason }) => `${item} ${reason}`)).toEqual([
    'train label-without-positives',
    'validation label-without-negatives',
  ]);
  for (const { message } of notes) expect(message).toContain('any label');
});
