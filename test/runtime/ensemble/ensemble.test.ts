import { createHash } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { LABELS } from '../../../src/labels.ts';
import type { Side } from '../../../src/registry/kinds/split.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { writeKnownLabels } from '../../../src/runtime/artifacts/known-labels.ts';
import { readMetrics } from '../../../src/runtime/artifacts/metrics.ts';
import {
  type PredictionRow,
  readPredictions,
  writeLogits,
  writePredictions,
} from '../../../src/runtime/artifacts/predictions.ts';
import { type SliceRow, writeSlices } from '../../../src/runtime/artifacts/slices.ts';
import { writeSource } from '../../../src/runtime/artifacts/source.ts';
import { type SplitRow, writeSplit } from '../../../src/runtime/artifacts/split.ts';
import { readSubmission } from '../../../src/runtime/artifacts/submission.ts';
import { assertTogether } from '../../../src/runtime/ensemble/assert-together.ts';
import { refuseEnsembleRecipe } from '../../../src/runtime/ensemble/refuse-recipe.ts';
import { runEnsemble } from '../../../src/runtime/ensemble/run-ensemble.ts';
import type { Emit } from '../../../src/runtime/events.ts';
import type { Notice } from '../../../src/runtime/notices/notice.ts';
import { findRun } from '../../../src/runtime/runs/find-run.ts';
import { openEvaluated } from '../../../src/runtime/runs/open-evaluated.ts';
import { trainedNetworks } from '../../../src/runtime/runs/predict-run.ts';
import { listRuns, RunFolder } from '../../../src/runtime/runs/run-folder.ts';
import { readRunLedger } from '../../../src/runtime/runs/run-ledger.ts';
import type { StageName } from '../../../src/runtime/stage-names.ts';
import { Store } from '../../../src/runtime/store/store.ts';
import { labelled } from '../evaluate/scored-fixture.ts';

const registry = createRegistry(builtIn);
const RECIPE = `recipe: 1
name: member
data: { source: { type: rsna, root: data } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: small-cnn
evaluation: { bootstrap: { draws: 40 } }
`;

interface Slice {
  id: string;
  patient: string;
  side: Side;
  any: 0 | 1 | null;
}

const slices: Slice[] = Array.from({ length: 18 }, (_, i) => {
  const side: Side = i < 8 ? 'train' : i < 14 ? 'validation' : 'test';
  return { id: `ID_${i}`, patient: `p${i >> 1}`, side, any: side === 'test' ? null : i % 3 === 0 ? 1 : 0 };
});

let root: string;
let made = 0;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ichor-ensemble-'));
  await new Store(root).prepare();
});

async function artifact(stage: StageName, key: string, write: (folder: string) => Promise<void>): Promise<void> {
  const store = new Store(root);
  if ((await store.find(stage, key)) !== null) return;
  const { folder } = await store.begin(key);
  await write(folder);
  await writeFile(join(folder, 'ledger.json'), JSON.stringify({ stage, leftOut: [], notes: [] }));
  await store.finish({
    key,
    stage,
    instance: '',
    parts: { stage, version: 1, slice: {}, inputs: {} },
    paths: {},
    inputs: {},
    components: {},
    engine: null,
    finished: '',
    estimate: null,
    seconds: 0,
    resumed: false,
    peakBytes: 0,
  });
}

/** A finished run whose logits of every label are `logit` of the slice's place. */
async function run(
  name: string,
  logit: (i: number) => number,
  of: readonly Slice[] = slices,
  recipe = RECIPE,
  /** A later state of its data, files whose headers are others in it, and what the run said of them. */
  {
    state = '',
    headers = {},
    notices,
    judgedBy,
  }: {
    state?: string;
    headers?: Record<string, string>;
    notices?: Notice[];
    /** An evaluation: the label any of each slice by a table of its own. */
    judgedBy?: readonly (0 | 1)[];
  } = {},
) {
  const index = of.map(
    ({ id, patient, side, any }, i): SliceRow => ({
      slice: id,
      series: patient,
      study: patient,
      patient,
      group: patient,
      file: `${id}.dcm`,
      set: side === 'test' ? 'test' : 'train',
      order: i % 2,
      positionMm: i % 2,
      spacingMm: null,
      format: '16s',
      rows: 1,
      columns: 1,
      bytes: 1,
      headerHash: headers[id] ?? '',
      labels: any === null ? null : labelled([0, 0, 0, 0, any, any]),
    }),
  );
  const logits = Float32Array.from({ length: of.length * 6 }, (_, cell) => logit(Math.floor(cell / 6)));
  const rows = index.map(
    ({ slice, series, patient, order }, i): PredictionRow => ({
      slice,
      series,
      patient,
      order,
      side: of[i]!.side,
      how: name === 'b' && i === 9 ? 'interpolated' : 'predicted',
      probabilities: LABELS.map(() => 1 / (1 + Math.exp(-logits[i * 6]!))),
    }),
  );
  const hash = (text: string) => createHash('sha256').update(text).digest('hex');
  const key = (what: string) => hash(what + JSON.stringify(of));
  const keys: Record<string, string> & { index: string; split: string; 'predict:backbone': string } = {
    ...(judgedBy ? { labels: hash(`l ${JSON.stringify(judgedBy)}`) } : {}),
    index: key(`i${state}`),
    split: key('s'),
    'predict:backbone': hash(`${name} ${made++}`),
  };
  await artifact('index', keys.index, async (folder) => {
    await writeSlices(folder, index);
    await writeSource(folder, { synthetic: false, identities: 'public', submission: null });
  });
  await artifact('split', keys.split, (folder) =>
    writeSplit(
      folder,
      of.map(
        ({ id, side }) =>
          ({
            slice: id,
            backbone: side,
            sequence: side,
            backboneFold: 0,
            sequenceFold: 0,
            littleBrain: false,
          }) as SplitRow,
      ),
    ),
  );
  if (judgedBy)
    await artifact('labels', keys.labels!, async (folder) => {
      await writeSlices(
        folder,
        index.map((row, i) => ({ ...row, labels: labelled([0, 0, 0, 0, judgedBy[i]!, judgedBy[i]!]) })),
      );
      await writeKnownLabels(folder, ['any'], { hash: 'of the table', rows: judgedBy.length });
    });
  await artifact('predict', keys['predict:backbone'], async (folder) => {
    await writePredictions(folder, rows);
    await writeLogits(folder, logits);
  });
  const folder = await RunFolder.create(
    root,
    {
      recipe: name,
      recipeHash: name,
      smoke: false,
      synthetic: false,
      until: null,
      predictsWith: null,
      engine: null,
      versions: {},
      components: {},
      data: { fingerprint: state, files: 1 },
      git: null,
      ...(notices ? { notices } : {}),
    },
    recipe,
  );
  for (const [id, artifactKey] of Object.entries(keys))
    folder.record.artifacts[id] = { stage: id.replace(/:.*/, '') as StageName, key: artifactKey };
  await folder.end('done');
  return folder.record.name;
}

const ensemble = (
  runs: readonly string[],
  more: { mean?: 'probabilities' | 'logits'; name?: string; emit?: Emit } = {},
) =>
  runEnsemble({
    storeRoot: root,
    runs,
    name: more.name ?? 'ensemble',
    mean: more.mean ?? 'probabilities',
    registry,
    emit: more.emit ?? (() => {}),
    signal: new AbortController().signal,
  });

const sigmoid = (z: number) => 1 / (1 + Math.exp(-z));
const [a, b] = [(i: number) => i / 4 - 2, (i: number) => (i % 3 === 0 ? 1.5 : -1)];

describe('an ensemble of evaluations', () => {
  const unlabelled = slices.map((slice) => ({ ...slice, side: 'test' as const, any: null }));
  const table = slices.map((_, i) => (i % 3 === 0 ? 1 : 0) as 0 | 1);
  const metricsOf = async ({ result }: Awaited<ReturnType<typeof ensemble>>) =>
    (await readMetrics(result.artifacts.get('evaluate')!.folder)).models.flatMap(({ sides }) => sides);

  it('is judged by the labels of its members', async () => {
    const [one, two] = [
      await run('a', a, unlabelled, RECIPE, { judgedBy: table }),
      await run('b', b, unlabelled, RECIPE, { judgedBy: table }),
    ];
    const found = await ensemble([one, two]);
    const sides = await metricsOf(found);
    expect(sides.map(({ side, labelled: of }) => [side, of.slices])).toEqual([['test', 18]]);
    // Of what the table does not know there is no figure.
    const names = sides[0]!.figures.map(({ name }) => name);
    expect(names).toContain('auc (any)');
    expect(names).not.toContain('mean-log-loss');
    expect(found.result.notices.flatMap(({ reasons }) => reasons.map(({ reason }) => reason))).not.toContain(
      'ensemble-other-labels',
    );
    expect(await readFile(join(found.result.folder, 'report.html'), 'utf8')).toContain(one);
  });

  it('has no figures where these differ, and says why', async () => {
    const [one, two] = [
      await run('a', a, unlabelled, RECIPE, { judgedBy: table }),
      await run('b', b, unlabelled, RECIPE.replace('draws: 40', 'draws: 60'), {
        judgedBy: table.map(() => 0 as const),
      }),
    ];
    const found = await ensemble([one, two]);
    expect(await metricsOf(found)).toEqual([]);
    const said = found.result.notices.flatMap(({ reasons }) => reasons.map(({ reason }) => reason));
    expect(said).toContain('ensemble-other-labels');
    expect(said).not.toContain('evaluated-otherwise');
  });
});

describe('an ensemble', () => {
  it.each(['probabilities', 'logits'] as const)('is the mean of %s, evaluated as a run of its own', async (mean) => {
    const { result } = await ensemble([await run('a', a), await run('b', b)], { mean });
    const rows = await readPredictions(result.artifacts.get('predict:backbone')!.folder);
    rows.forEach((row, i) => {
      const expected = mean === 'logits' ? sigmoid((a(i) + b(i)) / 2) : (sigmoid(a(i)) + sigmoid(b(i))) / 2;
      for (const probability of row.probabilities) expect(probability).toBeCloseTo(expected, 12);
    });
    expect(rows.flatMap(({ how }, i) => (how === 'interpolated' ? [i] : []))).toEqual([9]);
    const { models } = await readMetrics(result.folder);
    expect(models).toHaveLength(1);
    expect(models[0]?.component).toBe('mean-of-2-runs');
    const validation = models[0]?.sides.find(({ side }) => side === 'validation');
    const figure = (name: string) => validation?.figures.find((one) => one.name === name);
    // Of any, by hand over the six validation slices.
    const here = rows
      .slice(8, 14)
      .map(({ probabilities }, i) => ((i + 8) % 3 === 0 ? probabilities[5]! : 1 - probabilities[5]!));
    expect(figure('mean-log-loss (any)')?.value).toBeCloseTo(here.reduce((sum, p) => sum - Math.log(p), 0) / 6, 12);
    expect(validation?.intervals?.['mean-log-loss (any)']).toMatchObject({ draws: 40, skipped: 0 });
    const submission = await readSubmission(result.folder);
    expect(submission).toHaveLength(4 * 6);
    expect(submission[0]?.probability).toBe(rows[14]?.probabilities[0]);
    expect(await readFile(join(result.folder, 'patients.csv'), 'utf8')).toContain('p4,');
    expect(await readFile(join(result.folder, 'report.html'), 'utf8')).toContain('mean-of-2-runs');
  });

  it('says which runs it is made of, can be opened as a run, and stands for the same one asked for again', async () => {
    const names = [await run('a', a), await run('b', b), await run('c', () => 0)];
    const { result } = await ensemble(names, { name: 'three' });
    expect(result.name).toBe('three-1');
    const record = (await listRuns(root)).find(({ record }) => record.name === 'three-1')?.record;
    expect(record?.ensemble?.runs.map(({ run, recipeHash, model }) => [run, recipeHash, model])).toEqual([
      ['a-1', 'a', 'backbone'],
      ['b-1', 'b', 'backbone'],
      ['c-1', 'c', 'backbone'],
    ]);
    const opened = await openEvaluated({ folder: result.folder, registry });
    expect(opened.input.slices).toHaveLength(6);
    const again = await ensemble(names, { name: 'three' });
    expect([again.result.repeated, again.result.name]).toEqual([true, 'three-1']);
    // An ensemble is a run: it can be averaged further.
    expect((await ensemble(['three', await run('d', a)])).result.name).toBe('ensemble-1');
  });

  it('beside one of its members, or another ensemble of one, is refused: that would count double', async () => {
    const [first, second, third] = [await run('a', a), await run('b', b), await run('c', () => 0)];
    await ensemble([first, second], { name: 'two' });
    await ensemble(['two', third], { name: 'nested' });
    await ensemble([second, third], { name: 'others' });
    for (const [left, right, run] of [
      ['two', first, 'a-1'],
      [first, 'two', 'a-1'],
      ['nested', second, 'b-1'],
      ['two', 'others', 'b-1'],
      ['nested', 'two', 'a-1'],
    ] as const)
      await expect(ensemble([left, right])).rejects.toMatchObject({
        code: 'ensemble-repeats',
        exit: 2,
        message: expect.stringContaining(`Run ${run} counts in `),
      });
  });

  it('of the same networks, one of them calibrated, says that', () => {
    const member = (name: string, averaged: string) =>
      ({
        name,
        folder: `/runs/${name}`,
        predict: { key: 'p' },
        averaged: { key: averaged },
        counts: new Map(),
      }) as never;
    expect(() => assertTogether([member('a-1', 'p'), member('cal-1', 'c')])).toThrow(
      'Run cal-1 has the networks of a-1, and differs by its calibration alone: they would count double.',
    );
    expect(() => assertTogether([member('a-1', 'p'), member('a-2', 'p')])).toThrow(
      'Run a-2 has the predictions of run a-1: it would count double.',
    );
  });

  it('has no networks to predict with, and names its members', async () => {
    await ensemble([await run('a', a), await run('b', b)]);
    const { record } = (await listRuns(root)).find((one) => one.record.name === 'ensemble-1')!;
    await expect(trainedNetworks(root, record)).rejects.toMatchObject({
      code: 'run-not-trained',
      exit: 2,
      hint: 'Name one of its members: a-1, b-1.',
    });
  });

  it('shows what its members reach below its own figures, on its page', async () => {
    const { result } = await ensemble([await run('a', a), await run('b', b)]);
    const page = await readFile(join(result.folder, 'report.html'), 'utf8');
    const section = /<section id="members"[\s\S]*?<\/section>/.exec(page)?.[0] ?? '';
    const rows = [...section.matchAll(/<th scope="row"[^>]*>([^<]*)<\/th><td[^>]*>([^<]*)</g)].map(([, run, loss]) => [
      run,
      loss,
    ]);
    // Of the six validation slices by hand: every label is scored alike, four of the six labels are 0 throughout.
    const loss = (p: (i: number) => number) => {
      let sum = 0;
      for (let i = 8; i < 14; i++)
        for (let label = 0; label < 6; label++) sum -= Math.log(label > 3 && i % 3 === 0 ? p(i) : 1 - p(i));
      return (sum / 36).toFixed(4);
    };
    expect(rows).toEqual([
      ['ensemble (the mean)', loss((i) => (sigmoid(a(i)) + sigmoid(b(i))) / 2)],
      ['a-1', loss((i) => sigmoid(a(i)))],
      ['b-1', loss((i) => sigmoid(b(i)))],
    ]);
  });

  it('says where members were evaluated by other settings than it is, and nothing where they agree', async () => {
    const other = RECIPE.replace('draws: 40 }', 'draws: 40 }, patient: { rule: count, slices: 2 }');
    const notes: unknown[] = [];
    const emit: Emit = (event) => {
      if (event.type === 'note' && event.level === 'warning') notes.push(event.message);
    };
    await ensemble([await run('a', a), await run('b', b)], { emit });
    expect(notes).toEqual([]);
    await ensemble(['a-1', await run('c', b, slices, other)], { emit, name: 'mixed' });
    expect(notes).toEqual([
      expect.stringMatching(/^Evaluated by other settings than a-1: c-1 \(evaluation\.patient\)\. .* by those of a-1/),
    ]);
  });

  it('of runs that saw other pictures says so, and what each of them said: at its end, in its record, on its page', async () => {
    const damaged: Notice = {
      kind: 'warning',
      level: 'warning',
      what: 'slice',
      reasons: [{ reason: 'empty-part', count: 2 }],
      count: 2,
      of: null,
      text: '2 slices with a part of the picture missing',
      first: 'ID_3',
      hint: null,
    };
    const headers = { ID_3: 'half', ID_4: 'half' };
    await run('a', a);
    await run('b', b, slices, RECIPE, { state: 'later', headers, notices: [damaged] });
    await run('c', () => 0, slices, RECIPE, { state: 'later', headers, notices: [damaged] });
    const emitted: unknown[] = [];
    const emit: Emit = (event) => {
      if (event.type === 'note' && event.level === 'warning') emitted.push(event.code);
    };
    const said = async (runs: string[], name: string) => {
      const { result } = await ensemble(runs, { name, emit });
      const { record } = (await listRuns(root)).find((one) => one.record.name === result.name)!;
      const page = await readFile(join(result.folder, 'report.html'), 'utf8');
      const texts = result.notices.map(({ text }) => text);
      expect(record.notices).toEqual(result.notices);
      for (const text of texts) expect(page).toContain(text);
      return texts;
    };
    const differ = (one: string, other: string) =>
      `Runs ${one} and ${other} saw the data in different states: 2 of 18 slices had another header or other pixels, the first is ID_3`;
    // Whichever comes first; one word for all who say the same; none where nothing differs.
    expect(await said(['a', 'b'], 'ab')).toEqual(
      expect.arrayContaining([differ('a-1', 'b-1'), `b-1: ${damaged.text}`]),
    );
    expect(await said(['c', 'a', 'b'], 'cab')).toEqual(
      expect.arrayContaining([differ('c-1', 'a-1'), `c-1, b-1: ${damaged.text}`]),
    );
    expect(emitted).toEqual(['ensemble-other-data', 'ensemble-other-data']);
    expect(await said(['b', 'c'], 'bc')).not.toContainEqual(expect.stringContaining('states'));
    expect(emitted).toHaveLength(2);
    // Its ledger has the stages of its members.
    const { record, folder } = await findRun(root, 'ab');
    const { members } = await readRunLedger(new Store(root), record, folder);
    expect(members.map(({ id }) => id)).toEqual(['a-1 predict:backbone', 'b-1 index', 'b-1 predict:backbone']);
  });

  it('says where only the fingerprints differ', async () => {
    await run('a', a);
    await run('b', b, slices, RECIPE, { state: 'later' });
    const { result } = await ensemble(['a', 'b']);
    expect(result.notices.map(({ text }) => text)).toContainEqual(
      expect.stringMatching(/^Runs a-1 and b-1 saw .* another file of the data folder is not$/),
    );
  });

  it('is no run of the recipe whose name it bears, and its recipe is refused as one', async () => {
    const names = [await run('a', a), await run('b', b)];
    const notes: string[] = [];
    const { result } = await ensemble(names, { name: 'a' });
    expect(result.name).toBe('a-2');
    expect(await findRun(root, 'a')).toMatchObject({ record: { name: 'a-1' }, among: 1 });
    expect(await findRun(root, 'a-2')).toMatchObject({ record: { name: 'a-2' }, among: null });
    await expect(refuseEnsembleRecipe(join(result.folder, 'recipe.resolved.yaml'))).rejects.toMatchObject({
      code: 'ensemble-recipe',
      exit: 2,
      message: expect.stringContaining('the mean of a-1, b-1'),
    });
    await refuseEnsembleRecipe(join(root, 'runs', 'a-1', 'recipe.resolved.yaml'));
    await run('a', () => 1);
    await ensemble(['a', 'b-1'], {
      emit: (event) => {
        if (event.type === 'note' && event.level === 'info') notes.push(event.message);
      },
    });
    expect(notes).toEqual([
      'a: run a-3 (no profile), the newest finished one of 2 runs; `ichor runs list` shows the others.',
    ]);
  });

  it('of runs that were split otherwise is refused: one would validate on what the other trained on', async () => {
    const swapped = slices.map((slice, i) => ({
      ...slice,
      side: i < 2 ? ('validation' as const) : i >= 8 && i < 10 ? ('train' as const) : slice.side,
    }));
    const names = [await run('a', a), await run('b', b, swapped)];
    await expect(ensemble(names)).rejects.toMatchObject({
      code: 'ensemble-leak',
      exit: 2,
      message: expect.stringContaining('4 slices are on different sides, the first is ID_0'),
    });
    expect((await listRuns(root)).map(({ record }) => record.name)).not.toContain('ensemble-1');
  });

  it('of other slices or labels is refused', async () => {
    const first = await run('a', a);
    const fewer = await run('b', b, slices.slice(2));
    const relabelled = await run('c', b, slices.with(0, { ...slices[0]!, any: 0 }));
    await expect(ensemble([first, fewer])).rejects.toMatchObject({
      code: 'ensemble-slices',
      message: 'Run a-1 has 2 slices that b-1 has not, the first is ID_0.',
    });
    await expect(ensemble([fewer, first])).rejects.toMatchObject({ code: 'ensemble-slices' });
    await expect(ensemble([first, relabelled])).rejects.toMatchObject({
      code: 'ensemble-slices',
      message: expect.stringContaining('differ at slice ID_0'),
    });
  });

  it('of one run, of one twice, or of a run that is not there, is refused', async () => {
    const name = await run('a', a);
    await expect(ensemble([name])).rejects.toMatchObject({ code: 'ensemble-of-one', exit: 2 });
    await expect(ensemble([name, 'a'])).rejects.toMatchObject({
      code: 'ensemble-repeats',
      message: 'Run a-1 is named twice: it would count double.',
    });
    await expect(ensemble([name, 'nobody'])).rejects.toMatchObject({ code: 'unknown-run', exit: 2 });
    await expect(ensemble([name, await run('b', b)], { name: '../out' })).rejects.toMatchObject({
      code: 'ensemble-name',
    });
  });

  it('of a run that did not finish is refused', async () => {
    const name = await run('a', a);
    const other = await run('b', b);
    const found = (await listRuns(root)).find(({ record }) => record.name === other)!;
    await writeFile(join(found.folder, 'run.json'), JSON.stringify({ ...found.record, status: 'failed' }));
    await expect(ensemble([name, other])).rejects.toMatchObject({
      code: 'run-not-evaluated',
      message: 'Run b-1 is failed.',
    });
  });
});
