/**
 * `node scripts/results.mjs`: docs/results.md out of what `ichor table recipes/tables/*.yaml --profile ci` has left in
 * the store's folder of tables: what can be concluded, a forest plot and a short table each, and the whole tables beside it
 * (docs/results/). `--check` says whether each of them is there and finished, and writes nothing.
 */
import '../bin/check-node.mjs';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { audit } from './results/audit.mjs';
import { byHeads } from './results/by-heads.mjs';
import { conclusions } from './results/conclusions.mjs';
import { shortTable } from './results/short-tables.mjs';
import { ROOT, SetupError } from './script.mjs';

const TABLES = [
  'heads',
  'selection',
  'table-2',
  'table-3',
  'controls',
  'ablations',
  'as-released',
  'amounts',
  'end-to-end',
];
const PROFILE = 'ci';

const HEAD = `# Results

**No figure of this page is about patients.** It was made on generated heads (phantoms), with the paper's networks made small (profile \`${PROFILE}\`),
by \`ichor table recipes/tables/*.yaml --profile ${PROFILE}\` and \`node scripts/results.mjs\`. Figures on the RSNA data at full scale have not been
measured with this software: whoever has the data and the weights measures them with the same files, without \`--profile\`.
`;

const AFTER = `Which claims stand here follows from the tables' files: primary ones, gates, then the others in their order, ten at most. All of them stand below.
**Shown** and **Not decided** are said of primary claims, after Holm's correction over those of their table; **Seen** of all others, which are exploratory and corrected for nothing. An
attempt is a table that asked the same before, on whatever heads and by whatever design; "would have been found" means in about seven of ten repetitions. Losses are mean log losses in nats, over the six labels where no label is named; ± is the deviation over seeds (over sets of heads in the
first table). A claim here is about the pipeline: whether an effect that was built into the generator is found, and two rows are equal where it is switched off. Not all of them were found: see "undecided" in
the tables. Limits that quote what was seen were written after the runs, amounts and bands before.

A **nested** claim (the table over five sets of heads) is about sets of heads. A **crossed** one has one set of heads to train on and one to validate on: its interval is
over those patients and over trainings from other seeds, and says nothing of another training set. How much that is: the same comparison on each set of heads that was run with the budgets of today (heads 300, with 500 and 180 updates, gave +0.0248 over per-slice). A blank is a row that its table does not have.

HEADS_TABLE

[statistics.md](statistics.md) says how intervals are made, and how often they hold the truth, for made-up tables of normal numbers and two-sided 95 % intervals; losses of few patients are less
normal than that. Tables II, III, the controls, the ablations and as-released share heads 400 (but for rows that change the heads: no-context, half-context, no-mimics, brain-only, by-series, by-patient), and tables II, III, the
controls and as-released trainings of equal rows: they are not independent of each other, and the correction of primary claims is one a table. Simulated were crossed differences and claims by an amount, not nested designs, F1 or equality. The paper's figures stand in the whole tables, and are not comparable; nothing is called reproduced.`;

const tables = [];
const missing = [];
for (const name of TABLES) {
  const folder = join(ROOT, '.ichor', 'tables', `${name}.${PROFILE}`);
  if (!existsSync(join(folder, 'table.json')) || !existsSync(join(folder, 'table.md'))) {
    missing.push(`${name}: not run`);
    continue;
  }
  const table = JSON.parse(readFileSync(join(folder, 'table.json'), 'utf8'));
  for (const { name: row, baseline, seeds } of table.rows) {
    const done = seeds.filter(({ status }) => status === 'done').length;
    if (!baseline && done < seeds.length) missing.push(`${name}: ${row}, ${done} of ${seeds.length} seeds done`);
  }
  tables.push({ folder, table });
}
for (const text of missing) process.stdout.write(`missing: ${text}\n`);
if (process.argv.includes('--check')) process.exit(missing.length > 0 ? 1 : 0);
if (tables.length === 0)
  throw new SetupError(`No table has been run: npx ichor table recipes/tables/*.yaml --profile ${PROFILE}`);

const pages = join(ROOT, 'docs', 'results');
const images = join(ROOT, 'docs', 'images', 'results');
for (const folder of [pages, images]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
const parts = tables.map(({ folder, table }) => {
  writeFileSync(join(pages, `${table.name}.md`), readFileSync(join(folder, 'table.md'), 'utf8'));
  const forest = existsSync(join(folder, 'forest.svg'));
  if (forest) copyFileSync(join(folder, 'forest.svg'), join(images, `${table.name}.svg`));
  return shortTable(table, { forest });
});
const lines = conclusions(tables.map(({ table }) => table));
const said = [
  '## What can be concluded',
  lines.length > 0
    ? lines.map((text, i) => `${i + 1}. ${text}`).join('\n')
    : 'Nothing: no table that has run claims anything.',
  AFTER.replace('HEADS_TABLE', byHeads(tables.map(({ table }) => table))),
];
const left = missing.length > 0 ? [`Not here yet:\n\n${missing.map((text) => `- ${text}`).join('\n')}`] : [];
writeFileSync(
  join(ROOT, 'docs', 'results.md'),
  `${[HEAD.trim(), ...said, ...left, ...parts, '## What was wrong in version 0.1', audit(tables.map(({ table }) => table))].join('\n\n')}\n`,
);
process.stdout.write(`docs/results.md: ${parts.length} of ${TABLES.length} tables\n`);
