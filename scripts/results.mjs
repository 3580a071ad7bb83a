/**
 * `node scripts/results.mjs`: docs/results.md out of what `ichor table recipes/tables/*.yaml --profile ci` has left in
 * the store's folder of tables. `--check` says whether each of them is there and finished, and writes nothing.
 */
import '../bin/check-node.mjs';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, SetupError } from './script.mjs';

const TABLES = ['selection', 'table-2', 'table-3', 'controls', 'ablations', 'as-released'];
const PROFILE = 'ci';

const HEAD = `# Results

**No figure of this page is about patients.** It was made on generated heads (phantoms), with the paper's networks made small (profile \`${PROFILE}\`),
by \`ichor table recipes/tables/*.yaml --profile ${PROFILE}\` and \`node scripts/results.mjs\`. Figures on the RSNA data at full scale have not been
measured with this software: whoever has the data and the weights measures them with the same files, without \`--profile\`.

A claim here is a claim about the pipeline: an effect that was built into the generator is found, and with the effect switched off a gain of
that size is not. The paper's figures stand in a column of their own and are not comparable; nothing is called reproduced. Every seed is shown.
Intervals are 95 % intervals by patient: they say how much the patients matter, and nothing about another training; the spread over
the seeds does that.
`;

const parts = [];
const missing = [];
for (const name of TABLES) {
  const folder = join(ROOT, '.ichor', 'tables', `${name}.${PROFILE}`);
  const file = join(folder, 'table.md');
  if (!existsSync(file)) {
    missing.push(`${name}: not run`);
    continue;
  }
  const { rows } = JSON.parse(readFileSync(join(folder, 'table.json'), 'utf8'));
  for (const { name: row, baseline, seeds } of rows) {
    const done = seeds.filter(({ status }) => status === 'done').length;
    if (!baseline && done < seeds.length) missing.push(`${name}: ${row}, ${done} of ${seeds.length} seeds done`);
  }
  // Headings of a table become sections of this page.
  parts.push(
    readFileSync(file, 'utf8')
      .trim()
      .replaceAll(/^(#+ )/gm, '#$1'),
  );
}
for (const text of missing) process.stdout.write(`missing: ${text}\n`);
if (process.argv.includes('--check')) process.exit(missing.length > 0 ? 1 : 0);
if (parts.length === 0)
  throw new SetupError(`No table has been run: npx ichor table recipes/tables/*.yaml --profile ${PROFILE}`);
const left = missing.length > 0 ? `\nNot here yet:\n\n${missing.map((text) => `- ${text}`).join('\n')}\n` : '';
writeFileSync(join(ROOT, 'docs', 'results.md'), `${[`${HEAD}${left}`.trim(), ...parts].join('\n\n')}\n`);
process.stdout.write(`docs/results.md: ${parts.length} of ${TABLES.length} tables\n`);
