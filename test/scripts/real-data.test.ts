import { mkdir, readFile, readlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseDicom } from 'dicom-parser';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { claimResults } from '../../src/runtime/table/claims.ts';
import { tableJson } from '../../src/runtime/table/json.ts';
import { around, differing, madeClaim, madeResult, madeTable } from '../runtime/table/made-up.ts';
import { loadScript, temporaryFolder } from './scripts.ts';

const { page } = await loadScript<{
  page(tables: object[], shown: object[], minutes: ReadonlyMap<string, object>): string;
}>('real-data/page.mjs');
const { writeHuFiles, COLUMNS } = await loadScript<{
  writeHuFiles(from: string, to: string): Promise<void>;
  COLUMNS: string;
}>('real-data/hu-files.mjs');
const { makeWorkspace } = await loadScript<{ makeWorkspace(work: string, shared: string): void }>(
  'real-data/workspace.mjs',
);

test('pictures of CT-ICH become files of the HU that their window says, in order, with labels by path', async () => {
  const folder = await temporaryFolder();
  const [from, to] = [join(folder, 'set'), join(folder, 'hu')];
  const brain = join(from, 'Patients_CT', '049', 'brain');
  await mkdir(brain, { recursive: true });
  const greys = [0, 85, 255];
  for (const [i, grey] of greys.entries())
    await sharp({ create: { width: 16, height: 16, channels: 3, background: { r: grey, g: grey, b: grey } } })
      .greyscale()
      .jpeg({ quality: 100 })
      .toFile(join(brain, `${i + 1}.jpg`));
  const header =
    'PatientNumber,SliceNumber,Intraventricular,Intraparenchymal,Subarachnoid,Epidural,Subdural,No_Hemorrhage,Fracture_Yes_No';
  const rows = ['49,1,0,0,0,0,0,1,0', '49,2,0,1,0,0,0,0,1', '49,3,0,0,0,0,0,1,0'];
  await writeFile(join(from, 'hemorrhage_diagnosis.csv'), `\uFEFF${[header, ...rows].join('\n')}`);
  await writeHuFiles(from, to);
  const found = [];
  for (const place of [1, 2, 3]) {
    const file = parseDicom(await readFile(join(to, '049', `049-${place}.dcm`)));
    const { dataOffset, length } = file.elements.x7fe00010!;
    const pixels = new Int16Array(Uint8Array.from(file.byteArray.subarray(dataOffset, dataOffset + length)).buffer);
    expect(new Set(pixels).size).toBe(1);
    found.push([
      file.string('x00100020'),
      Number(file.string('x00200032')?.split('\\')[2]),
      pixels[0]! + Number(file.string('x00281052')),
    ]);
  }
  // HU = grey / 255 x 120 - 20, five mm apart.
  expect(found).toEqual([
    ['ct-ich-049', 5, -20],
    ['ct-ich-049', 10, 20],
    ['ct-ich-049', 15, 100],
  ]);
  const labels = (await readFile(join(to, 'labels.csv'), 'utf8')).split('\n');
  const columns = labels[0]!.split(',');
  for (const part of COLUMNS.split(',')) expect(columns).toContain(part.split('=')[1]!.replace('!', ''));
  expect(labels[2]).toBe('49,2,0,1,0,0,0,0,1,049/049-2.dcm');
});

test('a workspace links to the sets, and says which are missing', async () => {
  const folder = await temporaryFolder();
  const [work, shared] = [join(folder, 'work'), join(folder, 'shared')];
  for (const name of ['ct-ich', 'rsna-slices', 'rsna-sample'])
    await mkdir(join(shared, 'data', name), { recursive: true });
  expect(() => makeWorkspace(work, shared)).toThrow(/has no weights: name the folder .* with --shared DIR/);
  await mkdir(join(shared, 'data', 'weights'));
  for (let times = 0; times < 2; times++) makeWorkspace(work, shared);
  expect(await readlink(join(work, 'data'))).toBe(join(shared, 'data'));
  expect(JSON.parse(await readFile(join(work, 'package.json'), 'utf8'))).toEqual({ private: true });
});

/** A network's figures on a set that it never saw. */
const run = (auc: number, patients: number) => {
  const truth = 'truth: any-slice)';
  const figure = (value: number, counts = {}) => ({ value, counts });
  return {
    labelled: { slices: 10 * patients, series: patients, patients },
    constant: { 'mean-log-loss': figure(0.17) },
    prevalence: { any: { share: 0.127, positives: 9 } },
    meanProbability: 0.2,
    calls: {
      0.5: { threshold: 0.5, tp: 18, fp: 4, fn: 18, tn: 42 },
      share: { threshold: 0.15, tp: 36, fp: 23, fn: 0, tn: 23 },
    },
    figures: {
      'mean-log-loss': figure(0.21),
      'auc (any)': figure(auc, { positives: 9 }),
      'calibration-error (any)': figure(0.08),
      [`sensitivity at 0.5 (any, patient, ${truth}`]: figure(0.5, { tp: 18, fp: 4, fn: 18, tn: 42 }),
      [`specificity at 0.5 (any, patient, ${truth}`]: figure(0.9),
      [`ppv at 0.5 (any, patient, prevalence 0.061, ${truth}`]: figure(0.25),
      [`npv at 0.5 (any, patient, prevalence 0.061, ${truth}`]: figure(0.97),
    },
  };
};

async function made(name: string) {
  const rows = ['lite0', 'scratch'].map((row) => ({
    ...madeResult(row),
    cells: { 'auc (any)': { mean: 0.9, deviation: null, runs: 5, counts: null } },
  }));
  const claim = madeClaim({
    claim: 'ImageNet’s weights lower the loss',
    row: 'lite0',
    than: 'scratch',
    limit: 'Of few',
  });
  const results = { ...madeTable(rows, [claim]), marks: [] };
  const table = JSON.parse(tableJson(results, await claimResults(results, differing(around(0.1)))));
  return { table: { ...table, name }, alone: new Map([[claim.claim, { mean: 0.1, low: -0.05, high: 0.25 }]]) };
}

test('the page says what was claimed, gains over patients alone as such, what is not here, and figures of others beside', async () => {
  const sets = [
    { name: 'rsna-slices, held out', runs: [run(0.9, 633), run(0.95, 633)] },
    { name: 'RSNA sample', runs: [run(0.7, 9), run(0.8, 9)] },
    { name: 'CT-ICH', runs: [run(0.7, 82), run(0.8, 82)] },
  ].map((set) => ({ ...set, labelled: set.runs[0]!.labelled }));
  const took = (minutes: number, atLeast: boolean) => ({ minutes, atLeast });
  const minutes = new Map(
    ['ct-ich', 'rsna-slices'].flatMap((name) => [
      [`${name}: lite0`, took(1.25, false)] as const,
      [`${name}: scratch`, took(2, true)] as const,
    ]),
  );
  const text = page([await made('ct-ich'), await made('rsna-slices')], sets, minutes);
  for (const heading of ['What was claimed, and what came out', 'What the real data did not show', 'What ran'])
    expect(text).toContain(`\n## ${heading}\n`);
  expect(text).toMatch(/\| ct-ich: scratch \|[^\n]*\| at least 2\.0 \|/);
  expect(text).toContain('| all of it |  |  |  | 7 |');
  expect(text).toContain('| ImageNet’s weights lower the loss | +0.1000 | -0.0500 to +0.2500 |');
  expect(text).toContain('](real-data/ct-ich.md)');
  // Of nine patients counts, of many the least and the greatest network.
  expect(text).toMatch(/\| RSNA sample, 9 patients \| 90 \| 0\.2100 \| 0\.1700 \| 0\.3806 \| 9 positive slices \|/);
  expect(text).toMatch(
    /\| rsna-slices, held out, patients unknown \| [^|]+\|[^|]+\|[^|]+\|[^|]+\| 0\.9000 to 0\.9500 \|/,
  );
  expect(text).toContain('Networks that there are: 2 of ');
  expect(text).toMatch(/\| CT-ICH, 82 patients \| 820 \| 0\.2100 \| 0\.1700 \| 0\.3806 \| 0\.7000 to 0\.8000 \|/);
  expect(text).toMatch(/\| RSNA sample \| 0\.5 \| TP 18 · FP 4 · FN 18 · TN 42 \| {2}\| {2}\| {2}\| {2}\|/);
  // Bayes' rule by hand: 0.5 x 0.061 of all are called rightly, 4 / 46 x 0.939 wrongly.
  expect(text).toContain('| CT-ICH | 0.5 | TP 18 · FP 4 · FN 18 · TN 42 | 0.5000 | 0.9130 | 0.2720 | 0.9656 |');
  expect(text).toContain('| CT-ICH | 0.1500 | TP 36 · FP 23 · FN 0 · TN 23 | 1.0000 | 0.5000 | 0.1150 | 1.0000 |');
  expect(text).toMatch(/\| 0\.5000; 0\.9000; 0\.2500 \| 0\.73; 0\.79; 0\.186 \(1,372 scans\) \|/);
  expect(page([await made('ct-ich')], [], minutes)).toContain(
    '| RSNA’s slices, held out: AUC of any | not run | 0.988',
  );
});
