import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { LABELS } from '../../src/index.ts';
import type { Metrics } from '../../src/runtime/artifacts/metrics.ts';
import { type Ended, ichor } from '../cli.ts';
import { tiny } from './tiny.ts';

const COLUMNS = ['EDH', 'IPH', 'IVH', 'SAH', 'SDH'];
let folder: string;
let scans: string;
let judged: Ended;
const store = () => join(folder, 'store');
const evaluate = (...more: string[]) => ichor(['evaluate', 'quickstart-1', scans, '--store', store(), ...more]);
const runFile = (run: string, file: string) => readFile(join(store(), 'runs', run, file), 'utf8');
const metricsOf = async (run: string): Promise<Metrics> => {
  const { artifacts } = JSON.parse(await runFile(run, 'run.json'));
  return JSON.parse(await readFile(join(store(), 'store', 'evaluate', artifacts.evaluate.key, 'metrics.json'), 'utf8'));
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-evaluate-'));
  const other = join(folder, 'other');
  const [trained, made] = await Promise.all([
    ichor(['run', 'recipes/quickstart.yaml', ...tiny, '--store', store()]),
    // Another hospital: enough patients for figures of calls.
    ichor([
      'data',
      'phantom',
      other,
      '--seed',
      '9',
      ...['studies=26', 'testStudies=0', 'size=96'].flatMap((s) => ['--set', s]),
    ]),
  ]);
  expect(trained.status, trained.err).toBe(0);
  expect(made.status, made.err).toBe(0);
  scans = join(other, 'stage_2_train');
  await writeTables(join(other, 'stage_2_train.csv'));
  judged = await evaluate(
    '--labels',
    join(folder, 'labels.csv'),
    '--columns',
    `path=File,${COLUMNS.map((column, i) => `${LABELS[i]}=${column}`).join()},any=!Healthy`,
  );
}, 300_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A row a slice, with names of its own for everything. */
async function writeTables(kaggles: string): Promise<void> {
  const slices = new Map<string, string[]>();
  for (const line of (await readFile(kaggles, 'utf8')).trim().split(/\r?\n/).slice(1)) {
    const [, slice = '', value = ''] = /^(.*)_[a-z]+,([01])$/.exec(line) ?? [];
    slices.set(slice, [...(slices.get(slice) ?? []), value]);
  }
  const rows = [...slices].map(([slice, values]) => [
    `${slice}.dcm`,
    ...values.slice(0, 5),
    values[5] === '1' ? '0' : '1',
  ]);
  await writeFile(join(folder, 'labels.csv'), [['File', ...COLUMNS, 'Healthy'], ...rows].join('\n'));
  await writeFile(
    join(folder, 'any.csv'),
    ['File,Bleed', ...[...slices].map(([slice, six]) => `${slice}.dcm,${six[5]}`)].join('\n'),
  );
}

describe('ichor evaluate', () => {
  it('gives figures with intervals on slices that another table labels, beside the shares that the networks learned', async () => {
    expect(judged.status, judged.err).toBe(0);
    expect(judged.out).toMatch(/^SYNTHETIC · labelled: \d+ slices, \d+ series, 2\d patients$/m);
    expect(judged.out).toMatch(/^mean-log-loss .*\[0\.\d+ to 0\.\d+\] .* constant$/m);
    const metrics = await metricsOf('quickstart-evaluate-1');
    for (const { sides } of metrics.models) {
      expect(sides.map(({ side }) => side)).toEqual(['test']);
      expect(sides[0]?.labelled.patients).toBeGreaterThanOrEqual(20);
      expect(sides[0]?.intervals).toHaveProperty('mean-log-loss');
      expect(sides[0]?.baselines.constant?.[0]?.value).toBeGreaterThan(0);
    }
  });

  it('shows them on its page: curves, calibration, confusion, the worst slices', async () => {
    const page = await runFile('quickstart-evaluate-1', 'report.html');
    for (const id of ['curves', 'confusion', 'worst', 'series']) expect(page, id).toContain(`<section id="${id}"`);
    expect(page).toMatch(/Labelled slices, slice by slice: \d+ slices of 2\d patients/);
    expect(page).toMatch(/ROC curve of any on the labelled slices, \d+ positive/);
    expect(page).toContain('Calibration of any, the labelled slices, ten bins');
    expect(page).toContain('95 % interval by patient');
    expect(page).toMatch(/Judged by the labels of \d+ slices\./);
    expect(page).not.toContain('The files have no labels');
    expect(page).not.toMatch(/on validation, \d+ positive/);
  });

  it('has its figures, and what it was judged by, in runs show', async () => {
    const shown = await ichor(['runs', 'show', 'quickstart-evaluate-1', '--store', store()]);
    expect(shown.out).toMatch(/^mean-log-loss .*0\.\d+/m);
    expect(shown.out).toMatch(/^labels a table \([0-9a-f]{12}, [\d,]+ labels\)$/m);
    const { judgedBy, figures } = JSON.parse(
      (await ichor(['runs', 'show', 'quickstart-evaluate-1', '--store', store(), '--json'])).out,
    );
    // Its name may be a person's: the data are private.
    expect(judgedBy).toEqual({ file: null, hash: expect.stringMatching(/^[0-9a-f]{64}$/), rows: expect.any(Number) });
    expect(figures.map(({ side }: { side: string }) => side)).toContain('test');
    expect(await runFile('quickstart-evaluate-1', 'report.html')).toContain(judgedBy.hash);
  }, 60_000);

  it('keeps names of files, and those of the table, to itself', async () => {
    const [name = ''] = (await readFile(join(folder, 'labels.csv'), 'utf8')).split('\n')[1]?.split('.dcm') ?? [];
    expect(name).toMatch(/^ID_/);
    for (const file of ['report.html', 'run.json', 'log.jsonl', 'predictions.csv', 'patients.csv'])
      expect(await runFile('quickstart-evaluate-1', file), file).not.toContain(name);
    expect(judged.out + judged.err).not.toContain(name);
  });

  it('judges by any alone, and claims nothing of the other labels', async () => {
    const args = ['--labels', join(folder, 'any.csv'), '--columns', 'path=File,any=Bleed', '--json'];
    const { status, err, out } = await evaluate(...args);
    expect(status, err).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ run: 'quickstart-evaluate-2' });
    // What was predicted is recalled: labels say nothing to it.
    expect(err).toMatch(/^ +predict:sequence +done before/m);
    const [model] = (await metricsOf('quickstart-evaluate-2')).models;
    const names = model?.sides[0]?.figures.map(({ name }) => name) ?? [];
    expect(names).toContain('auc (any)');
    expect(names).not.toContain('mean-log-loss');
    const page = await runFile('quickstart-evaluate-2', 'report.html');
    expect(page).toMatch(/ROC curve of any on the labelled slices/);
    expect(page).not.toMatch(/ROC curve of subdural|<td[^>]*>subdural<\/td>/);
  }, 120_000);

  it('compares with no evaluation that other labels judged, and says so', async () => {
    const names = ['quickstart-evaluate-1', 'quickstart-evaluate-2'];
    const { status, out } = await ichor(['runs', 'compare', ...names, '--store', store(), '--json']);
    expect(status).toBe(0);
    const { runs, figures } = JSON.parse(out);
    expect(runs[1].apart).toMatch(
      /^Runs quickstart-evaluate-1 and quickstart-evaluate-2 were judged by other labels: /,
    );
    const cells = figures.flatMap(({ of }: { of: ({ difference: unknown } | null)[] }) => of.filter(Boolean));
    expect(cells.length).toBeGreaterThan(0);
    for (const { difference } of cells) expect(difference).toBeNull();
  }, 60_000);

  it('writes a comparison over none that is there, but with --force, and over nothing else', async () => {
    const compare = (...words: string[]) =>
      ichor(['runs', 'compare', 'quickstart-evaluate-1', 'quickstart-evaluate-2', '--store', store(), ...words]);
    const page = join(folder, 'compared.html');
    expect((await compare('--out', page)).status).toBe(0);
    const again = await compare('--out', page);
    expect([again.status, again.err]).toEqual([2, expect.stringContaining('There is a comparison in')]);
    expect((await compare('--out', page, '--force')).status).toBe(0);
    const report = join(store(), 'runs', 'quickstart-evaluate-1', 'report.html');
    const before = await readFile(report, 'utf8');
    const refused = await compare('--out', report, '--force');
    expect([refused.status, refused.err]).toEqual([2, expect.stringContaining('is not what a comparison wrote')]);
    expect(await readFile(report, 'utf8')).toBe(before);
  }, 60_000);

  it('ends with 2 where the table lacks a column, and names what there is', async () => {
    const { status, err } = await evaluate('--labels', join(folder, 'any.csv'), '--columns', 'path=File,any=Blood');
    expect(status).toBe(2);
    expect(err).toMatch(/table-column/);
    expect(err).toMatch(/there is no column "Blood"/);
    expect(err).toMatch(/It has \d+ columns: its first line names them\. .*--show-ids/);
    expect(err).not.toMatch(/\n\s+at /);
    // Before anything is predicted, or recalled.
    expect(err).not.toMatch(/predict:/);
  }, 60_000);

  it('ends with 2 before anything is predicted where rows of the table cannot be read', async () => {
    await writeFile(join(folder, 'words.csv'), 'File,Bleed\nID_1.dcm,yes\nID_2.dcm,perhaps\n');
    const args = ['--labels', join(folder, 'words.csv'), '--columns', 'path=File,any=Bleed'];
    const { status, err } = await evaluate(...args);
    expect([status, err]).toEqual([2, expect.stringMatching(/bad-label-rows.*2 of 2 label rows cannot be read/)]);
    expect(err).not.toMatch(/predict:|ID_1/);
  }, 60_000);

  it('says what a call is worth where fewer are positive, of patients as the rule calls them', async () => {
    const columns = 'path=File,any=Bleed';
    const at = await evaluate(
      '--labels',
      join(folder, 'any.csv'),
      '--columns',
      columns,
      '--prevalence',
      '0.06',
      '--quiet',
    );
    expect(at.status, at.err).toBe(0);
    const side = (await metricsOf(at.out.trim())).models.at(-1)?.sides[0];
    const of = (name: string) => side?.figures.find((one) => one.name === name);
    const where = 'at 0.5 (any, patient';
    const [truth, share] = ['truth: same-rule)', 'prevalence 0.06'];
    const { tp = 0, fn = 0, fp = 0, tn = 0 } = of(`sensitivity ${where}, ${truth}`)?.counts ?? {};
    // The same patients as the rule calls them elsewhere.
    expect(tp + fn + fp + tn).toBeGreaterThanOrEqual(20);
    const [se, sp] = [tp / (tp + fn), tn / (tn + fp)];
    const called = 0.06 * se + 0.94 * (1 - sp);
    expect(of(`ppv ${where}, ${share}, ${truth}`)?.value ?? 0).toBeCloseTo(called === 0 ? 0 : (0.06 * se) / called, 9);
    expect(of(`npv ${where}, ${share}, ${truth}`)?.value).toBeCloseTo((0.94 * sp) / (1 - called), 9);
    const wrong = await evaluate('--labels', join(folder, 'any.csv'), '--columns', columns, '--prevalence', '6');
    expect(wrong).toMatchObject({ status: 2, err: expect.stringContaining('It must be from 0 to 1: 0.06 for 6 %.') });
  });
});
