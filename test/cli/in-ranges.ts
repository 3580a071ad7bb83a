import { mkdtempSync, writeFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Manifest } from '../../src/runtime/store/store.ts';

const RECIPE = `recipe: 1
name: cells
data:
  source: { type: phantom, studies: 14, testStudies: 1, minimumSlices: 4, maximumSlices: 5, size: 64 }
  split: { validation: 0.4 }
  image: { size: 32 }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, width: 0.25, blocks: 1 }
sequence: { type: bi-lstm, cells: 4, layers: 1 }
train: { backbone: { epochs: 1 }, sequence: { epochs: 1 } }
`;

/** A folder with a recipe and a sweep whose jobs are made in two ranges, on this machine; it goes with its test file. */
export function inRanges() {
  const folder = mkdtempSync(join(tmpdir(), 'ichor-on-ranges-'));
  writeFileSync(join(folder, 'package.json'), '{}');
  writeFileSync(join(folder, 'one.yaml'), RECIPE.replace('cells', 'one'));
  writeFileSync(join(folder, 'cells.yaml'), `${RECIPE}sweep: { grid: { sequence.cells: [4, 6] } }\n`);
  writeFileSync(join(folder, 'ranges.yaml'), 'executor: { ranges: 2 }\n');

  const on = (store: string, ...words: string[]) => [
    ...words,
    ...[
      '--engine',
      'wasm',
      '--store',
      join(folder, store),
      '--on',
      'local',
      '--jobs',
      '2',
      '--on-config',
      'ranges.yaml',
    ],
  ];
  const text = (...names: string[]) => readFile(join(folder, ...names), 'utf8');
  const namesIn = (...names: string[]) => readdir(join(folder, ...names)).catch(() => [] as string[]);

  /** The files of all artifacts by their SHA-256; a report says when its stages were made. */
  async function filesOf(store: string): Promise<Record<string, Manifest['files']>> {
    const found: Record<string, Manifest['files']> = {};
    for (const stage of await namesIn(store, 'store'))
      for (const key of stage === 'report' ? [] : await namesIn(store, 'store', stage))
        found[`${stage} ${key}`] = JSON.parse(await text(store, 'store', stage, key, 'manifest.json')).files;
    return found;
  }
  return { folder, on, text, namesIn, filesOf };
}
