import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ichor, start, top } from '../cli.ts';

/** What `ichor plan --format json` says, as far as it is looked at here. */
interface Said {
  stages: {
    id: string;
    state: string;
    reasons: { reason: string; message: string; path?: string; stage?: string; place?: Place; names?: string[] }[];
    estimate: { seconds: number; bytes: number; from: string } | null;
  }[];
  problems: { code: string }[];
  reckonedFor: { source: string; published: Record<string, number> } | null;
}
interface Place {
  file: string;
  line: number;
  column: number;
  layer: string;
}

let folder: string;
let data: string;
let recipe: string;
let store: string;

/** The quickstart as a recipe of files: small heads, written once, so that a file can change. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-plan-'));
  data = join(folder, 'data');
  recipe = join(folder, 'heads.yaml');
  store = join(folder, 'store');
  const small = ['studies=8', 'testStudies=1', 'size=64', 'minimumSlices=6', 'maximumSlices=8'];
  const made = await ichor(['data', 'phantom', data, '--quiet', ...small.flatMap((one) => ['--set', one])]);
  expect(made.status, made.err).toBe(0);
  const text = (await readFile(join(top, 'recipes', 'quickstart.yaml'), 'utf8'))
    .replace(/source: \{.*\}/, `source: { type: rsna, root: ${JSON.stringify(data)} }`)
    .replace('name: quickstart', 'name: heads')
    .replace('size: 64', 'size: 32')
    .replace('epochs: 12', 'epochs: 2')
    .replace('epochs: 20', 'epochs: 2');
  await writeFile(recipe, text);
}, 120_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

async function plan(file: string, more: readonly string[] = [], kept = store): Promise<Said> {
  const { status, out, err } = await ichor(['plan', file, '--store', kept, '--format', 'json', ...more]);
  expect(status, err).toBe(0);
  return JSON.parse(out) as Said;
}

const states = ({ stages }: Said) => Object.fromEntries(stages.map(({ id, state }) => [id, state]));
const reasonsOf = ({ stages }: Said, id: string) => stages.find((stage) => stage.id === id)?.reasons ?? [];

/** The run's own log: what each stage did. */
async function didOf(run: string): Promise<Record<string, string>> {
  const log = (await readFile(join(store, 'runs', run, 'log.jsonl'), 'utf8')).trim().split('\n');
  const did: Record<string, string> = {};
  for (const { type, stage, fresh } of log.map((line) => JSON.parse(line))) {
    if (type === 'stage-cached') did[stage] = 'cached';
    if (type === 'stage-start') did[stage] = fresh ? 'made' : 'continued';
  }
  return did;
}

const DOES: Record<string, string> = { cached: 'cached', continue: 'continued', run: 'made', stale: 'made' };

/** Plans, runs, and holds the one to the other. */
async function planAndRun(more: readonly string[] = []): Promise<Said> {
  const said = await plan(recipe, more);
  const before = await readdir(join(store, 'runs')).catch((): string[] => []);
  const ran = await ichor(['run', recipe, '--store', store, '--quiet', ...more]);
  expect(ran.status, ran.err).toBe(0);
  const fresh = (await readdir(join(store, 'runs'))).filter((name) => !before.includes(name));
  const planned = Object.fromEntries(said.stages.map(({ id, state }) => [id, DOES[state]]));
  // Where nothing is left to do an earlier run stands for this one, and no folder is made.
  if (fresh.length === 0) expect(new Set(Object.values(planned))).toEqual(new Set(['cached']));
  else expect(await didOf(fresh[0] as string)).toEqual(planned);
  return said;
}

const BELOW_BACKBONE = ['embed', 'sequence', 'predict:backbone', 'predict:sequence', 'evaluate', 'report'];

describe('plan and run come to the same answer', () => {
  it('in an empty store: everything runs, for the first time, and plan creates nothing', async () => {
    await plan(recipe);
    expect(await readdir(folder)).not.toContain('store');
    const said = await planAndRun();
    for (const { state, reasons, estimate } of said.stages) {
      expect({ state, reasons }).toMatchObject({ state: 'run', reasons: [{ reason: 'first-time' }] });
      expect(estimate?.from).toBe('model');
    }
  }, 120_000);

  it('where everything is there', async () => {
    const said = await planAndRun();
    expect(new Set(Object.values(states(said)))).toEqual(new Set(['cached']));
    expect((await ichor(['plan', recipe, '--store', store])).out).toContain('Nothing to do: every stage is cached.');
  }, 120_000);

  it('after the learning rate of the backbone: what depends on it, and the line', async () => {
    const text = await readFile(recipe, 'utf8');
    await writeFile(recipe, text.replace('learningRate: 5e-4', 'learningRate: 1e-3'));
    const said = await planAndRun();
    expect(states(said)).toMatchObject({ index: 'cached', shards: 'cached', split: 'cached' });
    const lines = text.split('\n');
    const line = lines.findIndex((each) => each.includes('learningRate: 5e-4')) + 1;
    expect(reasonsOf(said, 'backbone')).toMatchObject([
      {
        reason: 'recipe-value',
        path: 'train.backbone.optimizer.learningRate',
        before: 0.0005,
        now: 0.001,
        place: { file: recipe, line, column: (lines[line - 1] as string).indexOf('5e-4') + 1, layer: 'recipe' },
      },
    ]);
    for (const id of BELOW_BACKBONE) {
      expect(reasonsOf(said, id), id).toMatchObject([{ reason: 'input', stage: 'backbone' }]);
      expect(states(said)[id]).toBe('stale');
    }
    for (const { state, estimate } of said.stages) {
      if (state !== 'cached') expect(estimate?.from).toBe('earlier run');
    }
    // Twice the epochs, twice the time: what a training took is scaled by the ratio of the two estimates.
    const seconds = async (epochs: number) => {
      const { stages } = await plan(recipe, ['--set', `train.backbone.epochs=${epochs}`]);
      return stages.find(({ id }) => id === 'backbone')?.estimate?.seconds ?? 0;
    };
    expect((await seconds(8)) / (await seconds(4))).toBeCloseTo(2, 6);
    // Of index too, which has no counts to go by but the files: a store says what it took, for as many files.
    const [key] = await readdir(join(store, 'store', 'index'));
    const manifest = JSON.parse(await readFile(join(store, 'store', 'index', key as string, 'manifest.json'), 'utf8'));
    expect(manifest.estimate).toMatchObject({ seconds: expect.any(Number), bytes: expect.any(Number) });
  }, 120_000);

  it('after the learning rate of the sequence model: the sequence and what reads it, and the line', async () => {
    const text = await readFile(recipe, 'utf8');
    await writeFile(recipe, text.replace('learningRate: 3e-3', 'learningRate: 2e-3'));
    const line = text.split('\n').findIndex((each) => each.includes('learningRate: 3e-3')) + 1;
    const shown = await ichor(['plan', recipe, '--store', store]);
    expect(shown.out).toContain('train.sequence.optimizer.learningRate: 0.003 -> 0.002');
    expect(shown.out).toMatch(
      new RegExp(`train\\.sequence\\.optimizer\\.learningRate {2}\\S*heads\\.yaml:${line}:44 `),
    );
    expect(shown.out).toContain(`${line} |     optimizer: { type: adam, learningRate: 2e-3, clipNorm: 10 }`);
    const said = await planAndRun();
    const stale = said.stages.filter(({ state }) => state === 'stale').map(({ id }) => id);
    expect(stale).toEqual(['sequence', 'predict:sequence', 'evaluate', 'report']);
    expect(said.stages.filter(({ state }) => state === 'cached')).toHaveLength(said.stages.length - 4);
    expect(reasonsOf(said, 'sequence')).toMatchObject([{ path: 'train.sequence.optimizer.learningRate' }]);
  }, 120_000);

  it('after a value was changed back: cached again, and what another value made is still there', async () => {
    const said = await plan(recipe, ['--set', 'train.sequence.optimizer.learningRate=3e-3']);
    expect(new Set(Object.values(states(said)))).toEqual(new Set(['cached']));
  });

  it('with --until', async () => {
    const said = await planAndRun(['--until', 'backbone', '--set', 'seed=7']);
    expect(said.stages.map(({ id }) => id)).toEqual(['index', 'shards', 'split', 'backbone']);
    expect(reasonsOf(said, 'backbone')).toMatchObject([
      { reason: 'seed', path: 'seed', before: 0, now: 7, place: { file: '--set', layer: 'command line' } },
    ]);
  }, 120_000);

  it('on another engine: what runs a model, and only that says the engine', async () => {
    const said = await planAndRun(['--engine', 'wasm']);
    expect(states(said)).toMatchObject({ index: 'cached', shards: 'cached', split: 'cached', backbone: 'stale' });
    expect(reasonsOf(said, 'backbone')).toMatchObject([{ reason: 'engine' }]);
    expect(reasonsOf(said, 'backbone')[0]?.message).toMatch(/^engine: native, tensorflow .* -> wasm, tfjs-wasm /);
    expect(reasonsOf(said, 'embed')).toMatchObject([{ reason: 'input', stage: 'backbone' }]);
  }, 240_000);

  it('after a run that was killed: the stage goes on from its part', async () => {
    const more = ['--set', 'train.backbone.epochs=20', '--until', 'backbone'];
    const { child, ended } = start(['run', recipe, '--store', store, ...more]);
    child.stderr?.resume();
    // A checkpoint is there once the folder of the unfinished artifact holds something.
    while ((await partialFiles()).every((name) => !name.includes('checkpoint'))) {
      await new Promise((later) => setTimeout(later, 20));
      if (child.exitCode !== null) break;
    }
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');
    const said = await planAndRun(more);
    expect(states(said)).toMatchObject({ split: 'cached', backbone: 'continue' });
    expect(reasonsOf(said, 'backbone')).toMatchObject([
      { reason: 'unfinished' },
      { reason: 'recipe-value', path: 'train.backbone.epochs', before: 2, now: 20 },
    ]);
  }, 240_000);

  it('after DICOM files changed, came and went: names them', async () => {
    const images = join(data, 'stage_2_train');
    const [first, second] = (await readdir(images)).sort() as [string, string];
    const bytes = await readFile(join(images, first));
    // The preamble is a part of the header that says nothing: the pixels stay, and so does what index reads.
    bytes[0] = 1;
    await writeFile(join(images, first), bytes);
    await cp(join(images, second), join(images, 'zz-copy.dcm'));
    const said = await planAndRun();
    const [reason] = reasonsOf(said, 'index');
    expect(reason).toMatchObject({ reason: 'input-files', added: 1, removed: 0, changed: 1 });
    expect(reason?.names).toEqual(['+stage_2_train/zz-copy.dcm', `~stage_2_train/${first}`]);
    expect(reasonsOf(said, 'shards')).toMatchObject([{ reason: 'input', stage: 'index' }]);
    await rm(join(images, 'zz-copy.dcm'));
    const [after] = reasonsOf(await plan(recipe), 'index');
    expect(after).toMatchObject({ reason: 'input-files', added: 0, removed: 1, changed: 0 });
  }, 240_000);
});

async function partialFiles(): Promise<string[]> {
  return readdir(join(store, 'partial'), { recursive: true }).catch(() => []);
}

describe('what else plan says', () => {
  it('plans without the data, and says that a run would stop', async () => {
    const gone = ['--set', `data.source.root=${join(folder, 'nowhere')}`];
    const said = await plan(recipe, gone);
    expect(said.problems).toMatchObject([{ code: 'source-missing' }]);
    expect(reasonsOf(said, 'index')[0]).toMatchObject({ reason: 'data-missing', assumed: true });
    expect((await ichor(['run', recipe, '--store', store, ...gone])).status).toBe(2);
    const fresh = await plan(recipe, gone, join(folder, 'none'));
    expect(fresh.stages.map(({ state }) => state)).toEqual(fresh.stages.map(() => 'run'));
    // The whole of RSNA: facts 2.3.
    expect(fresh.reckonedFor).toMatchObject({ source: 'rsna', published: { labelled: 752_803, series: 21_744 } });
    const shards = fresh.stages.find(({ id }) => id === 'shards');
    expect(shards?.estimate?.bytes).toBeGreaterThan(874_035 * 3 * 64);
    const paper = join(top, 'recipes', 'inception-3w.yaml');
    const { out } = await ichor(['plan', paper, '--store', join(folder, 'none'), ...gone]);
    expect(out).toMatch(
      /backbone: 752,803 slices \(labelled slices, those of the validation side counted in\) × 7 epochs at [\d.]+ slices a second \(reckoned from the network for 2 cores, engine native; here are \d+\)/,
    );
    expect(out).toMatch(/embed: 874,035 slices \(every slice, labelled or not, of the test set too\) at /);
    expect(out).toMatch(
      /~ is reckoned from the data and the networks, by what 2 cores did on the engine native \(here are \d+\)/,
    );
    expect(out).toContain('The data are not here: this is reckoned for the whole of rsna as published');
  });

  it.each([
    ['inception-seq-aug', '21,744 series', '10 epochs, about 6,120 updates of 32 series'],
    ['controls/by-patient', '21,509 patients', '6,120 updates of 28 patients, about 8.86 epochs'],
    ['controls/single-slices', '752,803 slices', '6,120 updates of 1107 slices, about 9.99 epochs'],
  ])('counts what the sequence model of %s reads one by one: %s', async (name, items, updates) => {
    const { out } = await ichor(['plan', join(top, 'recipes', `${name}.yaml`), '--store', join(folder, 'none')]);
    const unit = items.split(' ')[1];
    expect(out).toMatch(
      new RegExp(`^sequence: ${items} \\(.*\\) × [\\d.]+ epochs.* at (?!0 )[\\d.,]+ ${unit} a second \\(`, 'm'),
    );
    expect(out).toContain(`\nsequence: ${updates}.\n`);
  });

  it('--measure times the networks that are left, on the engine that a run would take, and leaves nothing', async () => {
    const empty = join(folder, 'measured');
    const more = ['--measure', '--engine', 'wasm', '--set', 'train.backbone.epochs=10000'];
    const small = [...more, '--set', 'data.image.size=16'];
    const said = await plan(recipe, small, empty);
    const from = Object.fromEntries(said.stages.map(({ id, estimate }) => [id, estimate?.from]));
    expect(from).toMatchObject({ backbone: 'measured', embed: 'measured', sequence: 'measured', shards: 'model' });
    const seconds = (id: string) => said.stages.find((stage) => stage.id === id)?.estimate?.seconds ?? 0;
    // Ten thousand epochs of the same pictures, each of which is trained on and looked at several times as long.
    expect(seconds('backbone')).toBeGreaterThan(1e3 * seconds('embed'));
    expect(seconds('embed')).toBeGreaterThan(0);
    expect(existsSync(empty)).toBe(false);
    const { out } = await ichor(['plan', recipe, '--store', empty, ...small]);
    expect(out).toMatch(
      /^backbone: .* slices a second \(measured on this machine with random input, engine wasm, \d+ cores\)\.$/m,
    );
    expect(out).toMatch(/^A training step took [\d.]+ [MG]B of memory at most\.$/m);
    expect(out).not.toContain('--measure');
    // What a run would refuse is not tried.
    const refused = await ichor(['plan', join(top, 'recipes', 'inception-3w.yaml'), '--store', empty, ...more]);
    expect(refused.status).toBe(0);
    expect(refused.err).toContain('network-too-large');
    expect(refused.err).not.toContain('measuring');
  }, 60_000);

  it('--measure times no model without weights, and a signal ends it', async () => {
    const more = ['--measure', '--engine', 'wasm'];
    const said = await plan(recipe, [...more, '--set', 'sequence=neighbour-smoothing'], join(folder, 'none'));
    const from = Object.fromEntries(said.stages.map(({ id, estimate }) => [id, estimate?.from]));
    expect(from).toMatchObject({ backbone: 'measured', sequence: 'model' });
    const large = ['--set', 'data.image.size=96', '--set', 'train.backbone.batch=32'];
    const TMPDIR = await mkdtemp(join(folder, 'measured-'));
    const args = ['plan', recipe, '--store', join(folder, 'none'), ...more, ...large];
    const { child, ended } = start(args, { env: { TMPDIR } });
    // From its first folder on it measures for some seconds.
    while (child.exitCode === null && (await readdir(TMPDIR)).length === 0) await sleep(5);
    child.kill('SIGINT');
    expect(await ended).toMatchObject({ status: 130, out: '' });
    expect(await readdir(TMPDIR)).toEqual([]);
  }, 60_000);

  it('names a changed window by its own line, and another window by the channel', async () => {
    const level = await plan(recipe, ['--set', 'windows.brain.level=35']);
    expect(reasonsOf(level, 'shards')[0]).toMatchObject({ path: 'windows.brain.level', before: 40, now: 35 });
    const channel = await plan(recipe, ['--set', 'channels=[brain,subdural,subdural]']);
    expect(reasonsOf(channel, 'shards')[0]).toMatchObject({ path: 'channels[2].window', before: 'bone' });
    const count = await plan(recipe, ['--set', 'channels=[brain]']);
    expect(reasonsOf(count, 'shards')[0]).toMatchObject({ path: 'channels', now: ['brain'] });
  });

  it('a recipe that loses its sequence model: what no longer is read', async () => {
    const said = await plan(recipe, ['--set', 'sequence=none']);
    expect(said.stages.map(({ id }) => id)).not.toContain('sequence');
    const evaluate = reasonsOf(said, 'evaluate').map(({ message }) => message);
    expect(evaluate).toContain('no longer reads predict:sequence');
  });

  it('an invalid recipe, a sweep, an unknown stage: exit 2', async () => {
    const bad = await ichor(['plan', recipe, '--store', store, '--set', 'backbone.widht=2']);
    expect(bad.status).toBe(2);
    expect(bad.out).toBe('');
    expect((await ichor(['plan', recipe, '--store', store, '--until', 'training'])).status).toBe(2);
    const sweep = join(folder, 'sweep.yaml');
    await writeFile(sweep, 'recipe: 1\nextends: heads.yaml\nsweep: { grid: { seed: [1, 2] } }\n');
    expect(await ichor(['plan', sweep, '--store', store])).toMatchObject({ status: 2, out: '' });
  });
});

describe('a run holds what repeats it', () => {
  it('its resolved recipe, its hash, versions, engine, git state and data, in run.json and in `runs show`', async () => {
    const record = JSON.parse(await readFile(join(store, 'runs', 'heads-1', 'run.json'), 'utf8'));
    expect(record.recipeHash).toMatch(/^[0-9a-f]{64}$/);
    expect(record.components).toMatchObject({ 'backbone small-cnn': 1, 'loss binary-cross-entropy': 1 });
    expect(record.versions).toMatchObject({ ichor: expect.any(String), koffi: expect.any(String) });
    expect(record.data.fingerprint).toMatch(/^[0-9a-f]{64}$/);
    const images = [...(await readdir(join(data, 'stage_2_train'))), ...(await readdir(join(data, 'stage_2_test')))];
    expect(record.data.files).toBe(images.length);
    expect(record.engine.kind).toBe('native');
    const { out } = await ichor(['runs', 'show', 'heads-1', '--store', store]);
    expect(out).toContain(`data ${record.data.fingerprint.slice(0, 12)} (rsna, ${images.length} files, ${data})`);
    expect(out).toContain('backbone small-cnn 1');
  });

  it('`ichor run RUN/recipe.resolved.yaml` repeats it: every stage is cached and its hash is the same', async () => {
    const text = await readFile(recipe, 'utf8');
    // As it is now, on whatever the data are now.
    const more = ['--smoke', '--set', 'evaluation.patient.slices=2'];
    const ran = await ichor(['run', recipe, '--store', store, '--quiet', ...more]);
    expect(ran.status, ran.err).toBe(0);
    const runs = (await readdir(join(store, 'runs'))).sort((a, b) => Number(a.split('-')[1]) - Number(b.split('-')[1]));
    const last = join(store, 'runs', runs.at(-1) as string);
    const resolved = join(last, 'recipe.resolved.yaml');
    expect(await readFile(recipe, 'utf8')).toBe(text);
    const said = await plan(resolved);
    expect(new Set(Object.values(states(said)))).toEqual(new Set(['cached']));
    const again = await ichor(['run', resolved, '--store', store]);
    expect(again.status, again.err).toBe(0);
    expect(again.out).toContain(`run ${runs.at(-1)} stands for this one`);
    const { recipeHash, smoke } = JSON.parse(await readFile(join(last, 'run.json'), 'utf8'));
    expect(smoke).toBe(true);
    expect(again.err).toContain('SMOKE');
    const { out } = await ichor(['plan', resolved, '--store', store, '--format', 'json']);
    expect(JSON.parse(out).recipeHash).toBe(recipeHash);
  }, 120_000);
});

describe('diff', () => {
  it('of two recipes: path, both values, both places, and the stages that it touches', async () => {
    const other = join(folder, 'other.yaml');
    await writeFile(other, `recipe: 1\nextends: heads.yaml\ntrain:\n  sequence: { epochs: 9 }\n`);
    const { status, out, err } = await ichor(['diff', recipe, other, '--format', 'json']);
    expect(status, err).toBe(0);
    const { values, stages } = JSON.parse(out);
    expect(values.map(({ path }: { path: string }) => path)).toEqual(['name', 'train.sequence.epochs']);
    expect(values[1]).toMatchObject({
      a: 2,
      b: 9,
      placeA: { file: recipe, layer: 'recipe' },
      placeB: { file: other, line: 4, column: 23, layer: 'recipe' },
      stages: ['sequence'],
    });
    expect(values[0].stages).toEqual(['report']);
    const touched = stages.filter(({ how }: { how: string }) => how !== 'same');
    expect(touched).toEqual([
      { id: 'sequence', how: 'changed', what: ['train.sequence.epochs'], from: [] },
      { id: 'predict:sequence', how: 'follows', what: [], from: ['sequence'] },
      { id: 'evaluate', how: 'follows', what: [], from: ['sequence'] },
      { id: 'report', how: 'changed', what: ['name'], from: ['sequence'] },
    ]);
    const text = (await ichor(['diff', recipe, other])).out;
    expect(text).toMatch(/b {2}9 {2}\S*other\.yaml:4:23 \(recipe\)/);
    await writeFile(other, `recipe: 1\nextends: heads.yaml\nsequence: { type: bi-gru, cells: 7 }\n`);
    const blocks = (await ichor(['diff', recipe, other])).out;
    // Of blocks of two types, what differs, and nothing is cut.
    expect(blocks).not.toContain('…');
    expect(blocks).toMatch(/ a {2}\{ type: bi-lstm/);
    expect(blocks).toMatch(/ b {2}\{ type: bi-gru[^\n]*cells: 7/);
    expect(blocks).not.toMatch(/group: series/);
  });

  it('of a recipe with itself: nothing, and exit 0', async () => {
    const { status, out } = await ichor(['diff', recipe, recipe]);
    expect(status).toBe(0);
    expect(out).toContain('The two recipes resolve to the same.');
  });

  it('of two runs: also engine, what it computed on, and data', async () => {
    const runs = await Promise.all(
      (await readdir(join(store, 'runs'))).map(async (name) =>
        JSON.parse(await readFile(join(store, 'runs', name, 'run.json'), 'utf8')),
      ),
    );
    const wasm = runs.find(({ engine }) => engine?.kind === 'wasm').name;
    const { status, out, err } = await ichor(['diff', 'heads-1', wasm, '--store', store, '--format', 'json']);
    expect(status, err).toBe(0);
    const { facts, stages, values, figures } = JSON.parse(out);
    expect(figures.a.run).toBe('heads-1');
    expect(figures.rows.map(([name]: string[]) => name)).toContain('mean-log-loss');
    expect((await ichor(['diff', 'heads-1', wasm, '--store', store])).out).toMatch(
      /\nfigures\na {2}.*SYNTHETIC.*validation.*\nb {2}.*SYNTHETIC[\s\S]*\nmean-log-loss .*\d\.\d{4}/,
    );
    expect(facts).toMatchObject([
      { name: 'engine', b: expect.stringMatching(/^wasm/) },
      { name: 'threads and instruction set', a: expect.stringMatching(/^\d+ threads? /), b: '1 thread wasm-simd' },
    ]);
    expect(values.map(({ path }: { path: string }) => path)).toEqual([
      'train.backbone.optimizer.learningRate',
      'train.sequence.optimizer.learningRate',
    ]);
    const backbone = stages.find(({ id }: { id: string }) => id === 'backbone');
    expect(backbone.what).toEqual(['train.backbone.optimizer.learningRate', 'engine']);
    expect((await ichor(['diff', 'heads-1', 'nobody', '--store', store])).status).toBe(2);
  });
});
