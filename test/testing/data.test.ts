import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import folder from '../../plugins/sources/folder.ts';
import {
  defineMetric,
  defineSource,
  defineSplit,
  type GenerateWork,
  LABELS,
  type Metric,
  type MetricFigure,
  type MetricInput,
  openKaggleFolder,
  patientsOf,
  type Source,
  type Split,
  type SplitPatient,
  seedOf,
  type Times,
  Type,
} from '../../src/index.ts';
import { testComponent } from '../../src/testing/index.ts';
import { expectBroken } from './broken.ts';

const none = Type.Object({});

describe('a split', () => {
  type Assign = (patients: readonly SplitPatient[], params: unknown, seed: number) => ReadonlyMap<string, string>;
  const split = (assign: Assign, by = 'patient') =>
    defineSplit({
      name: 'acme/split',
      version: 1,
      summary: 'A split.',
      params: none,
      contract: () => ({ by }),
      assign,
    } as unknown as Omit<Split<typeof none>, 'kind'>);
  const chance = (seed: number, name: string) => seedOf(seed, 'test', name)[0]! / 2 ** 32;
  const bySide =
    (side: (patient: SplitPatient, slice: string, seed: number, place: number) => string): Assign =>
    (patients, _params, seed) =>
      new Map(
        patients.flatMap((patient, i) =>
          patient.slices.map(({ slice }) => [slice, side(patient, slice, seed, i)] as const),
        ),
      );
  const half = (share: number) => (share < 0.5 ? 'train' : 'validation');

  it('by slice that is sound passes', async () => {
    const { checked } = await testComponent(
      split(
        bySide((_p, slice, seed) => half(chance(seed, slice))),
        'slice',
      ),
    );
    expect(checked.slice(-4)).toEqual(['whole patients', 'folds', 'determinism', 'data that cannot be split']);
  });
  it('is caught when it cuts patients in two, against its contract', () =>
    expectBroken(split(bySide((_p, slice, seed) => half(chance(seed, slice)))), 'whole patients', /is on two sides/));
  it('is caught when it parts a group', () =>
    expectBroken(
      split((patients, params, seed) => {
        if (patients.length < 2) throw Object.assign(new Error(), { code: 'x' });
        return bySide(({ patient }) => half(chance(seed, patient)))(patients, params, seed);
      }),
      '(whole patients|data that cannot be split)',
      /share pictures/,
    ));
  it('is caught when it depends on the order', () =>
    expectBroken(
      split(
        bySide((_p, _s, _seed, place) => (place % 2 ? 'train' : 'validation')),
        'slice',
      ),
      'determinism',
      /order of the patients/,
    ));
  it('is caught when it draws from Math.random', () =>
    expectBroken(
      split(
        bySide(() => half(Math.random())),
        'slice',
      ),
      'determinism',
      /two calls with one seed/,
    ));
  it('is caught when it leaves a side empty', () =>
    expectBroken(
      split(
        bySide(() => 'train'),
        'slice',
      ),
      'assign',
      /no slice of 60 patients is on the side validation/,
    ));
  it('is caught when it invents a side', () =>
    expectBroken(
      split(
        bySide((_p, s, seed) => (chance(seed, s) < 0.5 ? 'train' : chance(seed, s) < 0.9 ? 'validation' : 'holdout')),
        'slice',
      ),
      'assign',
      /side "holdout"/,
    ));
  it('is caught when it forgets a slice', () =>
    expectBroken(
      split(
        (patients, params, seed) =>
          new Map([...bySide((_p, s) => half(chance(seed, s)))(patients, params, seed)].slice(1)),
        'slice',
      ),
      '(assign|determinism)',
      /a labelled slice has no side/,
    ));
});

describe('a metric', () => {
  type Evaluate = (input: MetricInput) => unknown;
  const metric = (evaluate: Evaluate, needs: unknown = ['slices'], ranks?: true) =>
    defineMetric({
      name: 'acme/brier',
      version: 1,
      summary: 'A metric.',
      params: none,
      contract: () => ({ needs, ...(ranks && { ranks }) }),
      evaluate,
    } as unknown as Omit<Metric<typeof none>, 'kind'>);
  const brier = ({ slices }: Pick<MetricInput, 'slices'>, column: number, label = column): number | null =>
    slices.length === 0
      ? null
      : slices.reduce((sum, slice) => sum + (slice.probabilities[column]! - slice.labels[LABELS[label]!]) ** 2, 0) /
        slices.length;
  const figures =
    (
      change: (figure: MetricFigure, column: number, input: MetricInput) => Partial<MetricFigure> = () => ({}),
    ): Evaluate =>
    (input) =>
      LABELS.map((label, column) => {
        const figure: MetricFigure = {
          name: `brier (${label})`,
          value: brier(input, column),
          better: 'lower',
          unit: 'slice',
          label,
          counts: { slices: input.slices.length },
        };
        return { ...figure, ...change(figure, column, input) };
      });

  it('that is sound passes', async () => {
    const { engine, checked } = await testComponent(metric(figures()));
    expect(engine).toBeNull();
    expect(checked.slice(-7)).toEqual([
      'contract',
      'figures',
      'contract: reads what it needs',
      'no data',
      'determinism',
      'better',
      'labels',
    ]);
  });
  const resampling = (at: (column: number, input: MetricInput) => (times: Times) => number | null) => ({
    ...metric(figures()),
    resample: (input: MetricInput) => LABELS.map((_label, column) => at(column, input)),
  });
  it('that resamples as it evaluates passes', async () => {
    const own = resampling((column, { slices }) => {
      const places = new Map(patientsOf(slices).map((patient, place) => [patient, place]));
      return (times) => {
        let [sum, count] = [0, 0];
        for (const { patient, probabilities, labels } of slices) {
          const weight = times[places.get(patient)!]!;
          sum += weight * (probabilities[column]! - labels[LABELS[column]!]) ** 2;
          count += weight;
        }
        return count === 0 ? null : sum / count;
      };
    });
    expect((await testComponent(own)).checked).toContain('resample');
  });
  it('is caught when it resamples other figures than it evaluates', async () => {
    const deaf = resampling((column, input) => () => brier(input, column));
    await expectBroken(deaf, 'resample', /counts as often as its patient/);
    await expectBroken({ ...deaf, resample: () => [] }, 'resample', /0 functions[\s\S]*6 figures/);
  });
  it('is caught when better is worse', () =>
    expectBroken(metric(figures(() => ({ better: 'higher' }))), 'better', /say better: 'lower'/));
  it('is caught when labels are in another order', () =>
    expectBroken(
      metric(figures((_f, column, input) => ({ value: brier(input, (column + 1) % 6, column) }))),
      '(labels|better)',
      /does not change with the predictions of epidural/,
    ));
  it('is caught when it reads what its contract does not need', () =>
    expectBroken(
      metric(figures((_f, _c, { series }) => ({ counts: { series: series.length } }))),
      'contract: reads what it needs',
      /reads input\.series/,
    ));
  it('is caught when it says that it goes by order alone, and does not', () =>
    expectBroken(
      metric(figures(), ['slices'], true),
      'contract: goes by order alone',
      /the order of the scores alone counts/,
    ));
  it('is caught when no data are no null', () =>
    expectBroken(metric(figures((f) => ({ value: f.value ?? 0 }))), 'no data', /is 0 where there is no slice/));
  it('is caught when a figure is no number', () =>
    expectBroken(metric(figures(() => ({ value: Number.NaN }))), 'figures', /is null|NaN/));
  it('is caught when figures share a name, or count nothing', () =>
    expectBroken(metric(figures(() => ({ name: 'brier', counts: {} }))), 'figures', /no counts[\s\S]*named "brier"/));
  it('is caught when it changes what it was given', () =>
    expectBroken(
      metric((input) => {
        (input.slices as unknown[]).sort();
        return figures()(input);
      }),
      'figures',
      /read.?only/i,
    ));
  it('is caught when it draws', () =>
    expectBroken(
      metric(figures((f) => ({ counts: { slices: Math.floor(Math.random() * 1e9) }, value: f.value }))),
      'determinism',
      /second call/,
    ));
  it('is caught when it needs what there is not', () =>
    expectBroken(metric(figures(), ['pixels']), 'contract', /needs \["pixels"\]/));
});

describe('a source', () => {
  type Generate = (params: unknown, work: GenerateWork) => Promise<void>;
  const source = (generate: Generate, changes: object = {}) =>
    defineSource({
      name: 'acme/dots',
      version: 1,
      summary: 'Dots.',
      params: none,
      contract: () => ({ identities: 'public', labels: true, repairIntercept: false }),
      generate,
      open: (_params: unknown, root: string) => openKaggleFolder(root),
      ...changes,
    } as unknown as Omit<Source<typeof none>, 'kind'>);
  const sound: Generate = async (_params, { folder, seed, progress, signal }) => {
    const { mkdir } = await import('node:fs/promises');
    await mkdir(join(folder, 'stage_2_train'));
    for (let i = 0; i < 3; i++) {
      signal.throwIfAborted();
      await writeFile(
        join(folder, 'stage_2_train', `ID_${i}.dcm`),
        Buffer.from(seedOf(seed, 'dots', i).buffer as ArrayBuffer),
      );
      await progress(i + 1, 3, 'slices');
    }
    await writeFile(join(folder, 'stage_2_train.csv'), 'ID,Label\nID_0_any,1\nID_1_any,0\n');
    await writeFile(join(folder, 'phantom.json'), '{}');
  };

  it('that is sound passes', async () => {
    expect((await testComponent(source(sound))).checked.slice(-10)).toEqual([
      'contract',
      'a folder that is missing',
      'generate',
      'determinism',
      'interruption',
      'open',
      'files',
      'read',
      'records',
      'labels',
    ]);
  });
  it('is caught when the clock is in its files', () =>
    expectBroken(
      source(async (params, work) => {
        await sound(params, work);
        await writeFile(join(work.folder, 'made.txt'), String(process.hrtime.bigint()));
      }),
      'determinism',
      /two runs with one seed write other bytes/,
    ));
  it('is caught when it ignores its seed', () =>
    expectBroken(
      source((params, work) => sound(params, { ...work, seed: 0 })),
      'determinism',
      /another seed writes the same bytes/,
    ));
  it('is caught when it cannot be stopped, or says nothing of its progress', async () => {
    const deaf = source((params, work) => sound(params, { ...work, signal: new AbortController().signal }));
    await expectBroken(deaf, 'interruption', /throwIfAborted/);
    await expectBroken(
      source((params, work) => sound(params, { ...work, progress: async () => {} })),
      'generate',
      /reports no progress/,
    );
  });
  it('is caught when what it made passes for real', () =>
    expectBroken(
      source(async (params, work) => {
        await sound(params, work);
        const { rm } = await import('node:fs/promises');
        await rm(join(work.folder, 'phantom.json'));
      }),
      'synthetic',
      /SYNTHETIC/,
    ));
  it('is caught when its contract promises no labels', () =>
    expectBroken(
      source(sound, { contract: () => ({ identities: 'public', labels: false, repairIntercept: false }) }),
      'labels',
      /its contract says labels: false/,
    ));
  it('is caught when a missing folder opens', () =>
    expectBroken(
      source(sound, {
        open: async (_params: unknown, root: string) =>
          (await openKaggleFolder(root).catch(() => null)) ?? {
            root,
            async *files() {},
            read: async () => Buffer.of(),
            labels: null,
            synthetic: true,
          },
      }),
      'a folder that is missing',
      /source-missing/,
    ));
  it('is caught when it lists a file twice and lies about its size', async () => {
    const root = await mkdtemp(join(tmpdir(), 'ichor-kit-'));
    await writeFile(join(root, 'a.dcm'), 'abc');
    const twice = defineSource({
      ...(folder as Source<typeof none>),
      open: async (params, at) => {
        const open = await (folder as Source<typeof none>).open(params, at);
        return {
          ...open,
          async *files() {
            for await (const file of open.files()) yield* [file, { ...file, bytes: 7 }];
          },
        };
      },
    });
    await expectBroken(twice, '(files|read)', /gives "a\.dcm" twice[\s\S]*has 3 bytes, and files\(\) says 7/, { root });
    const { skipped } = await testComponent(folder);
    expect(skipped).toEqual(['files and labels: give `root`, a folder that the source can open.']);
  });
});
