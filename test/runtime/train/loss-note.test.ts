import { expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { lossNotes } from '../../../src/runtime/train/loss-note.ts';

const network = { stage: 'backbone', id: 'backbone', type: 'small-cnn', ownMomentum: true, smoke: false } as const;
const common = { reduction: 'sum-over-labels', labelSmoothing: 0, labelWeights: {} };
const messages = (loss: { type: string }) =>
  lossNotes(network, { loss: { ...common, ...loss } }, createRegistry(builtIn)).map(({ message }) => message);

it('says where a network gives no probabilities', () => {
  expect(messages({ type: 'binary-cross-entropy' })).toEqual([]);
  expect(messages({ type: 'focal', gamma: 0, alpha: null } as never)).toEqual([]);
  expect(messages({ type: 'focal', gamma: 2, alpha: null } as never)[0]).toMatch(
    /^The base network \(small-cnn\) learns by focal: /,
  );
  expect(messages({ type: 'binary-cross-entropy', labelSmoothing: 0.1 } as never)[0]).toContain('smoothed by 0.1');
});
