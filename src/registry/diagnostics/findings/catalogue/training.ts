import { type Entry, more, small } from './entry.ts';

const trained = (train: string) => small(['backbone: small-cnn', `backbone: { type: small-cnn, train: ${train} }`]);

/** Which weights train, and how fast. */
export const training: readonly Entry[] = [
  {
    code: 'weights-not-named',
    severity: 'error',
    title: 'A name of weights that the backbone does not have',
    why: '`backbone.train` names weights by the layers of the network, and this name, or this end of a range, is none of them: nothing would be frozen, or have another rate, where that is meant.',
    fix: 'Take a name that `ichor describe backbone NAME` lists. `block2` names all layers that begin so, `block1..block3` all from one to another, `*_bn` any that end so, and with a `/` a name is of whole weights: `*_bn/gamma`.',
    example: { recipe: trained('{ rates: { blok4: 0.1 } }') },
  },
  {
    code: 'decay-excludes-nothing',
    severity: 'warning',
    title: 'A name in decayExclude that no weight ends in',
    why: '`decayExclude` names the last parts of the names of weights that do not shrink, and takes the place of the default (bias, beta, gamma). This one names nothing, so that what was meant decays.',
    fix: 'Take a name that `ichor describe backbone NAME` or weights.safetensors shows after the last `/`: kernel, bias, gamma, beta.',
    example: {
      recipe: more('train:\n  backbone: { optimizer: { type: adamw, decayExclude: [biass, beta, gamma] } }\n'),
    },
  },
  {
    code: 'all-frozen',
    severity: 'error',
    title: 'Everything is frozen',
    why: 'Each weight that a gradient would move keeps its value, the prediction layer’s among them: there is nothing to train.',
    fix: 'Leave out of `freeze` what is to train, at least `predictions`. To embed with weights as they are, train nothing else: `freeze: [stem..block4]`.',
    example: { recipe: trained('{ freeze: ["*"] }'), besides: ['random-frozen'] },
  },
  {
    code: 'rates-overlap',
    severity: 'error',
    title: 'A weight has two rates',
    why: 'Two names of `train.rates` with different factors hold the same weight. Which of them counts would hang on their order, and the order of keys means nothing in a recipe.',
    fix: 'Let each weight be named once. What no name holds has the rate of the optimizer.',
    example: { recipe: trained('{ rates: { "block*": 0.1, block4: 0.5 } }') },
  },
  {
    code: 'rate-of-frozen',
    severity: 'warning',
    title: 'A rate for weights that are frozen',
    why: 'All weights of this name keep their values for the whole training, so that their rate is used nowhere.',
    fix: 'Leave out the rate or the freezing; or state `unfreezeAfter`, after which they train at this rate.',
    example: {
      recipe: trained('{ freeze: [stem..block2], rates: { block1: 0.1 } }'),
      besides: ['random-frozen'],
    },
  },
  {
    code: 'unfreeze-nothing',
    severity: 'error',
    title: 'Nothing is frozen that could be unfrozen',
    why: '`train.unfreezeAfter` says when the weights that `train.freeze` names begin to train, and it names none.',
    fix: 'Name them in `freeze`, or leave `unfreezeAfter` out.',
    example: { recipe: trained('{ unfreezeAfter: 1 }') },
  },
  {
    code: 'unfreeze-never',
    severity: 'error',
    title: 'What is frozen would begin to train after the training has ended',
    why: '`train.unfreezeAfter` is as many epochs as the backbone trains for, or more: the weights stay frozen throughout.',
    fix: 'Lower it below `train.backbone.epochs`; or leave it out, where they are to stay frozen.',
    example: {
      recipe: `${trained('{ freeze: [stem..block2], unfreezeAfter: 9 }')}train:\n  backbone: { epochs: 3 }\n`,
    },
  },
  {
    code: 'random-frozen',
    severity: 'warning',
    title: 'Frozen weights that nothing was loaded into',
    why: 'The backbone starts at random, and `train.freeze` keeps a part of it as it started: what comes after that part learns from random features.',
    fix: 'State what to load (`weights: imagenet`, `{ file: PATH }`, `{ run: NAME }`), or freeze nothing.',
    example: { recipe: trained('{ freeze: [stem..block2] }') },
  },
];
