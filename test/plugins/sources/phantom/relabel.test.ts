import { expect, test } from 'vitest';
import { labelsOfOthers } from '../../../../plugins/sources/phantom/relabel.ts';
import { LABELS, type SliceLabels } from '../../../../src/labels.ts';

/** A study whose labels can be told from those of any other, and slice by slice. */
const study = (patient: number, slices: number, mark: number) => ({
  patient,
  labels: Array.from(
    { length: slices },
    (_, k) => ({ ...Object.fromEntries(LABELS.map((label) => [label, 0])), mark, at: k }) as unknown as SliceLabels,
  ),
});

test('every patient has the labels of one other, who has none of those of its own; slices by height', () => {
  const studies = [study(0, 10, 0), study(1, 19, 1), study(2, 10, 2), study(3, 19, 3), study(4, 10, 4)];
  for (const seed of [1, 2, 3]) {
    const given = labelsOfOthers(seed, studies) as unknown as { mark: number; at: number }[][];
    const marks = given.map((labels) => labels[0]!.mark);
    expect([...marks].sort()).toEqual([0, 1, 2, 3, 4]);
    for (const [i, mark] of marks.entries()) expect(mark).not.toBe(i);
    given.forEach((labels, i) => {
      expect(labels).toHaveLength(studies[i]!.labels.length);
      expect(labels[0]!.at).toBe(0);
      expect(labels.at(-1)!.at).toBe(studies[labels[0]!.mark]!.labels.length - 1);
      for (const { mark } of labels) expect(mark).toBe(labels[0]!.mark);
    });
  }
});

test('further studies of a patient get the labels of the same other, one after the other', () => {
  const studies = [study(0, 10, 0), study(0, 10, 1), study(0, 10, 2), study(3, 10, 3), study(3, 10, 4)];
  const given = labelsOfOthers(1, studies) as unknown as { mark: number }[][];
  expect(given.map((labels) => labels[0]!.mark)).toEqual([3, 4, 3, 0, 1]);
});

test('a single patient keeps its own', () => {
  const studies = [study(7, 5, 0)];
  expect(labelsOfOthers(1, studies)).toEqual(studies.map(({ labels }) => labels));
});
