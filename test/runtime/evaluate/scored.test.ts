import { expect, test } from 'vitest';
import { LABELS } from '../../../src/labels.ts';
import type { Side } from '../../../src/registry/kinds/split.ts';
import { patientRows } from '../../../src/runtime/evaluate/patient-rows.ts';
import { type JoinedSlice, sideInput } from '../../../src/runtime/evaluate/scored.ts';
import { LedgerLines } from '../../../src/runtime/stages/ledger-lines.ts';
import { noteOpenTruths } from '../../../src/runtime/stages/open-truths.ts';
import { labelled, rule } from './scored-fixture.ts';

test('under a split of slices the neighbours of the other side stay in their places, and are not judged', () => {
  const sides: readonly (Side | 'unlabelled')[] = ['train', 'validation', 'unlabelled', 'train', 'validation'];
  const series = sides.map((side, k) => ({
    slice: `s${k}`,
    series: 'one',
    patient: 'one',
    side: side === 'unlabelled' ? 'validation' : side,
    labels: side === 'unlabelled' ? null : labelled(LABELS.map(() => 0)),
    probabilities: LABELS.map(() => 0.5),
    atMm: null,
  })) as unknown as JoinedSlice[];
  const input = sideInput([series], 'validation', rule);
  expect(input.slices.map(({ slice }) => slice)).toEqual(['s1', 's4']);
  expect(input.series[0]!.positions.map(({ judged }) => judged)).toEqual([false, true, false, false, true]);
});

/** Of each series its patient and label any of each slice; null: it has none. */
const judged = (...series: readonly (readonly [patient: string, any: readonly (0 | 1 | null)[]])[]): JoinedSlice[][] =>
  series.map(([patient, all], n) =>
    all.map(
      (any, order) =>
        ({
          slice: `${n}-${order}`,
          series: `s${n}`,
          patient,
          order,
          side: 'test',
          how: 'predicted',
          labels: any === null ? null : labelled([0, 0, 0, 0, 0, any]),
          probabilities: LABELS.map(() => 0.5),
          atMm: null,
        }) satisfies JoinedSlice,
    ),
  );

test('series without a label stand beside those that are judged only where their patient has labels', () => {
  const input = sideInput(judged(['b', [null, null]], ['a', [0, 1]], ['b', [0, 0]], ['c', [null]]), 'test', rule);
  expect(input.series.map(({ series }) => series)).toEqual(['s1', 's2']);
  expect(input.unlabelledSeries?.map(({ series }) => series)).toEqual(['s0']);
  expect(sideInput(judged(['a', [0, null]]), 'test', rule)).not.toHaveProperty('unlabelledSeries');
});

test('patients.csv has no truth where slices without a label leave it open, and one note says how many', () => {
  const series = judged(
    ['a', [1, 1, 1, null]],
    ['b', [0, null, null, null]],
    ['c', [0, null, 0, 0]],
    ['d', [0, 0, 0, 0]],
    ['d', [null, null, null]],
    ['e', [null, null, null]],
  );
  const rows = patientRows('backbone', series, rule);
  expect(rows.map((row) => [row.labelled, row.truthSameRule, row.truthAnySlice])).toEqual([
    [3, true, true],
    [1, null, null],
    [3, false, null],
    [4, false, false],
    [0, null, null],
    [0, null, null],
  ]);
  const ledger = new LedgerLines('evaluate');
  noteOpenTruths(rows, ['same-rule', 'any-slice'], ledger);
  const { notes } = ledger.part();
  expect(notes.map(({ reason, kind }) => [reason, kind])).toEqual([['truth-not-known', 'warning']]);
  expect(notes[0]?.message).toMatch(
    /^Only some slices of 4 of the 4 patients .* 2 patients and 1 series by same-rule, 3 patients and 2 series by any-slice are in no figure/,
  );
  // Of a run that trained: what has no label is on no side.
  const trained = series.map((all) =>
    all.map((slice) => ({ ...slice, side: slice.labels === null ? ('unlabelled' as const) : ('validation' as const) })),
  );
  const own = patientRows('backbone', trained, rule);
  expect(own.map(({ side }) => side)).toEqual([...new Array(4).fill('validation'), 'unlabelled', 'unlabelled']);
  const said = new LedgerLines('evaluate');
  noteOpenTruths(own, ['any-slice'], said);
  expect(said.part().notes[0]?.message).toMatch(/of validation who are judged .* 3 patients and 2 series by any-slice/);
  expect(sideInput(trained, 'validation', rule).unlabelledSeries).toHaveLength(1);
  // Labels that say nothing of any say nothing of a truth.
  expect(patientRows('backbone', series, rule, false).every(({ truthSameRule }) => truthSameRule === null)).toBe(true);
  const whole = new LedgerLines('evaluate');
  noteOpenTruths(patientRows('backbone', judged(['a', [1, 0]], ['b', [null]]), rule), ['same-rule'], whole);
  expect(whole.part().notes).toEqual([]);
});
