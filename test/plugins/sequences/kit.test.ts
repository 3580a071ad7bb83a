import { describe, expect, it } from 'vitest';
import biGru from '../../../plugins/sequences/bi-gru.ts';
import biLstm from '../../../plugins/sequences/bi-lstm.ts';
import dilatedConv from '../../../plugins/sequences/dilated-conv.ts';
import neighbourSmoothing from '../../../plugins/sequences/neighbour-smoothing.ts';
import perSlice from '../../../plugins/sequences/per-slice.ts';
import position from '../../../plugins/sequences/position.ts';
import { type Component, defineSequence, Type } from '../../../src/index.ts';
import { testComponent } from '../../../src/testing/index.ts';

const small = { layers: 2, cells: 3, dropout: 0.1 };
const head = { layerNorm: true, projection: { units: 4, auxiliary: 0.5 } };
const cases: readonly [string, unknown, Record<string, unknown>, Record<string, unknown>][] = [
  ['bi-lstm', biLstm, {}, small],
  ['bi-lstm with norm and head', biLstm, head, { ...small, ...head }],
  ['bi-gru', biGru, head, { ...small, ...head }],
  ['dilated-conv', dilatedConv, {}, { filters: 4, dilations: [1, 2] }],
  ['per-slice', perSlice, {}, small],
  ['neighbour-smoothing', neighbourSmoothing, { weights: [1, 2, 3, 2, 1] }, {}],
  ['neighbour-smoothing over logits', neighbourSmoothing, { over: 'logits' }, {}],
  ['position', position, {}, { units: 4 }],
];

describe('each sequence passes the kit that authors use', () => {
  it.each(cases)('%s', async (_, component, params, small) => {
    const { checked } = await testComponent(component as Component, { params, small });
    expect(checked).toContain('gradients');
  });
});

describe('the kit', () => {
  const one = (contract: Record<string, unknown>, weighted: boolean) =>
    defineSequence({
      name: 'acme/one',
      version: 1,
      summary: 'One.',
      params: Type.Object({}),
      contract: () => ({ needs: 'logits', width: 6, ...contract }) as never,
      network: (layers, x) => (weighted ? layers.dense('d', x, { units: 6 }) : x),
    });
  it.each([
    [one({ trains: false, gives: 'logits' }, true), /its contract says trains: false/],
    [one({ gives: 'logits' }, false), /no trainable weight/],
    [one({ trains: false }, false), /give logits/],
    [one({ gives: 'logits', width: 4 }, true), /there are 6 labels/],
  ])('says what such a component lacks, %#', async (component, message) => {
    await expect(testComponent(component as Component)).rejects.toThrow(message);
  });
});
