import { describe, expect, it } from 'vitest';
import type { SliceLabels } from '../../../src/labels.ts';
import type { Side } from '../../../src/registry/kinds/split.ts';
import type { PatientRow } from '../../../src/runtime/artifacts/patients.ts';
import type { JoinedSlice } from '../../../src/runtime/evaluate/scored.ts';
import { worstPatients, worstSlices } from '../../../src/runtime/report/choose-worst.ts';
import { labelled } from '../evaluate/scored-fixture.ts';

const NONE = [0, 0, 0, 0, 0, 0];
const BLEED = [0, 0, 0, 0, 1, 1];

/** All six scores are `p`. */
function slice(
  id: string,
  series: string,
  patient: string,
  p: number,
  truth: number[] | null,
  side: Side = 'validation',
) {
  const labels: SliceLabels | null = truth === null ? null : labelled(truth);
  return {
    slice: id,
    series,
    patient,
    order: 0,
    side,
    how: 'predicted',
    probabilities: Array(6).fill(p),
    labels,
  } as JoinedSlice;
}

const row = (series: string, patient: string, call: boolean, truth: boolean | null): PatientRow =>
  ({ series, patient, side: 'validation', call, truthSameRule: truth }) as PatientRow;

describe('worstSlices', () => {
  it('ranks labelled validation slices by mean log loss over the six labels, two of a series at most', () => {
    const worst = worstSlices(
      [
        slice('a1', 'a', 'p', 0.9, NONE),
        slice('a2', 'a', 'p', 0.8, NONE),
        slice('a3', 'a', 'p', 0.7, NONE),
        slice('b1', 'b', 'q', 0.3, NONE),
        slice('t1', 't', 't', 0.99, NONE, 'train'),
        slice('u1', 'u', 'u', 0.99, null),
      ],
      10,
    );
    expect(worst.map(({ slice: { slice: id } }) => id)).toEqual(['a1', 'a2', 'b1']);
    // -ln(1 - 0.9) = ln 10
    expect(worst[0]?.loss).toBeCloseTo(Math.LN10, 12);
  });

  it('clips as Kaggle does: a score of 1 that is wrong has a finite loss', () => {
    // -ln(1e-15)
    expect(worstSlices([slice('a', 'a', 'p', 1, NONE)], 1)[0]?.loss).toBeCloseTo(34.538776394910684, 10);
  });

  it('takes no more than it is asked for', () => {
    const all = ['a', 'b', 'c'].map((id) => slice(id, id, id, 0.5, NONE));
    expect(worstSlices(all, 2)).toHaveLength(2);
  });
});

describe('worstPatients', () => {
  const slices = [
    slice('p1', 's1', 'right', 0.45, NONE),
    slice('q1', 's2', 'missed', 0.4, BLEED),
    slice('q2', 's2', 'missed', 0.1, NONE),
    slice('r1', 's3', 'two-series', 0.2, NONE),
    slice('r2', 's4', 'two-series', 0.2, NONE),
    slice('x1', 's5', 'unknown', 0.9, null),
  ];
  const calls = [
    row('s1', 'right', false, false),
    row('s2', 'missed', false, true),
    row('s3', 'two-series', false, false),
    row('s4', 'two-series', true, false),
    row('s5', 'unknown', true, null),
  ];
  const worst = worstPatients(slices, calls, 10);

  it('puts those that are called otherwise than labelled first, each group by its loss', () => {
    expect(worst.map(({ patient }) => patient)).toEqual(['missed', 'two-series', 'right']);
  });

  it('calls a patient by any of the series, and counts its slices', () => {
    expect(worst[1]).toMatchObject({ call: true, truth: false, series: 2, slices: 2, positives: 0 });
    expect(worst[0]).toMatchObject({ call: false, truth: true, slices: 2, positives: 1 });
  });

  it('names the slice with the largest loss', () => {
    expect(worst[0]?.worst.slice).toBe('q1');
  });
});
