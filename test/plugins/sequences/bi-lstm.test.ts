import { describe, expect, it } from 'vitest';
import biLstm from '../../../plugins/sequences/bi-lstm.ts';
import type { Sequence } from '../../../src/index.ts';
import { describeSequence } from '../../../src/runtime/train/network.ts';
// Counted by Keras 3.15.1; the file states its source.
import reference from '../../fixtures/networks.json' with { type: 'json' };

import { common } from '../../runtime/train/fixture.ts';

const component = biLstm as Sequence;

describe('bi-lstm', () => {
  it.each(reference.sequence_head_counts)('has $parameters parameters on $embedding: $layers x $cells', (given) => {
    const { embedding, layers, cells, parameters } = given;
    const spec = describeSequence(component, { layers, cells, dropout: 0.3, ...common }, { embedding });
    expect(spec.parameters).toEqual({ total: parameters, trainable: parameters, nonTrainable: 0 });
    expect(spec.output).toEqual([null, 60, 6]);
    expect(spec.width).toBe(2 * cells);
  });

  it('counts multiply-adds of a whole series, by hand', () => {
    const spec = describeSequence(
      component,
      { layers: 2, cells: 5, dropout: 0, ...common },
      { embedding: 7, steps: 3 },
    );
    // Both directions: (in + cells) x 4 cells; then the prediction layer.
    expect(spec.multiplyAdds).toBe(3 * (2 * (7 + 5) * 20 + 2 * (10 + 5) * 20 + 10 * 6));
  });
});
