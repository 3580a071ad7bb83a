import { decimals, escaped, grid, signed } from '../cells.mjs';
import { conclusions } from '../results/conclusions.mjs';
import { shortTable } from '../results/short-tables.mjs';
import { CLINIC } from './clinic.mjs';
import { NOTES } from './notes.mjs';

const HEAD = `# Real patients, small

First figures of this software on pictures of patients, made by \`node scripts/real-data.mjs\` from the sets that lie beside the checkout: CT-ICH 1.0.0 (82 patients of one
hospital, [Hssayeni et al. 2019](https://physionet.org/content/ct-ich/1.0.0/), pictures reduced to 224 × 224), 3,165 single slices of RSNA's set as pictures, and nine labelled patients of it as DICOM (Flanders et al., Radiology: Artificial
Intelligence 2020;2(3):e190211). **They are figures on these sets and nothing more**: research software, no medical device, nothing is said of other patients, other hospitals or what a
network of full size would do. No picture of a patient, and no weight that was trained on one, is in this repository or its package.

Claims, expectations and their reasons stand in the tables' files ([ct-ich](../recipes/tables/ct-ich.yaml), [ct-ich-heads](../recipes/tables/ct-ich-heads.yaml), [rsna-slices](../recipes/tables/rsna-slices.yaml)),
and were committed before anything had been trained on these patients; no setting was chosen on them. What came out stands here whichever way it went.`;

/**
 * docs/real-data.md.
 * @param tables each table.json, whether it has a forest plot, and gains over patients alone by claim (`alone-patients.mjs`)
 * @param shown what `transfers` gives
 * @param minutes what `minutesByRow` gives
 */
export function page(tables, shown, minutes) {
  const parts = tables.flatMap(({ table, forest, alone }) => [
    shortTable(table, { forest, folder: 'real-data' }),
    ...(NOTES[table.name] === undefined ? [] : [NOTES[table.name]]),
    ...aloneTable(alone),
    ...(table.name === 'rsna-slices' ? transferred(table, shown) : []),
  ]);
  const lines = conclusions(tables.map(({ table }) => table));
  return [
    HEAD,
    '## What was claimed, and what came out',
    lines.map((text, i) => `${i + 1}. ${text}`).join('\n'),
    '## What the real data did not show',
    NOTES.notShown,
    '## What ran',
    NOTES.ran,
    timesTable(tables, minutes),
    ...left(tables),
    ...parts,
    '## Published figures',
    NOTES.published,
    publishedTable(tables, shown),
    '',
  ].join('\n\n');
}

/** What each row added to what was there. */
function timesTable(tables, minutes) {
  const rows = tables.flatMap(({ table }) =>
    table.rows
      .filter(({ baseline, seeds }) => baseline === null && seeds.some(({ status }) => status === 'done'))
      .map(({ name, budget, seeds }) => {
        const runs = seeds.flatMap(({ folds }) => folds ?? []).filter(({ status }) => status === 'done');
        const took = minutes.get(`${table.name}: ${name}`);
        return [
          `${table.name}: ${escaped(name)}`,
          String(runs.length),
          trained(budget?.backbone),
          trained(budget?.sequence),
          `${took.atLeast ? 'at least ' : ''}${took.minutes.toFixed(1)}`,
        ];
      }),
  );
  const all = [...minutes.values()].reduce((sum, one) => sum + one.minutes, 0);
  rows.push(['all of it', '', '', '', all.toFixed(0)]);
  return grid(['row', 'runs', 'backbone: updates × batch, passes', 'second network', 'minutes'], rows);
}

const trained = (budget) =>
  budget == null ? '' : `${budget.updates} × ${budget.batch}, ${Number(budget.passes.toFixed(1))}`;

/** Rows that have not run. */
function left(tables) {
  const texts = tables.flatMap(({ table }) =>
    table.rows.flatMap(({ name, baseline, seeds }) => {
      const done = seeds.filter(({ status }) => status === 'done').length;
      return baseline !== null || done === seeds.length
        ? []
        : [`- ${table.name}: ${escaped(name)}, ${done} of ${seeds.length} seed${seeds.length === 1 ? '' : 's'}`];
    }),
  );
  return texts.length === 0 ? [] : [`Not here yet:\n\n${texts.join('\n')}`];
}

/** One seed decides nothing; what stands beside it is about patients, given these networks. */
function aloneTable(alone) {
  if (alone.size === 0) return [];
  const rows = [...alone].map(([claim, { mean, low, high }]) => [
    escaped(claim),
    signed(mean),
    `${signed(low)} to ${signed(high)}`,
  ]);
  return [
    `One training a fold, so that no claim is decided. How far these very networks differ, with a 95 % interval over patients alone (Student's t over their pseudo-values; another training is in no such
interval, and folds share patients: [statistics.md](statistics.md#folds)):`,
    grid(['claim', 'gain of these networks', 'over patients alone'], rows),
  ];
}

const isHeldOut = (name) => name.endsWith('held out');

/** The networks of rsna-slices on sets that they never saw. */
function transferred(table, shown) {
  if (shown.length === 0) return [];
  const { folds } = table.rows.find(({ name }) => name === 'lite0');
  const columns = ['slices', 'mean log loss', 'constant', 'AUC, any', 'calibration error, any', 'mean p(any) / share'];
  const rows = shown.map(({ name, labelled, runs }) => [
    isHeldOut(name) ? `${name}, patients unknown` : `${name}, ${labelled.patients} patients`,
    labelled.slices.toLocaleString('en-GB'),
    spread(runs, (run) => run.figures['mean-log-loss']?.value),
    spread(runs, (run) => run.constant?.['mean-log-loss']?.value),
    labelled.patients < SMALLEST
      ? few(runs[0].figures['auc (any)'])
      : spread(runs, (run) => run.figures['auc (any)']?.value),
    spread(runs, (run) => run.figures['calibration-error (any)']?.value),
    `${spread(runs, (run) => run.meanProbability)} / ${decimals(runs[0].prevalence.any?.share ?? 0)}`,
  ]);
  return [
    '### Shown to sets that they never saw',
    NOTES.transfer,
    `Networks that there are: ${shown[0].runs.length} of ${folds}.`,
    grid(['set', ...columns], rows),
    predictive(shown.filter(({ name }) => !isHeldOut(name))),
  ];
}

/** Below it no figure of order or of calls stands here. */
const SMALLEST = 20;
const few = (figure) => `${figure?.counts.positives ?? 0} positive slices`;

/** Figures that others reached, by another protocol: side by side, and nothing is subtracted. */
function publishedTable(tables, shown) {
  const mean = (name, figure) => {
    const cell = tables.find(({ table }) => table.name === name)?.table.rows.find((row) => row.name === 'lite0')?.cells[
      figure
    ];
    return cell?.mean == null ? 'not run' : decimals(cell.mean);
  };
  const of = (set, name) => {
    const runs = shown.find((one) => one.name.includes(set))?.runs ?? [];
    return runs.length === 0 ? 'not run' : spread(runs, ({ figures }) => figures[name]?.value);
  };
  const called = ['sensitivity', 'specificity', 'ppv'].map((name) =>
    of('CT-ICH', `${name} at 0.5 (any, patient, ${name === 'ppv' ? `prevalence ${CLINIC}, ` : ''}truth: any-slice)`),
  );
  return grid(
    ['', 'here', 'published, other protocol'],
    [
      ['RSNA, held out: AUC of any, slices', of('held out', 'auc (any)'), '0.988 (1st place, its own test side)'],
      [
        'CT-ICH, networks of RSNA: AUC of any',
        `${of('CT-ICH', 'auc (any)')} (slices)`,
        '0.964 (75 scans, the system that won on RSNA)',
      ],
      ['CT-ICH, trained on it: AUC of any, slices', mean('ct-ich', 'auc (any)'), ''],
      [
        `another clinic, networks of RSNA: sensitivity, specificity, PPV at ${(100 * CLINIC).toFixed(1)} %`,
        called.join('; '),
        '0.73; 0.79; 0.186 (1,372 scans in Hong Kong)',
      ],
    ],
  );
}

/** Least to greatest over the networks of the folds. */
function spread(runs, of) {
  const values = runs.map(of).filter((value) => value != null);
  if (values.length === 0) return 'not defined';
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? decimals(least) : `${decimals(least)} to ${decimals(most)}`;
}

/** Patients, called by the rule of three neighbours at 0.5, and what a call would be worth in a clinic. */
function predictive(shown) {
  const truth = 'truth: any-slice)';
  const rows = shown.map(({ name, labelled, runs }) => {
    const sensitivity = (run) => run.figures[`sensitivity at 0.5 (any, patient, ${truth}`];
    const of = (start, more = '') =>
      labelled.patients < SMALLEST
        ? ''
        : spread(runs, ({ figures }) => figures[`${start} at 0.5 (any, patient, ${more}${truth}`]?.value);
    const { tp, fp, fn, tn } = sensitivity(runs[0])?.counts ?? {};
    const at = `prevalence ${CLINIC}, `;
    return [
      name,
      `TP ${tp} · FP ${fp} · FN ${fn} · TN ${tn}`,
      of('sensitivity'),
      of('specificity'),
      of('ppv', at),
      of('npv', at),
    ];
  });
  return `Patients called by three neighbours above 0.5, against any positive slice; predictive values where ${(100 * CLINIC).toFixed(1)} % have a haemorrhage (Bayes' rule, \`--prevalence\`):\n\n${grid(
    ['set', 'counts, first fold', 'sensitivity', 'specificity', `PPV at ${CLINIC}`, `NPV at ${CLINIC}`],
    rows,
  )}`;
}
