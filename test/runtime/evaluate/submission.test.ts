import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/labels.ts';
import { readSubmission, splitSubmissionId, writeSubmission } from '../../../src/runtime/artifacts/submission.ts';
import { submissionOrder } from '../../../src/runtime/evaluate/submission-order.ts';
import reference from '../../fixtures/metrics.json' with { type: 'json' };

const folder = () => mkdtemp(join(tmpdir(), 'ichor-submission-'));

describe('submission', () => {
  it('has Kaggle’s form', async () => {
    const at = await folder();
    const probabilities = [0.01, 0.02, 0.01, 0.03, 0.05, 0.08];
    const rows = LABELS.map((label, i) => ({ slice: 'ID_0123456ab', label, probability: probabilities[i] as number }));
    await writeSubmission(at, rows);
    expect(await readFile(join(at, 'submission.csv'), 'utf8')).toBe(reference.submission.text);
    expect(await readSubmission(at)).toEqual(rows);
  });

  it('refuses a row twice and what is no probability', async () => {
    const row = { slice: 'ID_1', label: 'any' as const, probability: 0.5 };
    await expect(writeSubmission(await folder(), [row, row])).rejects.toMatchObject({ code: 'submission-repeats' });
    for (const probability of [Number.NaN, 1.01, -0.1]) {
      const attempt = writeSubmission(await folder(), [{ ...row, probability }]);
      await expect(attempt).rejects.toMatchObject({ code: 'submission-no-probability' });
    }
  });

  it('parts an id at its last underscore', () => {
    expect(splitSubmissionId('ID_0123456ab_any')).toEqual({ slice: 'ID_0123456ab', label: 'any' });
    expect(splitSubmissionId('ID_0123456ab')).toBeNull();
  });
});

describe('the order of a submission', () => {
  const ids = (cells: readonly { slice: string; label: string }[]) =>
    cells.map(({ slice, label }) => `${slice}_${label}`);

  it('is that of the index without a sample', () => {
    const { cells } = submissionOrder(['b', 'a'], null);
    expect(ids(cells)).toEqual([...LABELS.map((label) => `b_${label}`), ...LABELS.map((label) => `a_${label}`)]);
  });

  it('is that of the sample’s slices, or of its rows to the letter', () => {
    expect(submissionOrder(['b', 'a'], ['a', 'b']).cells[0]).toEqual({ slice: 'a', label: 'epidural' });
    const sample = ['a', 'b'].flatMap((slice) => [...LABELS].reverse().map((label) => `${slice}_${label}`));
    expect(ids(submissionOrder(['b', 'a'], sample).cells)).toEqual(sample);
  });

  it('names what the sample has more and what it has less, and loses and repeats nothing', () => {
    const { cells, missing, extra } = submissionOrder(['a', 'c'], ['gone', 'a', 'a', 'a_any']);
    expect(missing).toEqual(['gone']);
    expect(extra).toEqual(['c']);
    // Kaggle refuses a row that it did not ask for.
    expect(cells.every(({ slice }) => slice === 'a')).toBe(true);
    expect(cells).toHaveLength(6);
    expect(new Set(ids(cells)).size).toBe(6);
  });
});
