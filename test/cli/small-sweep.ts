import { mkdtempSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SweepLedger } from '../../src/runtime/runs/points-ledger.ts';

export const RECIPE = `recipe: 1
name: tried
data:
  source: { type: phantom, studies: 8, testStudies: 1, minimumSlices: 4, maximumSlices: 5, size: 64 }
  split: { validation: 0.4 }
  image: { size: 32 }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: { type: small-cnn, width: 0.25, blocks: 2 }
sequence: { type: bi-lstm, cells: 4, layers: 1 }
train: { backbone: { epochs: 1 }, sequence: { epochs: 1 } }
sweep:
  grid: { data.split.validation: [0.4, 0.01], sequence.cells: [4, 6] }
`;

/** A folder with a sweep of four points, which goes with its test file. */
export function smallSweep() {
  const folder = mkdtempSync(join(tmpdir(), 'ichor-sweep-'));
  const recipe = join(folder, 'tried.yaml');
  writeFileSync(recipe, RECIPE.replace(', 0.01', ', 0.3'));

  const sweep = (store: string, ...more: string[]) => [
    'sweep',
    recipe,
    '--engine',
    'wasm',
    '--store',
    join(folder, store),
    ...more,
  ];
  const ledgerOf = async (store: string): Promise<SweepLedger> =>
    JSON.parse(await readFile(join(folder, store, 'sweeps', 'tried', 'ledger.json'), 'utf8')) as SweepLedger;
  return { folder, recipe, sweep, ledgerOf };
}
