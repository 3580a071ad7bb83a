import { cp, mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ichor } from '../cli.ts';
import { small } from './tiny.ts';

// One run of a network that learns next to nothing, on heads enough to say that of it: what it leaves is read by all of them.
const sets = ['data.seed=1', 'train.backbone.optimizer.learningRate=1e-7'].flatMap((setting) => ['--set', setting]);
const recipe = ['run', 'recipes/quickstart.yaml', ...small, ...sets];
let work: string;
let store: string;
let dicom: string;
let err = '';
let said: Record<string, unknown>;

const at = (run: string, file: string) => readFile(join(store, 'runs', run, file), 'utf8');
const rows = async (run: string) =>
  (await at(run, 'history.csv'))
    .trim()
    .split('\n')
    .map((line) => line.split(','));

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'ichor-record-'));
  store = join(work, 'store');
  dicom = join(work, 'dicom');
  const ended = await ichor([...recipe, '--store', store, '--json']);
  expect(ended.status, ended.err).toBe(0);
  err = ended.err;
  said = JSON.parse(ended.out);
  const [key] = await readdir(join(store, 'store', 'source'));
  const test = join(store, 'store', 'source', key as string, 'stage_2_test');
  await mkdir(dicom);
  // Without the phantom's own word on it, these could be anybody's pictures.
  for (const name of (await readdir(test)).slice(0, 6)) await cp(join(test, name), join(dicom, name));
}, 200_000);
afterAll(() => rm(work, { recursive: true, force: true }));

it('says each epoch while it trains: on standard error, in the log and in history.csv', async () => {
  const lines = err.match(
    /^ {2}(backbone|sequence) +epoch \d\/3 {2}loss [\d.]+ {2}validation .* [\d.]+ (slices|series)\/s {2}engine \d+ %$/gm,
  );
  expect(lines).toHaveLength(6);
  const events = (await at('quickstart-1', 'log.jsonl'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const epochs = events.filter(({ type }) => type === 'epoch');
  expect(epochs.map(({ stage, epoch }) => `${stage} ${epoch}`)).toEqual(
    ['backbone', 'sequence'].flatMap((stage) => [1, 2, 3].map((epoch) => `${stage} ${epoch}`)),
  );
  const [head, ...history] = await rows('quickstart-1');
  expect(history).toHaveLength(6);
  for (const [i, row] of history.entries()) {
    expect(Number(row[head!.indexOf('train_loss')])).toBe(epochs[i].loss);
    expect(Number(row[head!.indexOf('slices_per_second')])).toBeGreaterThan(0);
  }
  expect(history[0]![head!.indexOf('learning_rate')]).toBe('1e-7');
});

it('warns of labels without a positive, of batch norm and of a network worse than the constant predictor', async () => {
  expect(err).toMatch(/warning None of the \d+ labelled slices on the (training|validation) side is positive for/);
  expect(err).toMatch(
    /warning Batch norm of the base network \(small-cnn\) is trained with momentum 0\.9 over 12 updates/,
  );
  expect(err).toMatch(
    /warning Worse than the constant predictor: the base network \(small-cnn\)[^\n]+\n +hint: Most likely/,
  );
  const { artifacts } = JSON.parse(await at('quickstart-1', 'run.json'));
  const ledger = await readFile(join(store, 'store', 'backbone', artifacts.backbone.key, 'ledger.json'), 'utf8');
  expect(JSON.parse(ledger).notes.map(({ reason }: { reason: string }) => reason)).toEqual([
    'batch-norm-momentum',
    'worse-than-constant',
  ]);
  // A plan tells what is known of it before, and what was found after.
  const plan = await ichor(['plan', ...recipe.slice(1), '--store', store, '--format', 'json', '--set', 'seed=5']);
  const { warnings } = JSON.parse(plan.out);
  expect(warnings.map(({ stage, code }: { stage: string; code: string }) => `${stage} ${code}`)).toContain(
    'backbone batch-norm-momentum',
  );
  expect(plan.err).toContain('over about 1');
}, 60_000);

it('says itself as JSON, and so do the list and show', async () => {
  expect(said).toMatchObject({
    run: 'quickstart-1',
    state: 'done',
    marks: expect.arrayContaining(['SYNTHETIC']),
    data: { source: 'phantom', files: null, rootSet: false },
    repeated: false,
    files: { report: join(store, 'runs', 'quickstart-1', 'report.html') },
  });
  expect(said.verdicts).toContainEqual(expect.stringContaining('the base network (small-cnn)'));
  expect(said.ran).toContain('backbone');
  const list = JSON.parse((await ichor(['runs', 'list', '--json', '--store', store])).out);
  expect(list).toMatchObject({ command: 'runs list', ok: true });
  expect(list.runs[0]).toMatchObject({ run: 'quickstart-1', recipe: 'quickstart', seed: 0 });
  const { ran: _, repeated: __, ...whole } = said;
  expect(JSON.parse((await ichor(['runs', 'show', 'quickstart', '--json', '--store', store])).out)).toEqual({
    ...whole,
    command: 'runs show',
  });
});

it('copies the epochs of a training that was done before, without times', async () => {
  const shorter = recipe.map((word) => (word === 'train.sequence.epochs=3' ? 'train.sequence.epochs=1' : word));
  const ended = await ichor([...shorter, '--store', store, '--quiet']);
  expect(ended.status, ended.err).toBe(0);
  const [head, ...history] = await rows('quickstart-2');
  expect(history.map(([stage, epoch]) => `${stage} ${epoch}`)).toEqual([
    'backbone 1',
    'backbone 2',
    'backbone 3',
    'sequence 1',
  ]);
  expect(history.map((row) => row[head!.indexOf('seconds')] === '')).toEqual([true, true, true, false]);
}, 60_000);

it('predictions of other pictures say what their networks were trained on; a failed one leaves no name', async () => {
  const empty = await mkdtemp(join(work, 'empty-'));
  await cp('package.json', join(empty, 'package.json'));
  for (let n = 0; n < 2; n++) {
    const failed = await ichor(['predict', 'quickstart-1', empty, '--store', store]);
    expect(failed.status, failed.err).toBe(2);
  }
  const { out, status, err: told } = await ichor(['predict', 'quickstart-1', dicom, '--store', store]);
  expect(status, told).toBe(0);
  expect(out).toContain('Worse than the constant predictor: the base network (small-cnn)');
  expect(out).toContain('SYNTHETIC: the networks learned from generated pictures');
  const [head, ...predicted] = (await at('quickstart-predict-1', 'predictions.csv')).trim().split('\n');
  expect(head).toMatch(/,marks$/);
  expect(predicted).toHaveLength(6);
  for (const row of predicted) expect(row).toMatch(/,SYNTHETIC(;WORSE THAN BASE|;WORSE THAN CONSTANT)*$/);
  expect(JSON.parse(await at('quickstart-predict-1', 'run.json'))).toMatchObject({ synthetic: false });
  expect(JSON.parse(await at('quickstart-predict-1', 'run.json')).marks).toContain('SYNTHETIC');
  const page = await at('quickstart-predict-1', 'report.html');
  expect(page).toMatch(/<title>SYNTHETIC · /);
  expect(page.slice(0, page.indexOf('id="results"'))).toContain('Worse than the constant predictor: the base network');
  expect((await ichor(['runs', 'list', '--store', store])).out).toMatch(
    /^quickstart-predict-1 +done .* folder [0-9a-f]{8} \(6 files\) +SYNTHETIC .*with the networks of quickstart-1 · data\.seed=1$/m,
  );
}, 60_000);

it('a run that --until stopped is partial, and never takes the name', async () => {
  const other = recipe.map((word) => (word === 'data.seed=1' ? 'data.seed=9' : word));
  const ended = await ichor([...other, '--store', store, '--until', 'source']);
  expect(ended.status, ended.err).toBe(0);
  const { out } = await ichor(['runs', 'list', '--store', store]);
  expect(out).toMatch(/^quickstart-3 +partial .*--until source/m);
  const shown = await ichor(['runs', 'show', 'quickstart', '--store', store]);
  expect(shown.out).toMatch(/^quickstart: run quickstart-2 .*\(quickstart-3 is newer, but partial: --until source\)/m);
}, 60_000);
