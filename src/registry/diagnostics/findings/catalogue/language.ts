import { type Entry, more, SMALL, small } from './entry.ts';

const LIST = 'augment: [flip-horizontal, affine]\n';
const twentyTwo = Array.from({ length: 22 }, (_, i) => i + 1).join(', ');

/** References, edits of lists, sweeps and resolved recipes. */
export const language: readonly Entry[] = [
  {
    code: 'reference-form',
    severity: 'error',
    title: 'A text is no reference',
    why: 'A reference is a whole value: `${sequence.cells}`, with nothing around it. Nothing is computed, and nothing is read from the environment.',
    fix: 'Name a path of the recipe and nothing else. A value that has to be computed is written out.',
    example: { recipe: more('train:\n  backbone: { batch: "${train.sequence.batch * 2}" }\n') },
  },
  {
    code: 'reference-missing',
    severity: 'error',
    title: 'A reference leads to no value',
    why: 'The recipe, with its defaults filled in, has nothing at this path.',
    fix: 'Take the nearest path of the hint. A path starts at the top of the recipe.',
    example: { recipe: more('train:\n  backbone: { batch: "${train.sequence.bach}" }\n') },
  },
  {
    code: 'reference-cycle',
    severity: 'error',
    title: 'References lead in a circle',
    why: 'A value refers, by way of others, to itself: there is no value to begin with.',
    fix: 'Write the value at one of the places that the message names.',
    example: {
      recipe: more(
        'train:\n  backbone: { batch: "${train.sequence.batch}" }\n  sequence: { batch: "${train.backbone.batch}" }\n',
      ),
      besides: ['trains-nothing'],
    },
  },
  {
    code: 'reference-changed',
    severity: 'error',
    title: 'A part of what a reference leads to is set',
    why: 'Below stands a reference to a whole block. To change one value of it here would drop the others without a word.',
    fix: 'State the whole block, with its type, or change the value where it stands.',
    example: {
      recipe: more('train:\n  sequence: { optimizer: "${train.backbone.optimizer}" }\n'),
      set: ['train.sequence.optimizer.learningRate=1e-5'],
    },
  },
  {
    code: 'reference-forbidden',
    severity: 'error',
    title: 'No reference may stand here',
    why: 'What a component is, what a file extends and what it is called are read before references are followed.',
    fix: 'Write the value itself.',
    example: { recipe: small(['backbone: small-cnn', 'backbone: { type: "${name}" }']) },
  },
  {
    code: 'list-edit',
    severity: 'error',
    title: 'A list is changed in a way that does not fit',
    why: 'A map in the place of a list edits the list below it: `append`, `prepend`, `remove` and `patch`, by the names of items. Another word, a name that the list does not have, or no list below are mistakes.',
    fix: 'Follow the hint, or state the whole list.',
    example: {
      recipe: 'recipe: 1\nextends: base.yaml\naugment: { remove: [transpose] }\n',
      files: { 'base.yaml': `${SMALL}${LIST}` },
    },
  },
  {
    code: 'is-sweep',
    severity: 'error',
    title: 'The recipe is a sweep, and one recipe is asked for',
    why: 'A recipe with `sweep:` stands for many. `ichor run` runs one.',
    fix: 'Run all of them with `ichor sweep RECIPE`, or take `sweep:` out.',
    example: { recipe: more('sweep: { grid: { train.backbone.epochs: [1, 2, 4] } }\n'), command: 'run' },
  },
  {
    code: 'no-sweep',
    severity: 'error',
    title: 'The recipe has no sweep',
    why: '`ichor sweep` runs the points of `sweep:`, and this recipe states none.',
    fix: 'Name what to try under `sweep:`, or run the recipe with `ichor run`.',
    example: { recipe: SMALL, command: 'sweep' },
  },
  {
    code: 'sweep-path',
    severity: 'error',
    title: 'A key of a sweep is no path',
    why: 'Keys of `grid` and `pairs` are paths of the recipe, as in `--set`.',
    fix: 'Write the path with dots and indices: `train.backbone.epochs`, `augment[0].probability`.',
    example: { recipe: more('sweep: { grid: { train..epochs: [1, 2] } }\n') },
  },
  {
    code: 'sweep-twice',
    severity: 'error',
    title: 'A sweep names something twice',
    why: 'Two of its paths are the same or lie within each other, or a list names a value twice, or two points are one recipe all the same (a bare name of the type that the recipe states keeps the parameters stated there; null is the default), so that one point would be run as two.',
    fix: 'Delete one of the two. To run a point several times use `repeats`.',
    example: {
      recipe: more('sweep:\n  grid: { seed: [1, 2] }\n  pairs: { seed: [3, 4], train.backbone.batch: [8, 16] }\n'),
    },
  },
  {
    code: 'sweep-shadowed',
    severity: 'error',
    title: 'The command line sets what a sweep tries',
    why: 'The command line stands over a sweep: every point would have the same value, and the table would say otherwise.',
    fix: 'Leave the option out, or take the path out of the sweep.',
    example: {
      recipe: more('sweep: { grid: { train.backbone.batch: [8, 16] } }\n'),
      set: ['train.backbone.batch=32'],
    },
  },
  {
    code: 'sweep-lengths',
    severity: 'error',
    title: 'Lists of pairs are of different lengths',
    why: 'Values of `pairs` go side by side: the first of each, the second of each.',
    fix: 'Make the lists equally long, or move one of them to `grid`, where each value meets each.',
    example: {
      recipe: more('sweep:\n  pairs: { train.backbone.batch: [8, 16, 32], train.backbone.epochs: [4, 2] }\n'),
    },
  },
  {
    code: 'sweep-seed',
    severity: 'error',
    title: 'Seeds of a sweep come from two places',
    why: '`repeats`, `seeds` and `seed` as a path of the sweep all say which seeds are run.',
    fix: 'Keep one of them.',
    example: { recipe: more('sweep: { grid: { seed: [1, 2] }, repeats: 3 }\n') },
  },
  {
    code: 'sweep-empty',
    severity: 'error',
    title: 'A sweep tries nothing',
    why: '`sweep:` names neither values nor repeats.',
    fix: 'Name values under `grid` or `pairs`, or `repeats`; or take `sweep:` out.',
    example: { recipe: more('sweep: {}\n') },
  },
  {
    code: 'sweep-too-large',
    severity: 'error',
    title: 'A sweep has too many points',
    why: 'A grid grows by multiplication: three lists of 22 values are 10,648 runs. More than 10,000 is a slip.',
    fix: 'Try fewer values, or put lists that belong together under `pairs`.',
    example: {
      recipe: more(
        `sweep:\n  grid:\n    seed: [${twentyTwo}]\n    train.backbone.epochs: [${twentyTwo}]\n    train.backbone.batch: [${twentyTwo}]\n`,
      ),
    },
  },
  {
    code: 'component-version',
    severity: 'warning',
    title: 'The recipe was resolved with another version of a component',
    why: 'A resolved recipe carries the versions of its components. One of them has changed since: the same recipe gives other numbers now.',
    fix: 'To repeat the old numbers use the ichor that `resolved.by` names; for new ones run the recipe that it was resolved from.',
    example: {
      recipe: more('resolved: { by: 0.0.9, components: { backbone small-cnn: 7 } }\n'),
    },
  },
];
