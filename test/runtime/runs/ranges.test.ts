import { cp, mkdir, mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { LABELS } from '../../../src/labels.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import type { RunEvent } from '../../../src/runtime/events.ts';
import { beginJobs, jobsFolder } from '../../../src/runtime/jobs/folder.ts';
import type { LedgerPart } from '../../../src/runtime/ledger.ts';
import { planRecipe } from '../../../src/runtime/plan/plan.ts';
import { type Range, rangesOf } from '../../../src/runtime/range.ts';
import { findGarbage } from '../../../src/runtime/runs/garbage.ts';
import { type RunResult, runPlan } from '../../../src/runtime/runs/run.ts';
import { type Manifest, readManifest, Store } from '../../../src/runtime/store/store.ts';
import { sharedData } from '../../shared-data.ts';
import { kaggleFolder, series } from '../stages/kaggle-folder.ts';

const registry = createRegistry(builtIn);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ichor-ranges-'));
});
afterAll(() => rm(folder, { recursive: true, force: true, maxRetries: 3 }));

const recipeOf = (source: string, image = '{ size: 32 }') => `recipe: 1
name: ranges
data:
  source: ${source}
  split: { validation: 0.4 }
  image: ${image}
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, width: 0.25, blocks: 1 }
sequence: none
train: { backbone: { epochs: 1 } }
`;
const PHANTOM = recipeOf(
  '{ type: phantom, studies: 14, testStudies: 1, minimumSlices: 4, maximumSlices: 6, size: 64 }',
);

interface Made {
  store?: string;
  text?: string;
  until?: string;
  range?: Range;
  ranges?: number;
  signal?: AbortSignal;
  emit?: (event: RunEvent) => void;
}

async function make({ store = 'store', text = PHANTOM, until = 'shards', emit, signal, ...more }: Made) {
  const { recipe, diagnostics } = await resolveText(text, { registry, cwd: folder, set: [] });
  if (recipe === null) throw new Error(diagnostics.map(({ message }) => message).join('\n'));
  return runPlan({
    recipe,
    recipeText: text,
    registry,
    plan: planRecipe(recipe, registry),
    storeRoot: join(folder, store),
    workspace: folder,
    engine: 'wasm',
    until,
    emit: emit ?? (() => {}),
    signal: signal ?? new AbortController().signal,
    workers: 1,
    ...more,
  });
}

const artifactOf = ({ artifacts }: RunResult, id: string) => artifacts.get(id)?.folder as string;
const manifestOf = async (run: RunResult, id: string) => (await readManifest(artifactOf(run, id))) as Manifest;
const ledgerOf = async (run: RunResult, id: string): Promise<LedgerPart> =>
  JSON.parse(await readFile(join(artifactOf(run, id), 'ledger.json'), 'utf8'));
const rangesIn = (store: string) => readdir(join(folder, store, 'store', 'range')).catch(() => []);

/** Every range by itself, then what joins them. */
async function inRanges(of: number, made: Made): Promise<RunResult> {
  for (const range of rangesOf(of)) await make({ ...made, range });
  return make({ ...made, ranges: of });
}

describe('shards and embeddings that were made in ranges', () => {
  let whole: RunResult;
  beforeAll(async () => {
    // What is divided reads the same source and index in each store.
    await make({ store: 'base', until: 'index' });
    await rm(join(folder, 'base', 'runs'), { recursive: true });
    await begin('whole');
    whole = await make({ store: 'whole', until: 'embed' });
  }, 60_000);
  const begin = (store: string) => cp(join(folder, 'base'), join(folder, store), { recursive: true });

  // Of 5 shards of 16 slices there are fewer than ranges: some have nothing to do.
  it.each([1, 2, 3, 7])(
    'of %i are equal to those of one piece, file by file, and leave no range behind',
    async (of) => {
      const store = `of-${of}`;
      await begin(store);
      await inRanges(of, { store });
      const notes: string[] = [];
      for (const range of rangesOf(of)) await make({ store, until: 'embed', range });
      const joined = await make({
        store,
        until: 'embed',
        ranges: of,
        emit: (event) => event.type === 'note' && notes.push(event.message),
      });
      for (const id of ['shards', 'embed']) {
        const [manifest, expected] = [await manifestOf(joined, id), await manifestOf(whole, id)];
        expect(manifest.files, id).toEqual(expected.files);
        expect({ ...manifest, finished: '', seconds: 0, peakBytes: 0, ranges: 0 }).toEqual({
          ...expected,
          finished: '',
          seconds: 0,
          peakBytes: 0,
          ranges: 0,
        });
        expect(manifest.ranges).toBe(of);
        // Links of files that their ranges had are files of their own now.
        for (const [name, { bytes }] of Object.entries(manifest.files))
          expect(await stat(join(artifactOf(joined, id), name))).toMatchObject({ size: bytes, nlink: 1 });
      }
      expect(notes).toContain(`embed is joined of ${of} ${of === 1 ? 'range' : 'ranges'}`);
      expect(await rangesIn(store)).toEqual([]);
      expect(await readdir(join(folder, store, 'partial'))).toEqual([]);
      // A range leaves no run: those that joined them do.
      expect(await readdir(join(folder, store, 'runs'))).toEqual(['ranges-1', 'ranges-2']);
    },
    60_000,
  );

  it('say what they took, not what it took to join them', async () => {
    const store = 'times';
    await begin(store);
    for (const range of rangesOf(3)) await make({ store, range });
    const ranges = await Promise.all(
      (await rangesIn(store)).map((key) => readManifest(join(folder, store, 'store', 'range', key))),
    );
    const { seconds, peakBytes } = await manifestOf(await make({ store, ranges: 3 }), 'shards');
    expect(ranges).toHaveLength(3);
    expect(seconds).toBeGreaterThan(ranges.reduce((sum, range) => sum + (range?.seconds ?? Number.NaN), 0));
    expect(peakBytes).toBeGreaterThanOrEqual(Math.max(...ranges.map((range) => range?.peakBytes ?? Number.NaN)));
  }, 60_000);

  it('are made where a range is not there, and taken from another division', async () => {
    const store = 'missing';
    await begin(store);
    await make({ store, range: { place: 2, of: 3 } });
    const notes: string[] = [];
    const emit = (event: RunEvent) => event.type === 'note' && notes.push(event.message);
    const shards = await make({ store, ranges: 3, emit });
    expect(notes).toContain('shards is joined of 1 range, and makes 2 more that are not there');
    expect((await manifestOf(shards, 'shards')).files).toEqual((await manifestOf(whole, 'shards')).files);
    await make({ store, until: 'embed', range: { place: 1, of: 2 } });
    await make({ store, until: 'embed', range: { place: 4, of: 5 } });
    const embed = await make({ store, until: 'embed', emit });
    expect(notes).toContain('embed is joined of 2 ranges');
    expect((await manifestOf(embed, 'embed')).files).toEqual((await manifestOf(whole, 'embed')).files);
    expect(await rangesIn(store)).toEqual([]);
  }, 60_000);

  it('go on within a range that was stopped, and make no finished one again', async () => {
    const store = 'stopped';
    await begin(store);
    await make({ store, range: { place: 1, of: 2 } });
    const controller = new AbortController();
    const stopped = make({
      store,
      range: { place: 2, of: 2 },
      signal: controller.signal,
      // Two shards of it are written then, and one is begun.
      emit: (event) => event.type === 'progress' && event.done >= 34 && controller.abort(new Error('stopped')),
    });
    await expect(stopped).rejects.toThrow('stopped');
    const [partial = ''] = await readdir(join(folder, store, 'partial'));
    const shards = (await readdir(join(folder, store, 'partial', partial))).filter((name) =>
      name.endsWith('.tfrecord'),
    );
    expect(shards.length).toBeGreaterThan(0);
    const began: string[] = [];
    const emit = (event: RunEvent) => event.type === 'stage-start' && began.push(`${event.stage} ${event.fresh}`);
    for (const range of rangesOf(2)) await make({ store, range, emit });
    const joined = await make({ store, ranges: 2, emit });
    expect(began).toEqual(['shards:range-2-of-2 false', 'shards true']);
    expect((await manifestOf(joined, 'shards')).files).toEqual((await manifestOf(whole, 'shards')).files);
  }, 60_000);

  it('are kept from garbage collection as long as there are jobs that want them', async () => {
    const store = new Store(join(folder, 'garbage'));
    await begin('garbage');
    await make({ store: 'garbage', range: { place: 1, of: 2 } });
    const [key = ''] = await rangesIn('garbage');
    // What else such a run made is kept by the run of a job before it.
    const ranges = async () => (await findGarbage(store)).filter(({ name }) => name.startsWith('range/'));
    expect(await ranges()).toHaveLength(1);
    const job = { name: 'shards', point: 'run', until: 'shards', needs: [], recipe: '', estimate: NOTHING };
    const makes = [{ id: 'shards:range-1-of-2', stage: 'range' as const, key }];
    await beginJobs(jobsFolder(store.root, 'run-ranges'), { ...JOBS, jobs: [{ ...job, makes }] }, false);
    expect(await ranges()).toEqual([]);
    const kept = join(folder, 'kept');
    await cp(store.folder('range', key), kept, { recursive: true });
    await make({ store: 'garbage', ranges: 2 });
    // One that came too late: the whole is there.
    await cp(kept, store.folder('range', key), { recursive: true });
    expect(await ranges()).toHaveLength(1);
  }, 60_000);
});

const NOTHING = { seconds: 0, bytes: 0, peakBytes: null, complete: true };
const JOBS = {
  format: 1 as const,
  name: 'run-ranges',
  token: 'token',
  executor: 'local',
  params: {},
  of: null,
  cwd: '/',
  store: '/',
  version: '',
  node: '',
  engine: null,
  isa: null,
  threads: null,
};

describe('ranges of files that somebody else wrote', () => {
  /** The whole and the joined ones are equal, and so is all that is said of files and slices, in its order. */
  async function compared(text: string, name: string, divisions: readonly number[]): Promise<LedgerPart> {
    const whole = await make({ store: `${name}-whole`, text });
    const expected = await manifestOf(whole, 'shards');
    for (const of of divisions) {
      const joined = await inRanges(of, { store: `${name}-${of}`, text });
      expect((await manifestOf(joined, 'shards')).files, `${of} ranges`).toEqual(expected.files);
      expect(await ledgerOf(joined, 'shards')).toEqual(await ledgerOf(whole, 'shards'));
      expect(joined.notices).toEqual(whole.notices);
    }
    return ledgerOf(whole, 'shards');
  }

  it('with faults say the same of them, in the same order', async () => {
    const root = await kaggleFolder([...'abcdefgh'].flatMap((patient) => series(patient, 9, { rows: 8, columns: 8 })));
    for (const id of ['ID_a3', 'ID_d8', 'ID_h0']) {
      const file = join(root, 'stage_2_train', `${id}.dcm`);
      await truncate(file, (await stat(file)).size - 40);
    }
    const ledger = await compared(recipeOf(`{ type: rsna, root: ${root} }`), 'faults', [2, 5]);
    expect(ledger.leftOut.map(({ item }) => item)).toEqual(
      ['a3', 'd8', 'h0'].map((slice) => expect.stringContaining(`ID_${slice}.dcm`)),
    );
  }, 60_000);

  it('make again what holds something else since, and nothing of it is in the whole', async () => {
    const root = await kaggleFolder([...'abcdef'].flatMap((patient) => series(patient, 8, { rows: 8, columns: 8 })));
    const text = recipeOf(`{ type: rsna, root: ${root} }`);
    for (const range of rangesOf(2)) await make({ store: 'changed', text, range });
    const file = join(root, 'stage_2_train', 'ID_a0.dcm');
    const bytes = await readFile(file);
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1;
    await writeFile(file, bytes);
    const joined = await make({ store: 'changed', text, ranges: 2 });
    const fresh = await make({ store: 'changed-fresh', text });
    const [got, expected] = [(await manifestOf(joined, 'shards')).files, (await manifestOf(fresh, 'shards')).files];
    expect(got).toEqual(expected);
  }, 60_000);

  const corpus = sharedData('dicom-corpus');
  it.skipIf(corpus === null)(
    'of many makers and encodings say the same of all of them',
    async () => {
      const root = join(folder, 'corpus');
      await mkdir(root);
      await cp(corpus as string, root, { recursive: true });
      const labels = join(folder, 'labels.csv');
      const names = (await readdir(root)).filter((name) => name.endsWith('.dcm'));
      await writeFile(
        labels,
        [`path,${LABELS}`, ...names.map((name, i) => `${name}${`,${i % 2}`.repeat(LABELS.length)}`), ''].join('\n'),
      );
      const text = recipeOf(`{ type: folder, root: ${root} }`).replace(
        '  split:',
        `  series: { choose: all }\n  labels: { file: ${labels}, path: path, columns: { ${LABELS.map((label) => `${label}: ${label}`).join(', ')} } }\n  split:`,
      );
      const ledger = await compared(text, 'corpus', [3]);
      expect(ledger.notes.length).toBeGreaterThan(0);
      expect(ledger.leftOut.length).toBeGreaterThan(0);
    },
    120_000,
  );
});
