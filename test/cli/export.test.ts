import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../src/labels.ts';
import { ichor } from '../cli.ts';
import { python, runPython, WITHOUT } from '../peer-python.ts';
import { trainedStore } from '../runtime/export/trained-store.ts';

/** A folder with a trained run, and the slices of one phantom's series in a folder of their own. */
let root: string;
let series: string;
/** What predict says, by label, in the order of the series. */
let predicted: number[][];

const csvOf = (json: string) =>
  parse(readFileSync(JSON.parse(json).files.predictions, 'utf8'), { columns: true }) as Record<string, string>[];
const scores = (json: string) =>
  csvOf(json)
    .sort((a, b) => Number(a.order) - Number(b.order))
    .map((row) => LABELS.map((label) => Number(row[label])));

beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'export-'));
  writeFileSync(join(root, 'package.json'), '{}');
  await trainedStore(root, [
    'sequence={type: bi-lstm, cells: 6, features: {spacing: true, deltas: true}}',
    'data.image.interpolation=area',
  ]);
  const made = await ichor(
    [
      'data',
      'phantom',
      'heads',
      '--set',
      'studies=1',
      '--set',
      'testStudies=0',
      '--set',
      'size=128',
      '--set',
      'minimumSlices=14',
      '--set',
      'singleSliceMimics=0',
    ],
    { cwd: root },
  );
  expect(made.err + made.out, made.err).not.toMatch(/error/);
  series = join(root, 'series');
  mkdirSync(series);
  const slices = join(root, 'heads', 'stage_2_train');
  for (const name of readdirSync(slices)) copyFileSync(join(slices, name), join(series, name));
  const { out, err, status } = await ichor(
    ['predict', 'exported', 'series', '--engine', 'wasm', '--show-ids', '--json'],
    { cwd: root },
  );
  expect(status, err).toBe(0);
  predicted = scores(out);
}, 60_000);

describe('ichor export', () => {
  it('writes a folder that says what it is, once', async () => {
    const { out, err, status } = await ichor(['export', 'exported', '--out', 'mine'], { cwd: root });
    expect(status, err).toBe(0);
    expect(out).toMatch(
      /wrote mine\/model\.onnx .*nodes\n {2}takes {2}hu \[slices, rows, columns\], spacing_mm \[slices\]\n/,
    );
    expect(err).toContain('SYNTHETIC: the networks learned from generated pictures');
    expect(readdirSync(join(root, 'mine')).sort()).toEqual(['example.py', 'model-card.md', 'model.onnx']);
    const again = await ichor(['export', 'exported', '--out', 'mine'], { cwd: root });
    expect([again.status, again.err]).toEqual([2, expect.stringContaining('error[export-exists]')]);
  });

  it.skipIf(python === null)(`gives predict’s numbers by its own example (skipped where ${WITHOUT})`, async () => {
    await ichor(['export', 'exported', '--out', 'with-example', '--quiet'], { cwd: root });
    const said = runPython(join(root, 'with-example', 'example.py'), [series]).split('\n');
    expect(said.slice(0, 3)).toEqual(['SYNTHETIC', 'SMOKE', 'WORSE THAN CONSTANT']);
    const from = said.findIndex((line) => line.startsWith('slice\t'));
    const rows = said
      .slice(from + 1, from + 1 + predicted.length)
      .map((line) => line.split('\t').slice(1, 7).map(Number));
    expect(rows.length).toBeGreaterThan(13);
    const apart = rows.flatMap((row, i) => row.map((one, label) => Math.abs(one - predicted[i]![label]!)));
    expect(Math.max(...apart)).toBeLessThan(1e-4);
    expect(said.at(-2)).toMatch(
      /^call by consecutive, 3 slices above 0\.5: (True|False); .* marks: SYNTHETIC, SMOKE, WORSE/,
    );
    // One slice less is a hole, and is not repaired.
    const holed = join(root, 'holed');
    mkdirSync(holed);
    const order = said.slice(from + 1, from + 1 + predicted.length).map((line) => line.split('\t')[7] as string);
    for (const name of order.filter((_, i) => i !== 6)) copyFileSync(join(series, name), join(holed, name));
    expect(() => runPython(join(root, 'with-example', 'example.py'), [holed])).toThrow(/no holes/);
    // A sentence, and no trace of Python's.
    const empty = join(root, 'empty');
    mkdirSync(empty);
    writeFileSync(join(holed, 'notes.txt'), 'x');
    for (const [words, sentence] of [
      [[], /Name one folder/],
      [[join(root, 'nowhere')], /Name one folder/],
      [[empty], /There is no file in/],
      [[holed], /notes\.txt is no DICOM file/],
    ] as const) {
      const run = () => runPython(join(root, 'with-example', 'example.py'), [...words]);
      expect(run).toThrow(sentence);
      expect(run).not.toThrow(/Traceback/);
    }
  });
});

describe('ichor runs pack', () => {
  it('writes one file that predict takes where there is nothing else of the run, to the same numbers', async () => {
    const { out, err, status } = await ichor(['runs', 'pack', 'exported'], { cwd: root });
    expect(status, err).toBe(0);
    expect(out).toContain('backbone, sequence, the recipe, a card');
    const file = join(root, 'exported-1.ichor.zip');
    expect(statSync(file).size).toBeGreaterThan(10_000);
    const elsewhere = mkdtempSync(join(tmpdir(), 'elsewhere-'));
    writeFileSync(join(elsewhere, 'package.json'), '{}');
    const there = await ichor(['predict', file, series, '--engine', 'wasm', '--show-ids', '--json'], {
      cwd: elsewhere,
    });
    expect(there.status, there.err).toBe(0);
    expect(scores(there.out)).toEqual(predicted);
    expect(JSON.parse(there.out)).toMatchObject({ predictsWith: expect.stringMatching(/^exported-1@/) });
    // What it holds can be exported as well.
    const exported = await ichor(['export', file, '--part', 'backbone', '--out', 'from-pack', '--json'], {
      cwd: elsewhere,
    });
    expect(exported.status, exported.err).toBe(0);
    expect(JSON.parse(exported.out)).toMatchObject({
      part: 'backbone',
      marks: ['SYNTHETIC', 'SMOKE', 'WORSE THAN CONSTANT'],
    });
  });
});
