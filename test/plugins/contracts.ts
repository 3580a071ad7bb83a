import { expect, it } from 'vitest';
import type { builtIn } from '../../plugins/index.ts';
import { benchOf } from '../../src/testing/bench.ts';
import type { TestOptions } from '../../src/testing/index.ts';
import { testOn } from '../../src/testing/test-component.ts';
import type { TestEngine } from '../engine.ts';

/** What a recipe has to state, and what makes a component small enough to run here. */
const OPTIONS: Record<string, TestOptions> = {
  // A context that nobody has: no cluster of whoever runs this is asked.
  'executor kubernetes': { params: { image: 'ichor', claim: 'study', context: 'ichor-of-no-cluster' } },
  'window linear': { params: { level: 40, width: 80 } },
  'source pictures': { params: { pictures: { brain: '{patient}/{number}.png' } } },
  'source phantom': { small: { studies: 3, testStudies: 1, size: 64, minimumSlices: 3, maximumSlices: 4 } },
  'backbone resnet-50': { small: { width: 0.05, blocks: 0.3 } },
  'backbone resnet-50-v2': { small: { width: 0.05, blocks: 0.3 } },
  'backbone inception-resnet-v2': { small: { width: 0.05, blocks: 0.1 } },
  'backbone inception-v3': { small: { width: 0.05, blocks: 0.3 } },
  'backbone densenet-121': { small: { width: 0.1, blocks: 0.1 } },
  'backbone mobilenet-v2': { small: { width: 0.1, blocks: 0.3 } },
  'backbone efficientnet-lite0': { small: { width: 0.1, blocks: 0.3 } },
  'backbone efficientnet-b0': { small: { width: 0.1, blocks: 0.3 } },
  'sequence bi-lstm': { small: { cells: 8 } },
};
export const optionsOf = ({ kind, name }: { kind: string; name: string }) => OPTIONS[`${kind} ${name}`] ?? {};

/** Kinds whose components compute: the others do the same on every engine. */
const COMPUTES: readonly string[] = ['backbone', 'sequence', 'loss', 'optimizer'];
type BuiltIn = (typeof builtIn)[number];
export const computes = ({ kind }: BuiltIn): boolean => COMPUTES.includes(kind);

/** Tests of components on an engine, by the kit that their authors have. */
export function keepContracts({ engine }: TestEngine, components: readonly BuiltIn[]): void {
  it.each(components.map((component) => ({ title: `${component.kind} ${component.name}`, component })))(
    '$title keeps the contract of its kind',
    async ({ component }) => {
      const report = await testOn(component, optionsOf(component), async () => benchOf(engine));
      expect(report.checked.length).toBeGreaterThan(4);
      // Data of a source that only reads are looked at in tests of its own.
      const skipped = component.kind === 'source' && !component.generate ? 1 : 0;
      expect(report.skipped, report.skipped.join()).toHaveLength(skipped);
    },
  );
}
