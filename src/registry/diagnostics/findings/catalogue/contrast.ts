import { type Entry, more, SMALL } from './entry.ts';

const claim = more('contrast:\n  other: [augment]\n');

/** What a recipe claims about the recipes beside it. */
export const contrast: readonly Entry[] = [
  {
    code: 'contrast-missing',
    severity: 'error',
    title: 'The recipe of a contrast is not there',
    why: 'A key of `contrast` is a recipe file from this one, without `.yaml`: `inception-1w`, `../inception-1w`. It stays in the project.',
    fix: 'Correct the name, or remove the claim.',
    example: { recipe: claim },
  },
  {
    code: 'contrast-broken',
    severity: 'error',
    title: 'The recipe of a contrast has errors itself',
    why: 'Two recipes are compared after both are resolved, and the other one cannot be.',
    fix: 'Check the other recipe first.',
    example: { recipe: claim, files: { 'other.yaml': `${SMALL}augment: [flip]\n` } },
  },
  {
    code: 'contrast-differs',
    severity: 'error',
    title: 'Two recipes differ in more than they claim',
    why: '`contrast` holds two rows of a table to the only paths in which they may differ, so that the difference of their results is the experiment.',
    fix: 'Make the value equal in both, or add its path to the list.',
    example: {
      recipe: claim,
      files: { 'other.yaml': `${SMALL}augment: [flip-horizontal]\nseed: 1\n` },
    },
  },
  {
    code: 'contrast-equal',
    severity: 'error',
    title: 'A claimed difference is none',
    why: 'A path of the list is equal in both recipes: the experiment that the claim describes does not take place.',
    fix: 'Remove the path, or make the recipes differ there.',
    example: { recipe: claim, files: { 'other.yaml': SMALL } },
  },
  {
    code: 'contrast-budget',
    severity: 'error',
    title: 'Two recipes that differ in one thing do not train as much',
    why: 'A row that claims to differ from another in one thing only has as many updates, and as many labelled slices an update, within 10 %: else the difference of their results is that of their budgets as well. Epochs of other batches, or of a part of the patients, are other numbers of updates. What only the data can tell is told by the table, in whose figures the budget of each row stands.',
    fix: 'State `updates` in the place of `epochs`, and the same batch; or state that the budgets differ, and why: `other: { paths: [sequence.group], matched: no, reason: … }`.',
    example: {
      recipe: more(
        'augment: [flip-horizontal]\ntrain: { backbone: { epochs: 3 } }\ncontrast:\n  other: [augment, train.backbone.epochs]\n',
      ),
      files: { 'other.yaml': SMALL },
    },
  },
];
