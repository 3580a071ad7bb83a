import { decimals, escaped, grid, signed } from '../cells.mjs';
import { conclusions } from '../results/conclusions.mjs';
import { shortTable } from '../results/short-tables.mjs';
import { CLINIC } from './clinic.mjs';
import { NOTES } from './notes.mjs';

const HEAD = `# Real patients, small

First figures of this software on pictures of patients, made by \`node scripts/real-data.mjs\` from the sets that lie beside the checkout: CT-ICH 1.0.0 (82 patients of one
hospital, [Hssayeni et al. 2019](https://physionet.org/content/ct-ich/1.0.0/), pictures reduced to 224 × 224), 3,165 single slices of RSNA's set as pictures, and nine labelled patients of it as DICOM (Flanders et al., Radiology: Artificial
Intelligence 2020;2(3):e190211). **They are figures on these sets and nothing more**: research software, no medical device, nothing is said of other hospitals or what a
network of full size would do. Intervals over patients are of patients like these, and folds, which share patients, make them mostly too narrow ([statistics.md](statistics.md#folds)). No picture of a patient, and no weight that was trained on one, is in this repository or its package.

Claims, expectations and their reasons stand in the tables' files ([ct-ich](../recipes/tables/ct-ich.yaml), [ct-ich-heads](../recipes/tables/ct-ich-heads.yaml), [rsna-slices](../recipes/tables/rsna-slices.yaml)),
and were committed before the runs (how far, below); no setting was chosen on these patients. What came out stands here whichever way it went.`;

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
    ...aloneTable(alone, unitOf(table)),
    ...(table.name === 'rsna-slices' ? transferred(table, shown) : []),
  ]);
  const own = (of, claim) => {
    const found = tables.find(({ table }) => table === of)?.alone.get(claim);
    return found && { ...found, of: unitOf(of) };
  };
  const lines = conclusions(
    tables.map(({ table }) => table),
    { most: Number.POSITIVE_INFINITY, named: true, alone: own },
  );
  return [
    HEAD,
    '## What was claimed, and what came out',
    NOTES.claimed,
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

/** Where nobody knows whose slices are whose each is taken for a patient. */
const unitOf = ({ marks }) => (marks.includes('PATIENTS UNKNOWN') ? 'slices' : 'patients');

/** One seed decides nothing; what stands beside it is about patients, given these networks. */
function aloneTable(alone, unit) {
  if (alone.size === 0) return [];
  const rows = [...alone].map(([claim, { mean, low, high }]) => [
    escaped(claim),
    signed(mean),
    `${signed(low)} to ${signed(high)}`,
  ]);
  return [
    `One training a fold, so that no claim is decided. How far these very networks differ, with a 95 % interval over ${unit} alone (Student's t over their pseudo-values; another training is in no such
interval, and folds share patients: [statistics.md](statistics.md#folds)):`,
    grid(['claim', 'gain of these networks', `over ${unit} alone`], rows),
  ];
}

const isHeldOut = (name) => name.endsWith('held out');

/** The networks of rsna-slices on sets that they never saw. */
function transferred(table, shown) {
  if (shown.length === 0) return [];
  const { folds } = table.rows.find(({ name }) => name === 'lite0');
  const columns = [
    'slices',
    'mean log loss',
    'constant',
    'constant of that set',
    'AUC, any',
    'calibration error, any',
    'mean p(any) / share',
  ];
  const rows = shown.map(({ name, labelled, runs }) => [
    isHeldOut(name) ? `${name}, patients unknown` : `${name}, ${labelled.patients} patients`,
    labelled.slices.toLocaleString('en-GB'),
    spread(runs, (run) => run.figures['mean-log-loss']?.value),
    spread(runs, (run) => run.constant?.['mean-log-loss']?.value),
    spread(runs, ownConstant),
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

/** Mean log loss of whoever knows the shares of labels of the set itself, and no picture. */
function ownConstant({ prevalence }) {
  const losses = Object.values(prevalence).map(({ share }) =>
    share === 0 || share === 1 ? 0 : -share * Math.log(share) - (1 - share) * Math.log(1 - share),
  );
  return losses.reduce((sum, loss) => sum + loss, 0) / losses.length;
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
      ['RSNA’s slices, held out: AUC of any', of('held out', 'auc (any)'), '0.988 (1st place, its own test side)'],
      [
        'CT-ICH, networks of RSNA: AUC of any',
        `${of('CT-ICH', 'auc (any)')} (slices)`,
        '0.964 (75 scans, the system that won on RSNA)',
      ],
      ['CT-ICH, trained on it: AUC of any, slices', mean('ct-ich', 'auc (any)'), ''],
      [
        `networks of RSNA elsewhere, at 0.5: sensitivity, specificity, PPV at ${(100 * CLINIC).toFixed(1)} %`,
        called.join('; '),
        '0.73; 0.79; 0.186 (1,372 scans)',
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

/** Patients, called by the rule of three neighbours at 0.5 and at the share of positives that was learned from, and what a call is worth in a clinic. */
function predictive(shown) {
  const rows = shown.flatMap(({ name, labelled, runs }) =>
    ['0.5', 'share'].map((at) => {
      const calls = runs.map((run) => run.calls[at]);
      const of = (figure) => (labelled.patients < SMALLEST ? '' : spread(calls, figure));
      const { tp, fp, fn, tn } = calls[0];
      return [
        name,
        at === '0.5' ? '0.5' : spread(runs, (run) => run.calls.share.threshold),
        `TP ${tp} · FP ${fp} · FN ${fn} · TN ${tn}`,
        of(sensitivity),
        of(specificity),
        of((one) => ppv(one, CLINIC)),
        of((one) => npv(one, CLINIC)),
      ];
    }),
  );
  return `Patients called by three neighbours above a threshold, against any positive slice: at 0.5, and at the share of positives that each network learned from. Predictive values where ${(100 * CLINIC).toFixed(1)} % have a haemorrhage (Bayes' rule, \`--prevalence\`): whoever calls nobody
has an NPV of ${decimals(1 - CLINIC)} there, whoever calls at random a PPV of ${decimals(CLINIC)}. Least to greatest are of the five networks and no intervals: of one network's 46 patients without a haemorrhage a single false positive moves the specificity by 0.022.\n\n${grid(
    ['set', 'threshold', 'counts, first fold', 'sensitivity', 'specificity', `PPV at ${CLINIC}`, `NPV at ${CLINIC}`],
    rows,
  )}`;
}

const sensitivity = ({ tp, fn }) => tp / (tp + fn);
const specificity = ({ fp, tn }) => tn / (fp + tn);
const ppv = (one, share) => {
  const [right, wrong] = [sensitivity(one) * share, (1 - specificity(one)) * (1 - share)];
  return right + wrong === 0 ? null : right / (right + wrong);
};
const npv = (one, share) => {
  const [right, wrong] = [specificity(one) * (1 - share), (1 - sensitivity(one)) * share];
  return right + wrong === 0 ? null : right / (right + wrong);
};
