import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { builtIn } from '../../plugins/index.ts';
import { labelsOfStudy } from '../../plugins/sources/phantom/blood.ts';
import { newCanvas } from '../../plugins/sources/phantom/canvas.ts';
import type { PhantomParams } from '../../plugins/sources/phantom/params.ts';
import { drawRoster } from '../../plugins/sources/phantom/roster.ts';
import { drawStudy } from '../../plugins/sources/phantom/study.ts';
import { LABELS, type SliceLabels } from '../../src/labels.ts';
import { createRegistry } from '../../src/registry/registry.ts';
import { resolveRecipe } from '../../src/registry/resolve/resolve.ts';
import { SMALLEST } from '../../src/runtime/evaluate/shown.ts';

const file = fileURLToPath(new URL('../../recipes/quickstart.yaml', import.meta.url));
const registry = createRegistry(builtIn);

interface Series {
  patient: string;
  side: 'train' | 'validation' | undefined;
  labels: SliceLabels[];
}

/** The generator's series and the sides that the recipe's split gives them: no picture is written. */
async function drawn(): Promise<Series[]> {
  const recipe = (await resolveRecipe(file, { registry })).recipe!;
  const { source, split, seed } = recipe.data;
  const params = source as unknown as PhantomParams;
  const canvas = newCanvas(params.size);
  const studies = drawRoster(seed, 'train', params.studies, params).map((entry) => {
    const study = drawStudy(seed, entry, params);
    const labels = labelsOfStudy(canvas, study);
    return { patient: study.ids.patient, slices: study.ids.slices, labels };
  });
  const patients = [...new Set(studies.map(({ patient }) => patient))].map((patient) => ({
    patient,
    group: patient,
    slices: studies
      .filter((study) => study.patient === patient)
      .flatMap(({ slices, labels }) => slices.map((slice, k) => ({ slice, any: labels[k]!.any === 1 }))),
  }));
  const sides = registry.get('split', split.type)!.assign(patients, split as never, seed);
  return studies.map(({ patient, slices, labels }) => ({ patient, labels, side: sides.get(slices[0]!) }));
}

/** Whether so many slices in a row are positive: 1 for the truth any-slice, the rule's number for same-rule. */
const hasRun = ({ labels }: Series, length: number): boolean =>
  labels.some((_, k) => k + length <= labels.length && labels.slice(k, k + length).every(({ any }) => any === 1));

let all: Series[] = [];
beforeAll(async () => {
  all = await drawn();
}, 60_000);

const on = (side: Series['side']) => all.filter((one) => one.side === side);
const patientsOf = (series: readonly Series[]) => new Set(series.map(({ patient }) => patient)).size;

describe('the quickstart shows every part of its report: its validation side has', () => {
  test('28 patients at least, five or more of each class for both truths; series too', () => {
    const validation = on('validation');
    expect(patientsOf(validation)).toBeGreaterThanOrEqual(28);
    expect(SMALLEST).toEqual({ patients: 20, positives: 5, negatives: 5 });
    for (const run of [1, 3]) {
      const positive = validation.filter((one) => hasRun(one, run));
      for (const n of [positive.length, patientsOf(positive)]) {
        expect(n).toBeGreaterThanOrEqual(SMALLEST.positives);
        expect(patientsOf(validation) - n).toBeGreaterThanOrEqual(SMALLEST.negatives);
      }
    }
  });

  test('enough slices of each label for its AUC and its curves', () => {
    const slices = on('validation').flatMap(({ labels }) => labels);
    for (const label of LABELS) {
      const positives = slices.filter((slice) => slice[label] === 1).length;
      expect([label, positives >= SMALLEST.positives]).toEqual([label, true]);
      expect(slices.length - positives).toBeGreaterThanOrEqual(SMALLEST.negatives);
    }
  });

  test('what the comment of the recipe says', () => {
    const text = readFileSync(file, 'utf8').replace(/\n# /g, ' ');
    const said = (side: 'train' | 'validation') => {
      const series = on(side);
      const slices = series.flatMap(({ labels }) => labels).length.toLocaleString('en-GB');
      return `${slices} slices (${series.length} series, ${patientsOf(series)} patients)`;
    };
    expect(text).toContain(`${all.length} labelled studies`);
    expect(text).toContain(`${said('validation')} validate`);
    expect(text).toContain(`${said('train')} train`);
  });
});
