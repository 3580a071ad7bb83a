import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type FinishedRun,
  IchorError,
  isRecipeError,
  type Label,
  loadRecipe,
  openRun,
  type Prediction,
  plan,
  predict,
  type Recipe,
  run,
  type WorkEvent,
} from '../../src/library/index.ts';
import { top } from '../cli.ts';

/** One run of a network that learns next to nothing, in a store of its own: what it leaves is read by all of them. */
const SET = {
  'data.source.studies': 8,
  'data.source.testStudies': 1,
  'data.source.size': 64,
  'data.image.size': 32,
  'data.seed': 1,
  'train.backbone.epochs': 1,
  'train.sequence.epochs': 1,
  'evaluation.patient.threshold': 0.3,
  'evaluation.bootstrap.draws': 40,
};
let work = '';
let recipe: Recipe;
let done: FinishedRun;
let before: NodeJS.WriteStream['write'][];
const events: WorkEvent[] = [];
const told: WorkEvent[] = [];
const printed: string[] = [];

beforeAll(async () => {
  work = await mkdtemp(join(tmpdir(), 'ichor-library-'));
  await writeFile(join(work, 'package.json'), '{}');
  await cp(join(top, 'recipes/quickstart.yaml'), join(work, 'quickstart.yaml'));
  const listeners = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
  const heard = listeners();
  before = [process.stdout.write, process.stderr.write];
  for (const stream of [process.stdout, process.stderr])
    stream.write = ((text: string) => printed.push(String(text)) > 0) as typeof stream.write;
  try {
    recipe = await loadRecipe('quickstart.yaml', { cwd: work, set: SET });
    const job = run(recipe, { cwd: work, store: 'store', onEvent: (event) => told.push(event) });
    for await (const event of job) events.push(event);
    done = await job;
  } finally {
    [process.stdout.write, process.stderr.write] = before as [NodeJS.WriteStream['write'], NodeJS.WriteStream['write']];
  }
  expect(listeners()).toEqual(heard);
}, 120_000);
afterAll(() => rm(work, { recursive: true, force: true }));

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};
/** The code of the IchorError that something throws. */
const codeOf = async (work: () => unknown): Promise<string | null> => {
  const thrown: unknown = await Promise.resolve()
    .then(work)
    .then(
      () => null,
      (error: unknown) => error,
    );
  return thrown instanceof IchorError ? thrown.code : thrown === null ? null : String(thrown);
};

describe('a run', () => {
  test('is told of by its iteration and by onEvent alike, in order, and prints nothing', () => {
    expect(printed).toEqual([]);
    expect(events[0]).toEqual({ type: 'begin', recipe: 'quickstart', marks: [], predictsWith: null });
    expect(events.at(-1)).toMatchObject({ type: 'notices', run: 'quickstart-1', failed: false });
    const without = (list: WorkEvent[]) => list.filter(({ type }) => type !== 'progress');
    expect(without(events)).toEqual(without(told));
    const ended = events.flatMap((event) => (event.type === 'stage-done' ? [event.stage] : []));
    expect(ended).toEqual(done.ran);
    expect(ended.slice(0, 3)).toEqual(['source', 'index', 'shards']);
  });

  test('lies in the stated store, from cwd, with paths of what it holds', async () => {
    expect(done).toMatchObject({ name: 'quickstart-1', state: 'done', repeated: false, store: join(work, 'store') });
    expect(done.recipe).toMatchObject({ name: 'quickstart', hash: recipe.hash });
    expect(done.recipe.values?.data.image.size).toBe(32);
    expect(done.traits).toMatchObject({ seed: 0, dataSeed: 1, profile: [] });
    expect(Object.keys(done.files)).toEqual(
      expect.arrayContaining(['report', 'metrics', 'predictions', 'patients', 'flagged', 'history', 'log']),
    );
    expect(Object.values(done.artifacts).every(({ there }) => there)).toBe(true);
    expect(await readFile(done.files.predictions as string, 'utf8')).toBe(
      await readFile(join(done.artifacts['predict:sequence']?.folder ?? '', 'predictions.csv'), 'utf8'),
    );
  });

  test('shows its figures where a plugin of its recipe is gone, and says which', async () => {
    const folder = join(work, 'store', 'runs', 'quickstart-77');
    await cp(done.folder, folder, { recursive: true });
    const [record, text] = await Promise.all(
      ['run.json', 'recipe.resolved.yaml'].map((name) => readFile(join(folder, name), 'utf8')),
    );
    const { recipeFileHash: _, ...said } = JSON.parse(record as string);
    await writeFile(join(folder, 'run.json'), JSON.stringify({ ...said, name: 'quickstart-77' }));
    const [stated] = /^plugins:.*$/m.exec(text as string) ?? [];
    expect(stated ?? 'plugins: []').toBe('plugins: []');
    await writeFile(
      join(folder, 'recipe.resolved.yaml'),
      `${(text as string).replace(/^plugins:.*\n/m, '')}\nplugins: [./gone.mjs]\n`,
    );
    const run = await openRun(folder, { cwd: work });
    expect((await run.summary())?.rows).toEqual((await done.summary())?.rows);
    expect((await run.summary())?.notes.join(' ')).toContain(`a plugin of it is gone (${join(folder, 'gone.mjs')})`);
    expect(await codeOf(() => run.identities())).toBe('run-unreadable');
    await rm(folder, { recursive: true });
  });

  test('gives its figures by model, side and name, with intervals and counts', async () => {
    const metrics = await done.metrics();
    const raw = JSON.parse(await readFile(done.files.metrics as string, 'utf8'));
    expect(metrics).toMatchObject({ final: 'sequence', judged: 'validation' });
    expect(Object.keys(metrics.models)).toEqual(['backbone', 'sequence']);
    for (const { model, sides } of raw.models)
      for (const { side, figures, intervals = {} } of sides)
        for (const { name, value, counts } of figures)
          expect(metrics.figure(name, { model, side })).toMatchObject({
            value,
            counts,
            interval: intervals[name] ?? null,
          });
    expect(metrics.figure('mean-log-loss')?.interval).toMatchObject({ draws: 40 });
    expect(metrics.figure('mean-log-loss')).toBe(metrics.models.sequence?.sides.validation?.figures['mean-log-loss']);
    expect(metrics.figure('toString')).toBeNull();
  });

  test('gives its predictions as typed rows, of either model', async () => {
    const lines = (await readFile(done.files.predictions as string, 'utf8')).trim().split('\n');
    const rows = await all(done.predictions());
    expect(rows).toHaveLength(lines.length - 1);
    const cells = (lines[1] as string).split(',');
    const head = (lines[0] as string).split(',');
    const { slice, probabilities, order, marks } = rows[0] as Prediction;
    expect([slice, order]).toEqual([cells[0], Number(cells[head.indexOf('order')])]);
    for (const label of Object.keys(probabilities) as Label[])
      expect(String(probabilities[label])).toBe(cells[head.indexOf(label)]);
    expect(marks).toContain('SYNTHETIC');
    const base = await all(done.predictions('backbone'));
    expect(base.map((row) => row.slice)).toEqual(rows.map((row) => row.slice));
    expect(base).not.toEqual(rows);
  });

  test('flags the slices above the threshold, each with its place and labels', async () => {
    const rows = await all(done.predictions());
    const above = rows.filter(({ probabilities }) => Object.values(probabilities).some((p) => p > 0.3));
    const flagged = await all(done.flagged());
    expect(flagged.length).toBeGreaterThan(0);
    expect(flagged.map(({ slice }) => slice)).toEqual(above.map(({ slice }) => slice));
    for (const one of flagged) {
      const row = rows.find(({ slice }) => slice === one.slice) as Prediction;
      expect(one).toMatchObject({ side: row.side, patient: row.patient, probabilities: row.probabilities });
      expect(one.place).toBe(row.order + 1);
      expect(one.slices).toBe(rows.filter(({ series }) => series === row.series).length);
      expect(one.above).toEqual(
        (Object.entries(row.probabilities) as [Label, number][]).filter(([, p]) => p > 0.3).map(([label]) => label),
      );
      expect(one.path).toBeUndefined();
    }
  });

  test('gives calls, epochs, the ledger and what its networks are', async () => {
    const patients = await done.patients();
    expect(new Set(patients.map(({ model }) => model))).toEqual(new Set(['sequence', 'backbone']));
    expect((await done.history()).map(({ stage, epoch }) => `${stage} ${epoch}`)).toEqual(['backbone 1', 'sequence 1']);
    const ledger = await done.ledger();
    expect(ledger).toMatchObject({ failed: null, removed: [] });
    expect(ledger.fates.files.used).toBe((await all(done.predictions())).length);
    for (const { stage, message } of await all(ledger.items())) expect([stage, message]).not.toContain('');
    expect((await done.networks()).sentences.join()).toContain('SYNTHETIC');
    expect(await done.identities()).toBe('public');
    expect((await done.summary())?.title).toMatch(/^SYNTHETIC/);
    expect(await done.facts()).toMatchObject({ run: 'quickstart-1', state: 'done' });
  });
});

test('what has run is recalled, opened by its name or folder, and planned as done', async () => {
  const again = await run(recipe, { cwd: work, store: 'store', paths: true });
  expect(again).toMatchObject({ name: 'quickstart-1', ran: [], repeated: true });
  expect((await all(again.flagged()))[0]?.path).toMatch(/^stage_2_t(rain|est)\/ID_.*\.dcm$/);
  // Paths that were asked for once stay.
  expect(await readFile((await run(recipe, { cwd: work, store: 'store' })).files.flagged as string, 'utf8')).toMatch(
    /^.*,path,frame\n/,
  );
  for (const name of ['quickstart', 'quickstart-1', done.folder, 'store/runs/quickstart-1'])
    expect((await openRun(name, { cwd: work, store: 'store' })).folder).toBe(done.folder);
  const planned = await plan(recipe, { cwd: work, store: 'store' });
  expect(planned.stages.map(({ state }) => state)).toEqual(planned.stages.map(() => 'cached'));
  expect(planned.total).toEqual({ stages: 0, seconds: 0, bytes: 0, complete: true });
  const next = await plan('quickstart.yaml', { cwd: work, store: 'store', set: { ...SET, seed: 3 } });
  const backbone = next.stages.find(({ id }) => id === 'backbone');
  expect(backbone).toMatchObject({ state: 'stale', reasons: [{ message: expect.stringContaining('seed') }] });
});

test('its networks predict other slices; private ids and paths stand as hashes, clear ones where asked for', async () => {
  const folder = join(work, 'scans');
  const source = done.artifacts.source?.folder ?? '';
  const slices = (await all(done.predictions())).filter(({ side }) => side === 'test').slice(0, 6);
  await mkdir(folder);
  for (const { slice } of slices) await cp(join(source, 'stage_2_test', `${slice}.dcm`), join(folder, `${slice}.dcm`));
  // A threshold of the run: what it flags is of the same kind.
  const hashed = await predict('quickstart-1', 'scans', { cwd: work, store: 'store', paths: true });
  expect(hashed).toMatchObject({ name: 'quickstart-predict-1', predictsWith: 'quickstart-1' });
  const rows = await all(hashed.predictions());
  expect(rows).toHaveLength(6);
  expect(new Set(rows.map(({ side }) => side))).toEqual(new Set(['test']));
  const flagged = await all(hashed.flagged());
  expect(flagged.length).toBeGreaterThan(0);
  for (const text of [await readFile(hashed.files.flagged as string, 'utf8'), JSON.stringify(rows)])
    for (const name of ['ID_', 'dcm', folder]) expect(text).not.toContain(name);
  expect(flagged[0]?.path).toMatch(/^[0-9a-f]{16,}$/);
  const clear = await predict('quickstart-1', ['scans'], { cwd: work, store: 'store', showIds: true, paths: true });
  expect((await all(clear.flagged())).map(({ path }) => path)).toContain(
    `${flagged.length > 0 ? slices[0]?.slice : ''}.dcm`,
  );
}, 60_000);

test('two runs at once do not disturb each other, nor does one that is aborted', async () => {
  const own = (seed: number) => ({ cwd: work, store: 'at-once', set: { ...SET, seed }, until: 'predict:backbone' });
  const stop = new AbortController();
  const aborted = run('quickstart.yaml', {
    ...own(2),
    signal: stop.signal,
    onEvent: (event) => {
      // Whichever of them makes the shards.
      if ((event.type === 'stage-done' || event.type === 'stage-cached') && event.stage === 'shards') stop.abort();
    },
  });
  const [one, code, two] = await Promise.all([
    run('quickstart.yaml', own(0)),
    codeOf(() => aborted),
    run('quickstart.yaml', own(1)),
  ]);
  expect(code).toBe('aborted');
  expect(await all(one.predictions())).toEqual(await all(done.predictions('backbone')));
  expect(await all(two.predictions())).not.toEqual(await all(one.predictions()));
  const left = await Promise.all(
    ['quickstart-1', 'quickstart-2', 'quickstart-3'].map((name) => openRun(name, { cwd: work, store: 'at-once' })),
  );
  const broken = left.find(({ state }) => state === 'interrupted');
  expect(left.map(({ state }) => state).sort()).toEqual(['interrupted', 'partial', 'partial']);
  expect(await codeOf(() => broken?.metrics())).toBe('run-not-evaluated');
  expect(await codeOf(() => all(broken?.predictions() ?? one.predictions()))).toBe('run-not-evaluated');
}, 120_000);

describe('what is wrong is told as an IchorError with a code', () => {
  const at = () => ({ cwd: work, store: 'store' });
  const untyped = { run, predict, openRun, loadRecipe, plan } as unknown as Record<
    string,
    (...given: unknown[]) => Promise<unknown>
  >;
  test.each<[string, string, unknown[]]>([
    ['wrong-option', 'run', []],
    ['wrong-option', 'run', [42]],
    ['wrong-option', 'run', [{ name: 'quickstart', file: 'quickstart.yaml' }]],
    ['wrong-option', 'run', ['quickstart.yaml', 'store']],
    ['wrong-option', 'run', ['quickstart.yaml', { treads: 2 }]],
    ['wrong-option', 'run', ['quickstart.yaml', { threads: '2' }]],
    ['wrong-option', 'run', ['quickstart.yaml', { engine: 'cuda' }]],
    ['wrong-option', 'run', ['quickstart.yaml', { onEvent: 3 }]],
    ['wrong-option', 'run', ['quickstart.yaml', { signal: {} }]],
    ['wrong-option', 'loadRecipe', [null]],
    ['wrong-option', 'predict', ['quickstart']],
    ['wrong-option', 'openRun', ['']],
    ['recipe-invalid', 'run', ['nowhere.yaml']],
    ['recipe-invalid', 'loadRecipe', ['quickstart.yaml', { set: { 'backbone.widht': 1 } }]],
    ['unknown-run', 'openRun', ['nowhere']],
    ['unknown-run', 'predict', ['nowhere', '.']],
    ['source-missing', 'predict', ['quickstart-1', 'nowhere']],
    ['unknown-stage', 'run', ['quickstart.yaml', { until: 'shrds' }]],
    ['aborted', 'run', ['quickstart.yaml', { signal: AbortSignal.abort() }]],
    ['aborted', 'plan', ['quickstart.yaml', { signal: AbortSignal.abort() }]],
  ])('%s: %s(%j)', async (code, name, [first, second, third]) => {
    const options = name === 'predict' ? third : second;
    const stated =
      typeof options === 'string'
        ? options
        : name === 'loadRecipe'
          ? { cwd: work, ...(options as object) }
          : { ...at(), ...(options as object) };
    const given = name === 'predict' ? [first, second, stated] : [first, stated];
    expect(await codeOf(() => untyped[name]?.(...given))).toBe(code);
  });

  test('a recipe that is not in order brings its findings, and an option that comes too late is told', async () => {
    const error: unknown = await loadRecipe('quickstart.yaml', { cwd: work, set: { 'backbone.widht': 1 } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(isRecipeError(error) && error.diagnostics[0]).toMatchObject({ severity: 'error', file: '--set' });
    expect(await codeOf(() => run(recipe, { ...at(), smoke: true }))).toBe('wrong-option');
    expect(() => Object.assign(recipe.values, { seed: 5 })).toThrow(TypeError);
  });

  test('a store that cannot be written, and files that are gone', async () => {
    expect(await codeOf(() => run(recipe, { cwd: work, store: 'package.json' }))).toBe('store-not-writable');
    const { folder } = done.artifacts.evaluate as { folder: string };
    const kept = join(work, 'kept');
    await cp(folder, kept, { recursive: true });
    await writeFile(
      join(folder, 'metrics.json'),
      (await readFile(join(folder, 'metrics.json'), 'utf8')).replace(/\d/, '9'),
    );
    expect(await codeOf(() => done.metrics())).toMatch(/^artifact-damaged$/);
    await rm(folder, { recursive: true });
    const opened = await openRun('quickstart-1', at());
    expect(opened.artifacts.evaluate?.there).toBe(false);
    expect(await codeOf(() => opened.metrics())).toBe('artifact-missing');
    expect(await codeOf(() => opened.patients())).toBe('artifact-missing');
    expect((await all(opened.predictions())).length).toBeGreaterThan(0);
    await cp(kept, folder, { recursive: true });
  });
});
