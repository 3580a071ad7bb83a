import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ichor } from '../cli.ts';
import { buildDicom } from '../runtime/dicom/build.ts';

const RECIPE = `recipe: 1
name: tiny
data:
  source: { type: rsna, root: rsna }
  split: { type: by-patient, validation: 0.34 }
  image: { size: 32 }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, weights: none, batchNorm: trained }
sequence: none
train: { backbone: { epochs: 1, batch: 16 } }
`;

let folder: string;
/** Kaggle's layout, of phantoms; without the mark of phantoms. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-said-'));
  const small = ['studies=6', 'testStudies=2', 'minimumSlices=6', 'maximumSlices=8', 'size=64'];
  const made = await ichor([
    'data',
    'phantom',
    join(folder, 'rsna'),
    '--quiet',
    ...small.flatMap((one) => ['--set', one]),
  ]);
  expect(made.status, made.err).toBe(0);
  await rm(join(folder, 'rsna', 'phantom.json'));
  await writeFile(join(folder, 'tiny.yaml'), RECIPE);
}, 60_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

const run = (...more: string[]) =>
  ichor(['run', 'tiny.yaml', '--store', 'store', '--engine', 'wasm', ...more], { cwd: folder });
const ledger = (...more: string[]) => ichor(['runs', 'ledger', '--store', 'store', ...more], { cwd: folder });
const record = async (name: string) =>
  JSON.parse(await readFile(join(folder, 'store', 'runs', name, 'run.json'), 'utf8'));

it('a run with bad labels stops in index, shows them, and its ledger can be read', async () => {
  const csv = join(folder, 'rsna', 'stage_2_train.csv');
  const sound = await readFile(csv, 'utf8');
  await writeFile(csv, sound.replaceAll(/,1$/gm, ',yes'));
  const { status, err } = await run();
  await writeFile(csv, sound);
  expect(status).toBe(2);
  expect(err).toMatch(
    /error\[bad-label-rows\]: \d+ of \d+ label rows cannot be read: stage_2_train\.csv, line \d+ \(ID_\w+,yes\)/,
  );
  expect(err).toContain('data.labels.tolerate');
  expect(err).not.toContain('shards');
  const { out } = await ledger();
  expect(out).toMatch(/^tiny-1 {2}failed\nThe stage index failed/);
  expect(out).toMatch(/left out: bad-label-row {2}index +\d+ {2}that cannot be read/);
  expect(out).toMatch(/\n {2}stage_2_train\.csv:\d+ {2}The row is no label/);
  expect((await record('tiny-1')).notices).toMatchObject([
    { what: 'label-row', reasons: [{ reason: 'bad-label-row' }] },
  ]);
}, 60_000);

it('a run without labels, or with nothing positive to train on, stops before its first network', async () => {
  const csv = join(folder, 'rsna', 'stage_2_train.csv');
  const sound = await readFile(csv, 'utf8');
  await writeFile(csv, sound.replaceAll(/,1$/gm, ',0'));
  const negative = await run();
  expect(negative.status).toBe(2);
  expect(negative.err).toContain('error[no-positives]');
  expect(negative.err).not.toMatch(/shards +done/);
  // Index is recalled, and stops it again.
  expect((await run('--quiet')).err).toContain('error[no-positives]');
  await rm(csv);
  const without = await run();
  expect(without.status).toBe(2);
  expect(without.err).toContain('error[no-labels-file]');
  await writeFile(csv, sound);
}, 60_000);

it('a run ends with what was left out and that Kaggle would refuse its submission; so do its page and run.json', async () => {
  const [gone = '', empty = ''] = await readdir(join(folder, 'rsna', 'stage_2_test'));
  await rm(join(folder, 'rsna', 'stage_2_test', gone));
  await writeFile(join(folder, 'rsna', 'stage_2_test', empty), '');
  const { status, out, err } = await run();
  expect(status, err).toBe(0);
  const name = /ichor runs ledger --store store (tiny-\d+)/.exec(out)?.[1] ?? '';
  const block = out.slice(out.indexOf('Left out, repaired or doubtful'));
  expect(block).toMatch(/\n {2}1 of \d+ files left out: empty\n {6}stage_2_test\//);
  expect(block).toMatch(
    /\n {2}Kaggle would refuse submission\.csv: of the \d+ slices in the sample submission 2 have no prediction/,
  );
  const { notices } = await record(name);
  // Beside what is said of a network that a few phantoms trained.
  const ofData = notices.filter(({ what }: { what: string | null }) => what !== 'network' && what !== 'side');
  expect(ofData.map(({ reasons }: { reasons: { reason: string }[] }) => reasons[0]?.reason)).toEqual([
    'empty-file',
    // Nothing beside these files says that they are phantoms, whose slices stand far apart.
    'odd-spacing',
    'submission-refused',
  ]);
  const page = await readFile(join(folder, 'store', 'runs', name, 'report.html'), 'utf8');
  const said = page.indexOf('id="said-h"');
  expect(said).toBeGreaterThan(0);
  expect(said).toBeLessThan(page.indexOf('<section'));
  expect(page).toContain('Kaggle would refuse submission.csv');
  expect(page).toContain('href="#data"');

  // The same command again recalls the run, and says the same.
  const again = await run();
  expect(again.out).toContain(block.trim());
  // Quiet: a script learns the name, a person what is doubtful.
  const quiet = await run('--quiet');
  expect(quiet.out).toBe(`${name}\n`);
  expect(quiet.err).toContain('Kaggle would refuse submission.csv');

  // What the run's folder lost, or somebody wrote into it, is there again, and theirs beside it.
  const own = join(folder, 'store', 'runs', name);
  const before = await readFile(join(own, 'predictions.csv'), 'utf8');
  await writeFile(join(own, 'predictions.csv'), 'mine');
  await rm(join(own, 'submission.csv'));
  const restored = await run();
  expect(restored.err).toMatch(/predictions\.csv was not what the run made/);
  expect(restored.out).toMatch(/submission\.csv was missing: it was copied from the store again/);
  expect(await readFile(join(own, 'predictions.csv'), 'utf8')).toBe(before);
  expect(await readFile(join(own, 'predictions.csv.edited'), 'utf8')).toBe('mine');

  const shown = await ichor(['runs', 'show', name, '--store', 'store'], { cwd: folder });
  expect(shown.out).toContain(block.trim());
  const { out: json } = await ledger(name, '--json');
  const all = JSON.parse(json);
  expect(all).toMatchObject({ run: name, status: 'done', failed: null, removed: [] });
  const { found, used, leftOut } = all.fates.files;
  expect(used + leftOut.reduce((sum: number, { count }: { count: number }) => sum + count, 0)).toBe(found);
  expect(all.items).toContainEqual(expect.objectContaining({ fate: 'left-out', reason: 'empty-file', stage: 'index' }));
}, 120_000);

it('what check warns of stands at the end, on the page, in run.json and on what the networks predict', async () => {
  const window = ['--set', 'windows.brain={ level: 2500, width: 100 }'];
  const { status, out, err } = await run(...window);
  expect(status, err).toBe(0);
  const text = 'The window brain runs from 2450 to 2550 HU, where nothing of a head is';
  expect(err).toContain('window-empty');
  expect(out).toContain(text);
  const name = /ichor runs ledger --store store (tiny-\d+)/.exec(out)?.[1] ?? '';
  const { notices, artifacts } = await record(name);
  expect(notices).toContainEqual(
    expect.objectContaining({ what: null, reasons: [{ reason: 'window-empty', count: 1 }], level: 'warning' }),
  );
  const page = await readFile(join(folder, 'store', 'runs', name, 'report.html'), 'utf8');
  expect(page.slice(0, page.indexOf('<section'))).toContain(text);

  const test = join(folder, 'rsna', 'stage_2_test');
  const predict = () =>
    ichor(['predict', name, test, '--show-ids', '--store', 'store', '--engine', 'wasm'], { cwd: folder });
  // A weight of the network is another one than was trained: nothing is predicted with it.
  const weights = join(folder, 'store', 'store', 'backbone', artifacts.backbone.key, 'weights.safetensors');
  const sound = await readFile(weights);
  await writeFile(weights, Buffer.from(sound).fill(0, sound.length / 2, sound.length / 2 + 64));
  const damaged = await predict();
  expect(damaged.status).toBe(1);
  expect(damaged.err).toContain('error[artifact-damaged]');
  expect(damaged.err).toContain(weights);
  await writeFile(weights, sound);
  const predicted = await predict();
  expect(predicted.status, predicted.err).toBe(0);
  expect(predicted.out).toContain(text);
}, 120_000);

it('a prediction says which files it left out, in which transfer syntaxes, and how to convert them', async () => {
  const head = join(folder, 'head');
  await mkdir(head);
  const test = join(folder, 'rsna', 'stage_2_test');
  for (const name of (await readdir(test)).slice(1, 4)) await copyFile(join(test, name), join(head, name));
  for (const [i, syntax] of ['1.2.840.10008.1.2.5', '1.2.840.10008.1.2.4.90'].entries())
    await writeFile(join(head, `packed${i}.dcm`), buildDicom({ sop: `packed${i}`, syntax }));
  const predict = (dir: string, ...more: string[]) =>
    ichor(['predict', 'tiny', dir, '--store', 'store', '--engine', 'wasm', ...more], { cwd: folder });
  const { status, out, err } = await predict('head', '--show-ids');
  expect(status, err).toBe(0);
  expect(out).toMatch(
    /2 of 5 files left out: written otherwise than their transfer syntax says \((RLE lossless, JPEG 2000 lossless|JPEG 2000 lossless, RLE lossless)\)/,
  );
  expect(out).toMatch(/first packed0\.dcm\. .*gdcmconv/);
  // Nothing of a private folder stands in the block, and how to see it does.
  const hidden = await predict('head');
  expect(hidden.out).toContain('2 of 5 files left out');
  expect(hidden.out).not.toContain('packed0');
  expect(hidden.out).toContain('--show-ids names them');

  const packed = join(folder, 'packed');
  await mkdir(packed);
  await copyFile(join(head, 'packed0.dcm'), join(packed, 'a.dcm'));
  const none = await predict('packed', '--show-ids');
  expect(none.status).toBe(2);
  expect(none.err).toContain(
    'The only file is no CT slice that can be read: written otherwise than their transfer syntax says (RLE lossless). First: a.dcm.',
  );
  expect(none.err).toContain('gdcmconv');
  const { out: text } = await ledger();
  expect(text).toContain('a.dcm  The file has the transfer syntax RLE lossless');
}, 120_000);
