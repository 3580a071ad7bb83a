import { mkdir, mkdtemp, rename, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { NoteEvent } from '../../../src/runtime/events.ts';
import { type OpenData, openData } from '../../../src/runtime/open-data.ts';
import { openKaggleFolder } from '../../../src/runtime/sources/kaggle.ts';
import { walkFiles } from '../../../src/runtime/sources/walk.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { DataStages } from '../stages/context.ts';
import { kaggleFolder, series } from '../stages/kaggle-folder.ts';

const walked = async (root: string) => {
  const found: string[] = [];
  for await (const { path, problem } of walkFiles(root)) found.push(problem ? `${path}: ${problem.reason}` : path);
  return found;
};

describe('what lies beside the data', () => {
  it('hidden folders are named and not entered, those of tools are passed over', async () => {
    const root = await mkdtemp(join(tmpdir(), 'ichor-hidden-'));
    for (const folder of ['.export', '.git', '.ichor', '.Trash-1000', 'seen']) {
      await mkdir(join(root, folder));
      await writeFile(join(root, folder, 'a.dcm'), 'x');
    }
    expect(await walked(root)).toEqual(['.export: hidden-folder', 'seen/a.dcm']);
    const stages = await DataStages.of(root, { source: 'folder' });
    await expect(stages.run(indexStage)).rejects.toMatchObject({ code: 'source-empty' });
  });

  it('an archive that nobody has unpacked is named, a private one only as one', async () => {
    const root = await mkdtemp(join(tmpdir(), 'ichor-packed-'));
    await writeFile(join(root, 'SMITH.zip'), 'PK');
    await expect(openKaggleFolder(root)).rejects.toMatchObject({
      code: 'source-missing',
      hint: `SMITH.zip lies there: name it in the folder's place, it is read as it is: --set data.source.root=${join(root, 'SMITH.zip')}`,
    });
    await mkdir(join(root, 'stage_2_train'));
    await expect((await DataStages.of(root)).run(indexStage)).rejects.toMatchObject({
      code: 'source-empty',
      hint: expect.stringContaining('Beside it lies SMITH.zip'),
    });
    const stages = await DataStages.of(join(root, 'stage_2_train'), { source: 'folder' });
    await expect(stages.run(indexStage)).rejects.toMatchObject({
      code: 'source-empty',
      hint: 'Name a folder of DICOM files, a file or a zip: `ichor predict RUN DIR`. Beside it lies an archive: are the pictures still in there?',
    });
  });

  const beside = async (made: (root: string) => Promise<unknown>) => {
    const root = await kaggleFolder(series('a', 3, { positive: ['subdural'] }));
    await made(root);
    return (await openKaggleFolder(root)).passedOver;
  };
  const tables = (files: Record<string, string>) => (root: string) =>
    Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(root, name), text)));

  it('another set of Kaggle, and folders of pictures under other names, are named', async () => {
    expect(await beside(async () => undefined)).toBeUndefined();
    const folders = ['stage_1_train', 'stage_2_train_old', 'Stage_2_Test', 'val', 'latest'];
    const made = (root: string) => Promise.all(folders.map((name) => mkdir(join(root, name))));
    expect(await beside(made)).toEqual(['Stage_2_Test', 'stage_1_train', 'stage_2_train_old']);
  });

  it('nothing is named that a link is read for, and a labels file that is none is called so', async () => {
    const linked = async (root: string) => {
      await rename(join(root, 'stage_2_train.csv'), join(root, 'real.csv'));
      await symlink('real.csv', join(root, 'stage_2_train.csv'));
      await rename(join(root, 'stage_2_train'), join(root, 'train'));
      await symlink('train', join(root, 'stage_2_train'));
    };
    expect(await beside(linked)).toBeUndefined();
    const root = await kaggleFolder(series('a', 1), { csv: false });
    await symlink('gone.csv', join(root, 'stage_2_train.csv'));
    expect((await openKaggleFolder(root)).noLabels).toContain('stage_2_train.csv is no file that can be read');
  });

  it('any table with rows of labels is named, none with other rows', async () => {
    const named = {
      'stage_1_train.csv': 'ID,Label\nID_a_any,1\n',
      'stage_2_train (1).csv': 'ID,Label\nID_a_any,0\n',
      'labels.csv': ',ID,Label\n0,ID_a_any,0\n',
      'train.TXT': 'x_any,1\n',
    };
    const others = {
      'stage_2_sample_submission.csv': 'ID,Label\nID_a_any,0.5\n',
      'submission.csv': 'ID,Label\nID_a_any,1\n',
      'probabilities.csv': 'ID,Label\nID_a_any,0.5\n'.repeat(1),
      'patients.csv': 'patient,age\n1,2\n',
      'README.txt': 'Copied in May.\n',
      'empty.csv': '',
    };
    const found = await beside(tables({ ...named, ...others }));
    expect(found).toEqual(Object.keys(named).sort());
  });

  it('is said of each run, also where index is recalled: it is no part of a key', async () => {
    const root = await kaggleFolder(series('a', 3, { positive: ['subdural'] }));
    const said: NoteEvent[] = [];
    const stages = await DataStages.of(root);
    const { recipe, registry, emit } = stages.context('index', root, {
      emit: (event) => event.type === 'note' && said.push(event),
    });
    const identity = Buffer.alloc(32, 7);
    const opened = new Map<string, OpenData>();
    const options = { recipe, registry, emit, workspace: root, identity, signal: new AbortController().signal, opened };
    const before = await openData({ ...options, opened: new Map() });
    expect(said).toEqual([]);
    await writeFile(join(root, 'stage_2_train-corrected.csv'), 'ID,Label\nID_a0_any,0\n');
    for (const _ of [1, 2]) expect((await openData(options))?.fingerprint).toBe(before?.fingerprint);
    expect(said.map(({ code }) => code)).toEqual(['other-set-there', 'other-set-there']);
    expect(said[0]?.message).toContain('stage_2_train-corrected.csv');
  });
});
