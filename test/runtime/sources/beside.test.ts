import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
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

  it('another set of Kaggle is named, and only where it is there', async () => {
    const root = await kaggleFolder(series('a', 3, { positive: ['subdural'] }));
    expect((await openKaggleFolder(root)).passedOver).toBeUndefined();
    await mkdir(join(root, 'stage_1_train'));
    await writeFile(join(root, 'stage_1_train.csv'), 'ID,Label\n');
    const stages = await DataStages.of(root);
    await stages.run(indexStage);
    const notes = stages.ledgers.get('index')?.notes.filter(({ reason }) => reason === 'other-set-there');
    expect(notes).toMatchObject([{ kind: 'warning', item: 'stage_1_train' }]);
    expect(notes?.[0]?.message).toContain('stage_1_train, stage_1_train.csv');
  });
});
