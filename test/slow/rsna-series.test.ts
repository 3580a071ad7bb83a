import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { expect, it } from 'vitest';
import headCt from '../../plugins/series-rules/head-ct.ts';
import type { Candidate } from '../../src/runtime/stages/index/candidate.ts';
import { chooseSeries } from '../../src/runtime/stages/index/choose-series.ts';
import { splitMixed, splitRepeated } from '../../src/runtime/stages/index/split-series.ts';
import { LedgerLines } from '../../src/runtime/stages/ledger-lines.ts';
import { parameters } from '../../src/testing/params.ts';
import { sharedData } from '../shared-data.ts';

const folder = sharedData('rsna-metadata');
const identities = { private: false, name: (_: string, value: string) => value, seal: (hash: string) => hash };

/** Every header of the 78,545 slices of RSNA's first test set, as index has them. */
function candidates(): Candidate[] {
  const table = gunzipSync(readFileSync(join(folder!, 'stage_1_test_metadata.csv.gz')));
  const numbers = (text = '') => [...text.matchAll(/-?\d+(?:\.\d+)?(?:e[-+]?\d+)?/gi)].map(([one]) => Number(one));
  const rows = parse(table, { columns: true }) as Record<string, string>[];
  return rows.map(
    (row) =>
      ({
        slice: row.SOPInstanceUID,
        series: row.SeriesInstanceUID,
        study: row.StudyInstanceUID,
        patient: row.PatientID,
        path: row.SOPInstanceUID,
        modality: 'CT',
        rows: Number(row.Rows),
        columns: Number(row.Columns),
        position: numbers(row.ImagePositionPatient),
        orientation: numbers(row.ImageOrientationPatient),
        pixelSpacing: numbers(row.PixelSpacing),
        location: null,
        instance: null,
        acquisition: {
          kernel: null,
          number: null,
          temporal: null,
          timeMs: null,
          days: [null, null, null],
          reference: null,
          kilovolts: null,
          thicknessMm: null,
        },
        claims: { part: null, head: false, contrast: false, other: null, words: [], person: ['', '', ''] },
        imageType: [''],
        slope: Number(row.RescaleSlope),
        intercept: Number(row.RescaleIntercept),
        labels: null,
      }) as unknown as Candidate,
  );
}

it.skipIf(folder === null || process.env.ICHOR_SLOW === undefined)(
  'none of the 2,214 series of RSNA is excluded or split, and next to none is doubtful',
  async () => {
    const slices = new Map(candidates().map((one) => [one.slice, one]));
    expect(slices.size).toBe(78_545);
    const ledger = new LedgerLines('index');
    splitMixed(slices.values());
    const phases = await splitRepeated(slices, true, async () => null, identities, ledger);
    expect(phases.size).toBe(0);
    const params = parameters(headCt, {}) as never;
    const judged = chooseSeries(slices.values(), {
      choose: 'best',
      judge: (study) => headCt.judge(study, params),
      identities,
    });
    expect(judged).toHaveLength(2214);
    expect(judged.filter(({ chosen }) => !chosen)).toEqual([]);
    const doubtful = judged.filter(
      ({ verdict }) => verdict !== null && 'doubts' in verdict && verdict.doubts.length > 0,
    );
    expect(doubtful.length).toBeLessThan(15);
    expect(judged.filter(({ facts }) => facts.holes > 0).length).toBeLessThan(10);
  },
  120_000,
);
