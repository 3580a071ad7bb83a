import { expect, it } from 'vitest';
import { builtIn } from '../../../plugins/index.ts';
import { createRegistry } from '../../../src/registry/registry.ts';
import { probabilityNotes as tableNotes } from '../../../src/runtime/table/probability-notes.ts';
import type { TableResults } from '../../../src/runtime/table/results.ts';
import { probabilityNotes } from '../../../src/runtime/train/probability-note.ts';

const network = { stage: 'backbone', id: 'backbone', type: 'small-cnn', ownMomentum: true, smoke: false } as const;
const common = { reduction: 'sum-over-labels', labelSmoothing: 0, labelWeights: {} };
const registry = createRegistry(builtIn);
const messages = (loss: { type: string }, more: object = {}) =>
  probabilityNotes(network, { loss: { ...common, ...loss }, ...more }, registry).map(({ message }) => message);

it('says where a network gives no probabilities', () => {
  expect(messages({ type: 'binary-cross-entropy' })).toEqual([]);
  expect(messages({ type: 'focal', gamma: 0, alpha: null } as never)).toEqual([]);
  expect(messages({ type: 'focal', gamma: 2, alpha: null } as never)[0]).toMatch(
    /^The base network \(small-cnn\) learns by focal: /,
  );
  expect(messages({ type: 'binary-cross-entropy', labelSmoothing: 0.1 } as never)[0]).toContain('smoothed by 0.1');
  const balanced = { sampler: { type: 'balanced', label: 'any', share: 0.5 } };
  expect(messages({ type: 'binary-cross-entropy' }, balanced)).toEqual([
    'The base network (small-cnn) learns from slices as balanced draws them, not as often as they occur: what it gives is shifted to the shares that it was shown and no probability, and log loss, Brier score and calibration figures judge that too.',
  ]);
  expect(messages({ type: 'binary-cross-entropy' }, { sampler: { type: 'one-slice-per-patient' } })).toEqual([]);
  expect(messages({ type: 'focal', gamma: 2, alpha: null } as never, balanced)[0]).toMatch(
    /learns by focal and learns from slices as balanced .* pulled to the middle, shifted to the shares/,
  );
});

it('proposes a temperature for what is pulled to the middle, and for no shift', () => {
  const hint = (loss: { type: string }, more: object = {}) =>
    probabilityNotes(network, { loss: { ...common, ...loss }, ...more }, registry)[0]?.hint;
  const focal = { type: 'focal', gamma: 2, alpha: null };
  const balanced = { sampler: { type: 'balanced', label: 'any', share: 0.5 } };
  expect(hint(focal)).toMatch(/add calibration: \{ type: temperature \}, or train by binary-cross-entropy/);
  expect(hint({ type: 'binary-cross-entropy' }, balanced)).toMatch(
    /draw by sampler: uniform: a temperature mends no shift\.$/,
  );
  expect(hint(focal, balanced)).toMatch(/a temperature mends what is pulled to the middle, and no shift\.$/);
});

it('says under a table which rows are judged by scores that are none', () => {
  const row = (name: string, loss: { type: string }, sequence: unknown = 'none', baseline = null as unknown) => ({
    row: {
      name,
      baseline,
      registry,
      runs: [
        {
          recipe: () => ({
            sequence,
            train: {
              backbone: { loss: { ...common, ...loss }, sampler: { type: 'uniform' } },
              sequence: { loss: { ...common, type: 'binary-cross-entropy' } },
            },
          }),
        },
      ],
    },
  });
  const focal = { type: 'focal', gamma: 2, alpha: null };
  const notes = (...rows: ReturnType<typeof row>[]) => tableNotes({ rows } as unknown as TableResults);
  expect(notes(row('a', focal), row('b', { type: 'binary-cross-entropy' }), row('c', focal))).toEqual([
    'a, c: the network learns by focal: what it gives is pulled to the middle and no probability, and log loss, Brier score and calibration figures judge that too.',
  ]);
  // The scores of a row are those of its last network that learned.
  expect(notes(row('a', focal, { type: 'bi-lstm', layers: 1, cells: 2, dropout: 0 }))).toEqual([]);
  expect(notes(row('a', focal, { type: 'neighbour-smoothing' }))).toHaveLength(1);
  expect(notes(row('constant', focal, 'none', {}))).toEqual([]);
});
