import { type Entry, more, small } from './entry.ts';

const joint = (block: string, rest = 'sequence: bi-lstm\n'): string => more(`${rest}train:\n  endToEnd: ${block}\n`);

/** Both networks as one. */
export const endToEnd: readonly Entry[] = [
  {
    code: 'end-to-end-networks',
    severity: 'error',
    title: 'There are no two networks to train as one',
    why: '`train.endToEnd` trains a backbone and a sequence model under one loss: gradients go from the sequence model through the embeddings into the backbone. Without a backbone, without a sequence model, or with one that reads no embeddings or has no weights, there is no such way.',
    fix: 'Name a backbone and a sequence model that reads embeddings (`ichor list sequence`), or take `train.endToEnd` out; over a base that states it: `endToEnd: null`.',
    example: { recipe: joint('{ slices: 8 }', '') },
  },
  {
    code: 'end-to-end-option',
    severity: 'error',
    title: 'An option that a run of adjacent slices cannot have',
    why: 'A run is of adjacent slices of one series, in anatomical order, all of whose pictures go through one backbone that changes with each update. Sequences of patients or of shuffled slices, random vectors, differences to slices beyond the run, further backbones, another split for the sequence model, and embeddings by folds cannot be had so.',
    fix: 'Take the option out, or `train.endToEnd`.',
    example: { recipe: joint('{ slices: 8 }', 'sequence: { type: bi-lstm, order: shuffled }\n') },
  },
  {
    code: 'end-to-end-run-length',
    severity: 'error',
    title: 'A run is longer than a sequence may be',
    why: '`train.endToEnd.slices` is the length of a run, and the sequence model is trained on sequences of at most `sequence.steps` slices, or takes none of this length.',
    fix: 'Shorten the run, or raise `sequence.steps`.',
    example: { recipe: joint('{ slices: 80 }') },
  },
  {
    code: 'end-to-end-heat-maps',
    severity: 'error',
    title: 'Heat maps of a prediction layer that nothing trains',
    why: 'With `sliceLoss: 0` an end-to-end training moves the embeddings and leaves the layer that reads labels of a single slice as it was: what the backbone says by itself means nothing afterwards, and so do maps of it.',
    fix: '`sliceLoss: 1` trains it beside the sequence model; or leave `evaluation.heatMaps` out.',
    example: { recipe: `${joint('{ slices: 8 }')}evaluation: { heatMaps: true }\n` },
  },
  {
    code: 'end-to-end-frozen',
    severity: 'error',
    title: 'End to end, and the backbone is frozen',
    why: '`backbone.train.freeze` keeps every weight of the backbone below its prediction layer: no gradient of the sequence model would change it, and the training would be that of the sequence model, at many times its price.',
    fix: 'Freeze less, or take `train.endToEnd` out.',
    example: {
      recipe: `${small(['backbone: small-cnn', 'backbone: { type: small-cnn, train: { freeze: [stem..block4] } }'])}sequence: bi-lstm\ntrain:\n  endToEnd: { slices: 8 }\n`,
      besides: ['random-frozen'],
    },
  },
  {
    code: 'end-to-end-memory',
    severity: 'warning',
    title: 'A batch of runs may not fit into the memory of this machine',
    why: 'Backward reads the maps of every picture of a batch, and a batch holds `slices` x `batch` pictures. What the network makes of each is known without an engine, and all of it together is more than this machine has. It is an upper figure: an engine need not keep all of them.',
    fix: 'Lower `batch` and raise `accumulate` as often: an update is then of as many runs, and with `batchNorm: frozen` of the same gradient. Or lower `slices`.',
    example: {
      recipe: `${small(['backbone: small-cnn', 'backbone: { type: resnet-50, weights: none, batchNorm: trained }'])}sequence: bi-lstm\ntrain:\n  endToEnd: { slices: 60, batch: 65536 }\n`,
      besides: ['channel-repeated'],
    },
  },
];
