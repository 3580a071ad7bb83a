import { quoted, type RunEntry } from './entry.ts';

const ENSEMBLE = 'ichor ensemble quickstart-1 quickstart-2';

/** Several runs: sweeps, tables, ensembles. */
export const together: readonly RunEntry[] = [
  {
    code: 'sweep-incompatible',
    severity: 'error',
    title: 'A sweep was started with another recipe',
    why: 'Points that are done and points that are still to run would stand in one table and differ in more than what is swept.',
    fix: 'Give the changed recipe a name of its own, or start anew with `--restart`: artifacts that both share are kept.',
    example: quoted(
      'ichor sweep my-sweep.yaml',
      'The sweep my-sweep was started with another recipe: its point seed-1 is another recipe now (changed: train.backbone.epochs).',
      'Give the changed recipe a name of its own, or start anew with --restart: artifacts that both share are kept.',
    ),
  },
  {
    code: 'sweep-ledger-damaged',
    severity: 'error',
    title: 'What a sweep or table wrote down about its points cannot be read',
    why: 'The file was cut off, or something else wrote it. Which points are done is not known.',
    fix: 'Start anew with `--restart`: what the points made is kept in the store, and recalled.',
    example: quoted(
      'ichor sweep my-sweep.yaml',
      '.ichor/sweeps/my-sweep/sweep.json cannot be read: it was cut off, or something else wrote it.',
      'Start anew with --restart: what the points made is kept in the store, and recalled.',
    ),
  },
  {
    code: 'changed-meanwhile',
    severity: 'error',
    title: 'A recipe was changed while a sweep or table was starting',
    why: 'Points run in processes of their own, which read the files again, and found another recipe than the command had.',
    fix: 'Run the same command again.',
    example: quoted(
      'ichor sweep my-sweep.yaml --jobs 2',
      'Its recipe was changed while this was starting.',
      'Run the same command again.',
    ),
  },
  {
    code: 'job-ended',
    severity: 'error',
    title: 'The process of a point ended by itself',
    why: 'With `--jobs` each point runs in a process of its own, and this one was killed or crashed. SIGKILL is what a system without memory sends.',
    fix: 'Run the same command again: it goes on. Where memory ran out, use a smaller `--jobs` or batch.',
    example: quoted(
      'ichor sweep my-sweep.yaml --jobs 4',
      'The process that ran it was ended by SIGKILL.',
      'Where memory ran out, a smaller --jobs helps. The same command goes on from here.',
    ),
  },
  {
    code: 'table-not-writable',
    severity: 'error',
    title: 'The place of a table is taken',
    why: 'A folder stands where a file of the table is to be written, or a file where its folder is. It is found before anything runs.',
    fix: 'Move it away, or choose another store with `--store DIR`.',
    example: quoted(
      'ichor table my-table.yaml',
      'The table cannot be written: .ichor/tables/my-table is a file.',
      'Move it away, or choose another store with --store DIR.',
    ),
  },
  {
    code: 'table-twice',
    severity: 'error',
    title: 'Two of the tables have one name',
    why: 'Each table writes a folder of its name, and one would overwrite the other.',
    fix: 'Give one of them another name: `name: NAME`.',
    example: quoted(
      'ichor table a.yaml b.yaml',
      'Two of these files are tables named my-table, and would write one folder.',
      'Give one of them another name: name: NAME',
    ),
  },
  {
    code: 'ensemble-of-one',
    severity: 'error',
    title: 'An ensemble of one run',
    why: 'The mean of one run is that run.',
    fix: 'Name two runs at least: `ichor ensemble RUN RUN`. `ichor runs list` shows them.',
    example: quoted(
      'ichor ensemble quickstart-1',
      'An ensemble takes two runs at least.',
      'Name the runs: ichor ensemble RUN RUN. `ichor runs list` shows them.',
    ),
  },
  {
    code: 'ensemble-repeats',
    severity: 'error',
    title: 'A run would count twice',
    why: 'It is named twice, two runs have the same predictions, or it is also a member of an ensemble that is named.',
    fix: 'Name each run once; runs of one recipe differ by their seed.',
    example: quoted(
      'ichor ensemble quickstart-1 quickstart-1',
      'Run quickstart-1 is named twice: it would count double.',
      'Name each run once; runs of one recipe differ by their seed.',
    ),
  },
  {
    code: 'ensemble-slices',
    severity: 'error',
    title: 'The runs of an ensemble have different data',
    why: 'A mean is taken slice by slice, and a slice of one run is missing, lies elsewhere, or has other labels in another.',
    fix: 'Average runs over the same data: `data.source`, `data.seed` and `data.limit` have to agree.',
    example: quoted(
      ENSEMBLE,
      'Run quickstart-1 has 24 slices that quickstart-2 has not, the first is ID_0a1b2c3d4.',
      'Average runs over the same data: data.source, data.seed and data.limit have to agree.',
    ),
  },
  {
    code: 'ensemble-leak',
    severity: 'error',
    title: 'The runs of an ensemble were split differently',
    why: 'A slice on which one of them is validated is one that another was trained on. The mean’s figures would be too good.',
    fix: 'Average runs with the same `data.split` and `data.seed` (and `sequence.split`): `seed` alone may differ.',
    example: quoted(
      ENSEMBLE,
      'Runs quickstart-1 and quickstart-2 were split otherwise: 31 slices are on different sides, the first is ID_0a1b2c3d4. The average would validate on slices that one of them trained on.',
      'Average runs with the same data.split and data.seed (and sequence.split): `seed` alone may differ.',
    ),
  },
  {
    code: 'folds-not-pooled',
    severity: 'error',
    title: 'The folds of a row cannot be pooled',
    why: 'Over folds each labelled patient is predicted once, by networks that did not train on it. Here a fold is missing or there twice, folds are of other data or of another draw, or a network trained on whom it is to predict: figures of all of them together would be of some patients twice, or of patients that were learned by heart.',
    fix: 'Run the table again: it runs what is missing, and anew what has changed. `--restart` forgets which folds are done; artifacts are kept.',
    example: quoted(
      'ichor table folds.yaml',
      'Of 5 folds 3 is missing: figures of the others would be of some of the patients.',
      'Run the table again, so that all folds are of one state of data and recipe; --restart forgets which are done.',
    ),
  },
  {
    code: 'ensemble-name',
    severity: 'error',
    title: 'This is no name for an ensemble',
    why: 'The name becomes that of a run and of its folder.',
    fix: 'Use letters, digits, dots and hyphens: `--name folds`.',
    example: quoted(
      "ichor ensemble quickstart-1 quickstart-2 --name 'my folds'",
      'my folds is no name of a run.',
      'Letters, digits, dots and hyphens: --name folds.',
    ),
  },
  {
    code: 'ensemble-recipe',
    severity: 'error',
    title: 'The recipe of an ensemble is to be run',
    why: 'An ensemble’s folder holds the recipe of one member, for its evaluation. Run as a recipe it would train one network and call it by the ensemble’s name.',
    fix: 'Run a member’s recipe, or average other runs with `ichor ensemble`.',
    example: quoted(
      'ichor run .ichor/runs/both-1/recipe.resolved.yaml',
      ".ichor/runs/both-1/recipe.resolved.yaml is the recipe of the ensemble both-1, which is the mean of quickstart-1, quickstart-2: run as a recipe it would train one network and call it by the ensemble's name.",
      "Run a member's recipe, or average other runs: ichor ensemble quickstart-1 quickstart-2",
    ),
  },
  {
    code: 'ensemble-part-calibrated',
    severity: 'warning',
    title: 'Some members of an ensemble are calibrated and others are not',
    why: 'The mean takes the probabilities of each run as they are. Calibrated ones are as a rule less sure than others, so that the two kinds do not weigh alike.',
    fix: 'Average runs that are all calibrated, or none: a run of the recipe with `--set calibration=none` recalls its networks and its predictions.',
    example: quoted(
      ENSEMBLE,
      'Of the members quickstart-1 is calibrated, and quickstart-2 not: the mean takes the probabilities of each as they stand on its own page.',
    ),
  },
  {
    code: 'evaluated-otherwise',
    severity: 'warning',
    title: 'The members of an ensemble were evaluated by other settings',
    why: 'Metrics, intervals or the rule for patients differ between the runs. On the ensemble’s page all figures are by one setting, so that a member’s figure there is not the one of its own page.',
    fix: 'Compare within the page, or give the recipes the same `evaluation` and run them again: only the evaluation is made anew.',
    example: quoted(
      ENSEMBLE,
      "Evaluated by other settings than quickstart-1: quickstart-2 (evaluation.metrics). The ensemble's figures, and its members' on its page, are by those of quickstart-1: they are not the figures of these runs' own pages.",
    ),
  },
  {
    code: 'ensemble-other-labels',
    severity: 'warning',
    title: 'The members of an ensemble are judged by labels that differ',
    why: 'The runs are evaluations (`ichor evaluate`) of the same slices by tables that do not say the same, or one of them is judged by none. Whose labels the average should be judged by nobody has said.',
    fix: 'Evaluate each run by the same table, and average these evaluations.',
    example: quoted(
      ENSEMBLE,
      'The members are judged by labels that differ (quickstart-evaluate-1 by its own, quickstart-predict-1 by none): the ensemble has predictions and calls, and no figures.',
      'Evaluate each member by the same table, and average these: ichor evaluate RUN DIR --labels FILE.',
    ),
  },
  {
    code: 'ensemble-other-data',
    severity: 'warning',
    title: 'The members of an ensemble saw the data in different states',
    why: 'Slices, places and labels agree, so that the mean can be taken, and files of the data folder were changed between the runs: damaged, mended, or copied anew. One member learned from pictures that another never saw.',
    fix: 'Where one state is wrong, run the recipe of that member again; otherwise leave it. `ichor runs show RUN` names the state as `data`.',
    example: quoted(
      ENSEMBLE,
      'Runs quickstart-1 and quickstart-2 saw the data in different states: 26 of 334 slices had another header or other pixels, the first is ID_0a1b2c3d4.',
      'Where one state is damaged or was mended since, run the recipe of the other again: ichor run RECIPE. What did not change is recalled.',
    ),
  },
];
