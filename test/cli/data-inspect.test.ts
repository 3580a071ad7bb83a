import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectCommand } from '../../src/cli/data-inspect.ts';
import { head } from '../runtime/stages/index-of.ts';
import { kaggleFolder } from '../runtime/stages/kaggle-folder.ts';

const recipe = async (root: string): Promise<string> => {
  const file = join(await mkdtemp(join(tmpdir(), 'ichor-inspect-')), 'mine.yaml');
  await writeFile(
    file,
    `{ recipe: 1, name: mine, data: { source: { type: rsna${root} } }, windows: { brain: { level: 40, width: 80 } }, channels: [brain], augment: [], backbone: small-cnn, sequence: none }`,
  );
  return file;
};

describe('data inspect, called wrongly', () => {
  it.each([
    ['no place and no recipe', async () => ({}), 'wrong-call', 'nothing says what is to be looked at'],
    [
      'a recipe that says none',
      async () => ({ recipe: await recipe(', root: ""') }),
      'wrong-call',
      'no place is named',
    ],
    [
      'a place that is gone',
      async () => ({ recipe: await recipe(', root: nowhere') }),
      'source-missing',
      'data.source.root',
    ],
    ['a sheet that is no page', async () => ({ pictures: 'sheet.png' }), 'wrong-call', '.html'],
  ])('%s: ends with 2, and says what to do', async (_, options, code, words) => {
    const failure = await inspectCommand([], { quiet: true, ...(await options()) }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code, exit: 2 });
    expect(`${(failure as Error).message} ${(failure as { hint: string }).hint}`).toContain(words);
  });
});

describe('data inspect of a recipe with a table of labels of its own', () => {
  const withTable = async (rows: readonly string[]) => {
    const slices = head('A', 3, (i) => ({ instance: i + 1, patient: 'P 7' }));
    const root = await kaggleFolder(slices, { csv: false });
    await writeFile(join(root, 'mine.csv'), ['Patient,Slice,E,P,V,H,D', ...rows, ''].join('\n'));
    const file = join(root, 'mine.yaml');
    await writeFile(
      file,
      `recipe: 1
name: mine
data:
  source: { type: folder, root: ${JSON.stringify(join(root, 'stage_2_train'))} }
  labels: { file: ${JSON.stringify(join(root, 'mine.csv'))}, patient: Patient, number: Slice, columns: { epidural: E, intraparenchymal: P, intraventricular: V, subarachnoid: H, subdural: D } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
augment: []
backbone: small-cnn
sequence: none
`,
    );
    const said: string[] = [];
    const { write } = process.stdout;
    process.stdout.write = ((text: string, ...rest: unknown[]) => {
      said.push(text);
      return (rest.at(-1) as (() => void) | undefined)?.() ?? true;
    }) as typeof write;
    try {
      await inspectCommand([], { quiet: true, json: true, showIds: true, recipe: file });
    } finally {
      process.stdout.write = write;
    }
    return JSON.parse(said.join('')) as { labels: { labelled: number; unlabelled: number } | null };
  };

  it('joins it as a run does, and ends with the error that a run ends with', async () => {
    const found = await withTable(['P 7,1,0,1,0,0,0', 'P 7,2,0,0,0,0,0']);
    expect(found.labels).toMatchObject({ labelled: 2, unlabelled: 1 });
    await expect(withTable(['P 7,1,0,1,0,0,0', 'P 7,2,0,yes,0,0,0'])).rejects.toMatchObject({
      code: 'bad-label-rows',
      exit: 2,
    });
  });
});
