import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/labels.ts';
import { readPatients, writePatients } from '../../../src/runtime/artifacts/patients.ts';
import { type PredictionRow, readPredictions, writePredictions } from '../../../src/runtime/artifacts/predictions.ts';
import { patientRows } from '../../../src/runtime/evaluate/patient-rows.ts';
import { bySeries, joinTruth, sideInput } from '../../../src/runtime/evaluate/scored.ts';
import { labelled, rule } from './scored-fixture.ts';

/** Slices of one series: distances to the one before, and scores. */
function joined(spacings: readonly (number | null)[], scores: readonly number[], doubts?: readonly string[]) {
  const rows = scores.map(
    (any, order): PredictionRow => ({
      slice: `s${order}`,
      series: 's',
      patient: 'p',
      order,
      side: 'validation',
      how: 'predicted',
      probabilities: LABELS.map(() => any),
      ...(doubts === undefined ? {} : { doubts }),
    }),
  );
  const index = rows.map(({ slice, series }, i) => ({
    slice,
    series,
    group: 'p',
    spacingMm: spacings[i] ?? null,
    labels: labelled([0, 0, 0, 0, 0, i < 3 ? 1 : 0]),
  }));
  return joinTruth(index, rows);
}

describe('a series in patients.csv', () => {
  it('has its holes, what it was called by, and what is doubtful of it', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ichor-doubts-'));
    // 5 5 5 10 5 5: the third and the fourth positive slice lie on both sides of a hole.
    const slices = joined([null, 5, 5, 5, 10, 5, 5], [0.1, 0.9, 0.9, 0.1, 0.1, 0.9, 0.9], ['bone kernel', 'derived']);
    const rows = patientRows('backbone', bySeries(slices), rule);
    expect(rows).toMatchObject([
      {
        holes: 1,
        call: false,
        longestRun: 2,
        calledBy: 'slices',
        doubtful: 'bone kernel; derived',
        truthSameRule: true,
      },
    ]);
    await writePatients(folder, rows);
    expect(await readPatients(folder)).toEqual(rows);
    const across = joined([null, 5, 5, 5, 10, 5, 5], [0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.1]);
    expect(patientRows('backbone', bySeries(across), rule)[0]).toMatchObject({
      call: false,
      longestRun: 2,
      doubtful: null,
    });
    const whole = joined([null, 5, 5, 5, 5, 5, 5], [0.1, 0.1, 0.1, 0.9, 0.9, 0.9, 0.1]);
    expect(patientRows('backbone', bySeries(whole), rule)[0]).toMatchObject({ call: true, longestRun: 3, holes: 0 });
  });

  it('is called by millimetres where its distances are known', () => {
    const mm = { ...rule, millimetres: 30 };
    const slices = joined([null, 10, 10, 10, 10], [0.1, 0.9, 0.9, 0.9, 0.1]);
    expect(patientRows('backbone', bySeries(slices), mm)[0]).toMatchObject({ call: true, calledBy: 'millimetres' });
    expect(patientRows('backbone', bySeries(slices), { ...mm, millimetres: 36 })[0]).toMatchObject({ call: false });
    const unknown = joined([null, null, null, null, null], [0.1, 0.9, 0.9, 0.9, 0.1]);
    expect(patientRows('backbone', bySeries(unknown), { ...mm, millimetres: 36 })[0]).toMatchObject({
      call: true,
      calledBy: 'slices',
    });
  });

  it('goes into metrics with where its slices lie', () => {
    const [series] = sideInput(bySeries(joined([null, 5, 0, 5], [0.9, 0.9, 0.9, 0.1])), 'validation', rule).series;
    expect(series?.along).toMatchObject({ place: [0, 1, 1, 2], spacingMm: 5 });
  });
});

it('predictions.csv says of each slice what is doubtful of its series', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'ichor-doubts-'));
  const rows = [...joined([null], [0.5], ['bone kernel', 'about 2 slices missing']), ...joined([null], [0.5])].map(
    ({ labels: _, atMm: __, ...row }) => row,
  );
  await writePredictions(folder, rows);
  const [head, first] = (await readFile(join(folder, 'predictions.csv'), 'utf8')).split('\n');
  expect(head).toContain(',how,doubtful,');
  expect(first).toContain('predicted,bone kernel; about 2 slices missing,0.5');
  expect(await readPredictions(folder)).toEqual(rows);
});
