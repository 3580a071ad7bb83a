import { appendFile, link, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LABELS } from '../../../src/labels.ts';
import { type SliceRow, writeSlices } from '../../../src/runtime/artifacts/slices.ts';
import type { RunEvent } from '../../../src/runtime/events.ts';
import { restoreFiles, type ShowOptions, showFiles } from '../../../src/runtime/runs/shown-files.ts';
import type { Artifact } from '../../../src/runtime/store/artifact.ts';
import { Store } from '../../../src/runtime/store/store.ts';
import { draft } from '../draft.ts';

let root: string;
let run: string;
let artifacts: Map<string, Artifact>;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'ichor-shown-'));
  run = join(root, 'run');
  await mkdir(run);
  const store = new Store(root);
  await store.prepare();
  artifacts = new Map();
  for (const [id, stage, names] of [
    ['predict:backbone', 'predict', ['predictions.csv']],
    ['evaluate', 'evaluate', ['metrics.json', 'submission.csv']],
  ] as const) {
    const { folder } = await store.begin(id);
    for (const name of names) await writeFile(join(folder, name), `what ${name} holds\n`);
    artifacts.set(id, await store.finish({ ...draft(id), stage }));
  }
  await showFiles(run, artifacts);
});
afterEach(() => rm(root, { recursive: true, force: true }));

const original = () => join(artifacts.get('predict:backbone')?.folder ?? '', 'predictions.csv');
const shown = () => join(run, 'predictions.csv');
const text = (file: string) => readFile(file, 'utf8');

/** What is said when another command finds that this run stands for it. */
async function restored(options: ShowOptions = {}): Promise<string[]> {
  const said: string[] = [];
  const tell = (event: RunEvent) => {
    if (event.type === 'note') said.push(`${event.code} ${event.message.replaceAll(run, 'RUN')}`);
  };
  await restoreFiles(run, artifacts, tell, options);
  return said;
}

it('what a run shows is as it was: nothing is said, nothing written', async () => {
  const before = await stat(shown());
  expect((await readdir(run)).sort()).toEqual(['metrics.json', 'predictions.csv', 'submission.csv']);
  expect(await restored()).toEqual([]);
  // Touched, and the same.
  await utimes(shown(), new Date(), new Date());
  expect(await restored()).toEqual([]);
  expect((await stat(shown())).ino).toBe(before.ino);
});

it('a program that writes into a shown file changes no artifact', async () => {
  await appendFile(shown(), 'more');
  expect(await text(original())).toBe('what predictions.csv holds\n');
});

it('what is missing or empty is copied again, and said', async () => {
  await rm(join(run, 'submission.csv'));
  await writeFile(shown(), '');
  expect(await restored()).toEqual([
    'run-file-restored RUN/submission.csv was missing: it was copied from the store again.',
    'run-file-restored RUN/predictions.csv was empty: it was copied from the store again.',
  ]);
  expect(await text(shown())).toBe('what predictions.csv holds\n');
  expect((await readdir(run)).sort()).toEqual(['metrics.json', 'predictions.csv', 'submission.csv']);
  expect(await restored()).toEqual([]);
});

it('what somebody wrote there is kept beside it, each time, of the same size too', async () => {
  await writeFile(shown(), 'WHAT predictions.csv holds\n');
  expect(await restored()).toEqual([
    'run-file-restored RUN/predictions.csv was not what the run made: it was copied from the store again. What stood there is RUN/predictions.csv.edited now.',
  ]);
  await writeFile(shown(), 'mine');
  expect((await restored()).join()).toContain('predictions.csv.edited-2 now');
  expect(await text(`${shown()}.edited`)).toBe('WHAT predictions.csv holds\n');
  expect(await text(`${shown()}.edited-2`)).toBe('mine');
  expect(await text(shown())).toBe('what predictions.csv holds\n');
  await rm(shown());
  await mkdir(shown());
  expect((await restored()).join()).toContain('predictions.csv.edited-3 now');
});

it('a hard link of an earlier version becomes a copy; one that was written through is a damaged artifact', async () => {
  await rm(shown());
  await link(original(), shown());
  expect(await restored()).toEqual([]);
  expect((await stat(shown())).ino).not.toBe((await stat(original())).ino);
  await rm(shown());
  await link(original(), shown());
  await writeFile(shown(), 'WHAT predictions.csv holds\n');
  await expect(restored()).rejects.toMatchObject({ code: 'artifact-damaged' });
  expect(await text(shown())).toBe('WHAT predictions.csv holds\n');
});

it('of a damaged artifact nothing is shown', async () => {
  await writeFile(original(), 'WHAT predictions.csv holds\n');
  const other = join(root, 'other');
  await mkdir(other);
  await expect(showFiles(other, artifacts)).rejects.toMatchObject({ code: 'artifact-damaged' });
  // What the run has of it is sound.
  expect(await text(shown())).toBe('what predictions.csv holds\n');
});

describe('what was seen in training', () => {
  const patients = () => join(run, 'patients.csv');
  const doubts = new Map([['b', 'picture seen in training' as const]]);
  const predictions = 'slice,doubtful,any\na,derived,0.1\nb,derived; bone kernel,1e-7\n';
  const series = 'series,doubtful,call\n"of ""a""",,0\n"of ""b""",,1\n';
  beforeEach(async () => {
    const store = new Store(root);
    await rm(run, { recursive: true });
    await mkdir(run);
    const table = await store.begin('index');
    await writeSlices(
      table.folder,
      ['a', 'b'].map(
        (slice, order): SliceRow => ({
          ...{
            slice,
            series: `of "${slice}"`,
            study: 't',
            patient: 'p',
            group: 'p',
            file: `${slice}.dcm`,
            set: 'test',
            order,
          },
          ...{ positionMm: null, spacingMm: null, format: '12u', rows: 4, columns: 4, bytes: 1, headerHash: 'x' },
          labels: null,
        }),
      ),
    );
    artifacts.set('index', await store.finish({ ...draft('index'), stage: 'index' }));
    for (const [id, stage, name, text] of [
      ['predict:backbone', 'predict', 'predictions.csv', predictions],
      ['evaluate', 'evaluate', 'patients.csv', series],
    ] as const) {
      const { folder } = await store.begin(`${id} 2`);
      await writeFile(join(folder, name), text);
      artifacts.set(id, await store.finish({ ...draft(`${id} 2`), stage }));
    }
    await showFiles(run, artifacts, { doubts });
  });

  it('stands on the rows of it, in the tables of the run alone, and stays there', async () => {
    expect(await text(shown())).toBe(predictions.replace('kernel', 'kernel; picture seen in training'));
    expect(await text(patients())).toBe(series.replace(',,1', ',picture seen in training,1'));
    expect(await text(original())).toBe(predictions);
    expect(await restored({ doubts })).toEqual([]);
    // The trained run is gone: what was known stays.
    expect(await restored()).toEqual([]);
    expect(await text(shown())).toContain('seen in training');
    expect((await readdir(run)).sort()).toEqual(['patients.csv', 'predictions.csv']);
  });

  it('stands beside paths that are asked for later, or stood there before', async () => {
    const { folder } = await new Store(root).begin('evaluate 3');
    const cells = 'b,R,S,P,test,predicted,,2,2,5,any,0,0,0,0,0,1,SYNTHETIC';
    const columns = `slice,series,study,patient,side,how,doubtful,place,slices,position_mm,above,${LABELS.join()},marks`;
    await writeFile(join(folder, 'flagged.csv'), `${columns}\n${cells}\n`);
    artifacts.set('evaluate', await new Store(root).finish({ ...draft('evaluate 3'), stage: 'evaluate' }));
    const flagged = () => text(join(run, 'flagged.csv'));
    const [marked, whole] = [cells.replace('predicted,', 'predicted,picture seen in training'), ',b.dcm,'];
    await showFiles(run, artifacts, { doubts });
    expect(await flagged()).toBe(`${columns}\n${marked}\n`);
    expect(await restored({ doubts, paths: true })).toEqual([]);
    expect(await flagged()).toBe(`${columns},path,frame\n${marked}${whole}\n`);
    expect(await restored()).toEqual([]);
    await showFiles(run, artifacts, { paths: true });
    expect(await flagged()).toBe(`${columns},path,frame\n${cells}${whole}\n`);
    expect(await restored({ doubts })).toEqual([]);
    expect(await flagged()).toBe(`${columns},path,frame\n${marked}${whole}\n`);
    expect(await readdir(run)).not.toContain('flagged.csv.edited');
  });

  it('is written where an earlier version did not, and an edit is kept beside', async () => {
    await showFiles(run, artifacts);
    expect(await text(shown())).toBe(predictions);
    expect(await restored({ doubts })).toEqual([]);
    expect(await text(shown())).toContain('seen in training');
    await writeFile(shown(), (await text(shown())).replace('0.1', '0.9'));
    expect((await restored({ doubts })).join()).toContain('What stood there is RUN/predictions.csv.edited now');
    await writeFile(shown(), (await text(shown())).replace('0.1', '0.9'));
    expect((await restored()).join()).toContain('RUN/predictions.csv.edited-2 now');
    expect(await text(shown())).toBe(predictions);
  });
});
