import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectCommand } from '../../src/cli/data-inspect.ts';

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
