import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ichor } from '../cli.ts';

const RECIPE = `recipe: 1
name: folds
data:
  source: { type: phantom, studies: 12, testStudies: 1, minimumSlices: 4, maximumSlices: 5, size: 64 }
  split: { validation: 0.4 }
  image: { size: 32 }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, width: 0.25, blocks: 2 }
sequence: { type: bi-lstm, cells: 4, layers: 1 }
train: { backbone: { epochs: 1 }, sequence: { epochs: 1, embeddings: { crossfit: 2 } } }
`;

/** A folder with a recipe over folds and a sweep for the executor `local`; it goes with its test file. */
export function onLocal() {
  const folder = mkdtempSync(join(tmpdir(), 'ichor-on-'));
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'folds.yaml'), RECIPE);
  writeFileSync(
    join(folder, 'cells.yaml'),
    RECIPE.replace('folds', 'cells').replace(', embeddings: { crossfit: 2 }', '') +
      'sweep: { grid: { sequence.cells: [4, 6] } }\n',
  );
  const called = (...words: string[]) => ichor(words, { cwd: folder });
  const on = (store: string, ...words: string[]) => [
    ...words,
    '--engine',
    'wasm',
    '--store',
    join(folder, store),
    '--on',
    'local',
  ];
  const file = (store: string, ...names: string[]) => readFile(join(folder, store, ...names), 'utf8');
  return { folder, called, on, file };
}
