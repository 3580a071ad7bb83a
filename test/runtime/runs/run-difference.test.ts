import { expect, it } from 'vitest';
import type { DiffSide } from '../../../src/runtime/plan/diff.ts';
import { codeThatDiffers } from '../../../src/runtime/runs/run-difference.ts';
import type { RunRecord } from '../../../src/runtime/runs/run-folder.ts';
import { fakeRegistry } from '../../registry/fake-components.ts';

/** A run of one stage, which read one component of such a code; none: its recipe names another. */
function run(key: string, code: string | null, named = true) {
  const slice = { augment: [{ name: named ? 'my/flip' : 'other', version: 1, params: {}, ...(code && { code }) }] };
  const origin = { parts: { stage: 'backbone', version: 1, inputs: {}, slice }, paths: { augment: 'augment' } };
  const side = { tree: null, stages: new Map([['backbone', { key, origin, seedFrom: null }]]) } as unknown as DiffSide;
  const components = named ? { 'augmentation my/flip': 1 } : { 'augmentation other': 1 };
  return { record: { components } as unknown as RunRecord, side, registry: fakeRegistry };
}

it('names components whose file is another one, with what it was in each run', () => {
  const [a, b] = ['a'.repeat(64), 'b'.repeat(64)];
  expect(codeThatDiffers([run('1', a), run('2', b), run('1', a), run('3', null, false)])).toEqual([
    { name: 'code of augmentation my/flip', component: 'augmentation my/flip', texts: [a, b, a, 'none'] },
  ]);
  expect(codeThatDiffers([run('1', a), run('2', null)])[0]?.texts).toEqual([a, 'of no local file']);
  expect(codeThatDiffers([run('1', a), run('1', a)])).toEqual([]);
});
