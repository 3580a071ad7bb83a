import { expect, it } from 'vitest';
import { openRegistry } from '../../../src/library/registry.ts';
import { resolveText } from '../../../src/registry/resolve/resolve.ts';
import { diffPlans, recipeSide } from '../../../src/runtime/plan/diff.ts';

const registry = openRegistry();

async function sideOf(more: string) {
  const text = `recipe: 1
name: heads
data: { source: { type: phantom } }
windows: { brain: { level: 40, width: 80 } }
channels: [brain]
backbone: small-cnn
${more}`;
  const { recipe, tree, diagnostics } = await resolveText(text, { registry });
  if (recipe === null || tree === null) throw new Error(JSON.stringify(diagnostics));
  return recipeSide(recipe, tree, registry);
}

const touched = async (left: string, right: string) =>
  diffPlans(await sideOf(left), await sideOf(right), registry).values.map(({ path, stages }) => [path, ...stages]);

it('says of a value that brings stages with it which those are, from both sides', async () => {
  const calibrated = ['calibration:backbone', 'calibrate:backbone'];
  for (const pair of [
    ['', 'calibration: temperature\n'],
    ['calibration: temperature\n', ''],
  ] as const) {
    const all = await touched(pair[0], pair[1]);
    expect(all.length).toBeGreaterThan(0);
    for (const [path, ...stages] of all) {
      expect(path).toMatch(/^calibration/);
      expect(stages).toEqual(calibrated);
    }
  }
});

it('says of a value that both sides have which stages read it, and of no other', async () => {
  expect(await touched('', 'seed: 4\n')).toEqual([['seed', 'backbone']]);
  expect(await touched('calibration: temperature\n', 'calibration: { type: temperature, by: all }\n')).toEqual([
    ['calibration.by', 'calibration:backbone', 'calibrate:backbone'],
  ]);
});
