import { describe, expect, it } from 'vitest';
import type { BackboneTrain } from '../../../src/registry/kinds/backbone.ts';
import { describeBackbone } from '../../../src/runtime/train/network.ts';
import { assertTrains, trainProblems } from '../../../src/runtime/train/train-problems.ts';
import {
  allAlike,
  frozenBeside,
  movingMomentum,
  passesOfUpdate,
  trainedParameters,
  weightGroups,
} from '../../../src/runtime/train/weight-groups.ts';
import { chosen } from './chosen.ts';

const { component, params } = chosen('backbone', 'small-cnn', { width: 0.25 });
const spec = describeBackbone(component, params, { size: 64, channels: 3 });
const trainable = spec.weights.filter((weight) => weight.trainable).map(({ name }) => name);
const train = (changes: Partial<BackboneTrain> = {}): BackboneTrain => ({
  freeze: [],
  rates: {},
  unfreezeAfter: null,
  ...changes,
});

describe('groups of weights', () => {
  it('are one where nothing is said', () => {
    expect(weightGroups(spec, undefined)).toEqual([{ names: trainable, factor: 1, after: 0 }]);
    expect(weightGroups(spec, train())).toEqual(weightGroups(spec, undefined));
  });

  it('leave out what is frozen, and have a rate and a beginning each', () => {
    const stem = trainable.filter((name) => name.startsWith('stem'));
    const last = trainable.filter((name) => name.startsWith('block4'));
    const rest = trainable.filter((name) => !stem.includes(name) && !last.includes(name));
    const stated = train({ freeze: ['stem'], rates: { block4: 0.1 } });
    expect(weightGroups(spec, stated)).toEqual([
      { names: rest.slice(0, -2).concat(rest.slice(-2)), factor: 1, after: 0 },
      { names: last, factor: 0.1, after: 0 },
    ]);
    expect([...frozenBeside(spec, weightGroups(spec, stated))]).toEqual(stem);
    expect(weightGroups(spec, { ...stated, unfreezeAfter: 1.5 })).toContainEqual({
      names: stem,
      factor: 1,
      after: 1.5,
    });
    expect(trainedParameters(spec, weightGroups(spec, undefined))).toBe(spec.parameters.trainable);
    expect(trainedParameters(spec, weightGroups(spec, stated))).toBeLessThan(spec.parameters.trainable);
  });

  it('know whether any batch norm still moves', () => {
    expect(movingMomentum(spec, { batchNorm: 'frozen' })).toBeNull();
    expect(movingMomentum(spec, { batchNorm: 'trained', train: train() })).toBe(spec.batchNormMomentum);
    expect(movingMomentum(spec, { batchNorm: 'trained', train: train({ freeze: ['*_bn'] }) })).toBeNull();
    expect(movingMomentum(spec, { batchNorm: 'trained', train: train({ freeze: ['*/gamma'] }) })).not.toBeNull();
    const later = train({ freeze: ['*_bn'], unfreezeAfter: 1 });
    expect(movingMomentum(spec, { batchNorm: 'trained', train: later })).not.toBeNull();
  });
});

describe('what train says', () => {
  const codes = (changes: Partial<BackboneTrain>, about: { epochs?: number; random?: boolean } = {}) =>
    trainProblems(spec, train(changes), { epochs: about.epochs, random: about.random ?? false }).map(
      ({ severity, code, path }) => `${severity} ${code} ${path.join('.')}`,
    );

  it.each<[string, Partial<BackboneTrain>, { epochs?: number; random?: boolean }, string[]]>([
    ['nothing', {}, { random: true, epochs: 1 }, []],
    ['a part that fits', { freeze: ['stem..block2'], rates: { block3: 0.1, 'block4..predictions': 2 } }, {}, []],
    ['a name of none', { freeze: ['stem', 'blok1'] }, {}, ['error weights-not-named train.freeze.1']],
    [
      'running averages, which no gradient moves',
      { freeze: ['*/moving_mean'] },
      {},
      ['error weights-not-named train.freeze.0'],
    ],
    ['a rate for none', { rates: { conv9: 0.1 } }, {}, ['error weights-not-named train.rates.conv9']],
    ['all', { freeze: ['stem..predictions'] }, {}, ['error all-frozen train.freeze']],
    ['all at first', { freeze: ['*'], unfreezeAfter: 1 }, {}, ['error all-frozen train.freeze']],
    ['two rates', { rates: { '*': 0.1, block1: 0.2 } }, {}, ['error rates-overlap train.rates.block1']],
    ['one rate twice', { rates: { '*': 0.1, block1: 0.1 } }, {}, []],
    [
      'a rate of what is frozen',
      { freeze: ['stem'], rates: { stem_bn: 3 } },
      {},
      ['warning rate-of-frozen train.rates.stem_bn'],
    ],
    ['a rate of what is frozen at first', { freeze: ['stem'], rates: { stem_bn: 3 }, unfreezeAfter: 1 }, {}, []],
    ['a rate of what is frozen in part', { freeze: ['stem'], rates: { '*_bn': 3 } }, {}, []],
    ['nothing to unfreeze', { unfreezeAfter: 1 }, {}, ['error unfreeze-nothing train.unfreezeAfter']],
    ['too late', { freeze: ['stem'], unfreezeAfter: 3 }, { epochs: 3 }, ['error unfreeze-never train.unfreezeAfter']],
    ['in time', { freeze: ['stem'], unfreezeAfter: 2.5 }, { epochs: 3 }, []],
    ['updates, of which the data decide', { freeze: ['stem'], unfreezeAfter: 3 }, {}, []],
    ['random weights', { freeze: ['stem'] }, { random: true }, ['warning random-frozen train.freeze']],
    ['random weights at first', { freeze: ['stem'], unfreezeAfter: 1 }, { random: true }, []],
  ])('%s', (_, changes, about, expected) => {
    expect(codes(changes, about)).toEqual(expected);
  });

  it('ends a run where it is wrong, and not where it is doubtful', () => {
    expect(() => assertTrains(spec, train({ freeze: ['blok1'] }), 3)).toThrow(
      expect.objectContaining({
        code: 'weights-not-named',
        hint: expect.stringMatching(/^Did you mean block1\? .*ichor describe backbone small-cnn/),
      }),
    );
    expect(() => assertTrains(spec, train({ freeze: ['stem'], rates: { stem: 2 } }), 3)).not.toThrow();
    expect(() => assertTrains(spec, undefined, 3)).not.toThrow();
  });
});

describe('an update in passes forward', () => {
  // 100 multiply-adds: 40 of conv1, 50 of conv2, 10 of the prediction layer.
  const spec = {
    weights: ['conv1/kernel', 'conv1/bias', 'conv2/kernel', 'predictions/kernel'].map((name) => ({
      name,
      shape: [1],
      initializer: 'zeros' as const,
      trainable: true,
    })),
    multiplyAdds: 100,
    starts: { conv1: 0, conv2: 40, predictions: 90 },
  };
  const passes = (freeze: string[], unfreezeAfter: number | null, epochs: number | null) =>
    passesOfUpdate(spec, weightGroups(spec, { freeze, rates: {}, unfreezeAfter }), epochs);

  it('is three where all trains, and less by what backward does not reach', () => {
    expect(passesOfUpdate(spec, allAlike(spec), 4)).toBe(3);
    expect(passes(['conv1'], null, 4)).toBeCloseTo(1 + 2 * 0.6);
    expect(passes(['conv1..conv2'], null, 4)).toBeCloseTo(1.2);
    // What is behind a layer that trains is gone through all the same.
    expect(passes(['conv2'], null, 4)).toBe(3);
  });

  it('rises when what was frozen trains too', () => {
    expect(passes(['conv1..conv2'], 1, 4)).toBeCloseTo((1.2 + 3 * 3) / 4);
    expect(passes(['conv1..conv2'], 9, 4)).toBeCloseTo(1.2);
    // How many passes so many updates are is not known.
    expect(passes(['conv1..conv2'], 1, null)).toBe(3);
  });
});
