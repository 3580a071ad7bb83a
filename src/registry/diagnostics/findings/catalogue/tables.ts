import { type Entry, more, SMALL } from './entry.ts';

/** Two recipes that a table may name, beside it. */
const files = {
  'one.yaml': SMALL,
  'two.yaml': more('train:\n  backbone: { epochs: 2 }\n'),
};
const table = (rows: string, lines = ''): string => `table: 1\nfigures: [mean-log-loss]\nrows:\n${rows}${lines}`;
const BOTH = '  - one.yaml\n  - two.yaml\n';

/** Table files: rows, figures and claims. */
export const tables: readonly Entry[] = [
  {
    code: 'is-table',
    severity: 'error',
    title: 'The file is a table, and a recipe is asked for',
    why: 'A file that starts with `table: 1` names recipes as its rows. `ichor run` runs one recipe.',
    fix: 'Run its rows with `ichor table FILE`, or one of the recipes that it names.',
    example: { recipe: table(BOTH), files, command: 'run' },
  },
  {
    code: 'no-table',
    severity: 'error',
    title: 'The file is no table',
    why: '`ichor table` reads files that start with `table: 1` and name recipes as their rows.',
    fix: 'Run a recipe with `ichor run FILE`, or write a table that names it.',
    example: { recipe: SMALL, command: 'table' },
  },
  {
    code: 'table-row',
    severity: 'error',
    title: 'A row does not say what it shows',
    why: 'A row names one of three: a recipe that it runs, a sweep whose settings are its rows, or a row whose predictor without pictures it shows.',
    fix: 'Write the file of a recipe, `{ sweep: FILE }`, or `{ name: NAME, of: ROW, baseline: constant }`.',
    example: { recipe: table('  - one.yaml\n  - { name: constant, of: one }\n'), files },
  },
  {
    code: 'table-row-twice',
    severity: 'error',
    title: 'Two rows have one name',
    why: 'A row is called as its file unless it has a name. Claims, the ledger and `--row` find a row by its name.',
    fix: 'Give one of them a name: `{ name: NAME, recipe: FILE }`.',
    example: { recipe: table('  - one.yaml\n  - { recipe: one.yaml, set: { train.backbone.epochs: 2 } }\n'), files },
  },
  {
    code: 'table-row-unknown',
    severity: 'error',
    title: 'There is no row of this name',
    why: 'A claim, a row of a predictor or `--row` names a row that the table does not have, or does not have under this profile.',
    fix: 'Take the nearest name of the hint. A setting of a sweep is called SWEEP.SETTING, as in the table.',
    example: {
      recipe: table(
        BOTH,
        'claims:\n  - { claim: more epochs are better, row: tow, than: one, figure: mean-log-loss, design: crossed }\n',
      ),
      files,
    },
  },
  {
    code: 'table-folds',
    severity: 'error',
    title: 'A row cannot be run over folds',
    why: '`folds` of a table, or of a row, deals the labelled patients of the row into so many folds and runs it once for each (`data.split: k-fold`). A row that sets its folds itself, splits slices whatever patient they are of, or has a split of its own for the sequence model says something else.',
    fix: 'Leave the folds to the table, or take `folds` out and name the folds in a sweep over `data.split.fold`.',
    example: {
      recipe: table('  - { recipe: one.yaml, set: { data.split.fold: 1 } }\n  - two.yaml\n', 'folds: 5\n'),
      files,
    },
  },
  {
    code: 'table-recipe',
    severity: 'error',
    title: 'The recipe of a row cannot be used',
    why: 'There is no such file, it lies outside of the project, or it is a sweep where a recipe is meant, or the other way round. A path is meant from the folder of the table.',
    fix: 'Correct the path, or write `sweep:` in the place of `recipe:`.',
    example: { recipe: table('  - onne.yaml\n  - two.yaml\n'), files },
  },
  {
    code: 'table-row-profile',
    severity: 'error',
    title: 'The recipe of a row does not have this profile',
    why: 'A profile of a table is put over each of its recipes as well. A row whose recipe does not have it would run as it stands, in a table that says otherwise.',
    fix: 'Add the profile to the recipe or to a base of it; or name the profiles that the row is for: `profiles: [full]`.',
    example: {
      recipe: table(BOTH, 'profiles: { ci: { seeds: [1] } }\n'),
      files: { ...files, 'two.yaml': more('profiles: { ci: { train: { backbone: { epochs: 2 } } } }\n') },
      profile: ['ci'],
    },
  },
  {
    code: 'table-figure',
    severity: 'error',
    title: 'No evaluation gives this figure',
    why: 'A column, or a claim, names a figure by the name that it has in `metrics.json`, and the metrics of a row give none of this name.',
    fix: 'Take the nearest name of the hint, or add the metric to `evaluation.metrics` of the recipe.',
    example: { recipe: table(BOTH).replace('mean-log-loss', 'mean-log-los'), files },
  },
  {
    code: 'table-seed',
    severity: 'error',
    title: 'A seed is set that belongs to the table',
    why: 'A table runs each row with each of its seeds. A row, or a command line, that sets `seed` would make one run under several names.',
    fix: 'Write the seeds under `seeds` of the table, of one of its profiles, or of the row.',
    example: { recipe: table('  - one.yaml\n  - { name: two, recipe: two.yaml, set: { seed: 3 } }\n'), files },
  },
  {
    code: 'table-claim',
    severity: 'error',
    title: 'Two rows cannot be compared',
    why: 'A claim compares two rows run by run: they have to be two, of two recipes, and to have the same seeds.',
    fix: 'Name another row, or give both the same seeds.',
    example: {
      recipe: table(
        BOTH,
        'claims:\n  - { claim: more epochs are better, row: two, than: two, figure: mean-log-loss, design: crossed }\n',
      ),
      files,
    },
  },
  {
    code: 'table-expect',
    severity: 'error',
    title: 'An outcome is expected under a profile that is not there',
    why: 'Keys of `expect` are profiles of the table; `full` is the table without one. Under a misspelt name nothing would ever be expected.',
    fix: 'Take the nearest name of the hint, or add the profile to the table.',
    example: {
      recipe: table(
        BOTH,
        'seeds: [0, 1, 2, 3, 4]\nprofiles: { ci: { seeds: [1, 2, 3, 4, 5] } }\nclaims:\n  - claim: more epochs are better\n    row: two\n    than: one\n    figure: mean-log-loss\n    design: crossed\n    expect: { cy: holds }\n',
      ),
      files: {
        'one.yaml': more('profiles: { ci: { train: { backbone: { epochs: 1 } } } }\n'),
        'two.yaml': more(
          'train: { backbone: { epochs: 2 } }\nprofiles: { ci: { train: { backbone: { epochs: 2 } } } }\n',
        ),
      },
    },
  },
];
