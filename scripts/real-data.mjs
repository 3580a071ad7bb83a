/**
 * `node scripts/real-data.mjs`: docs/real-data.md out of the sets that lie beside the checkout (`--shared DIR`, else ICHOR_SHARED, else
 * ../shared). Runs the three tables of real patients, shows what rsna-slices trained to the sets that it never saw, and writes the page with
 * the whole tables beside it. Everything that holds a picture, or was trained on one, stays in `--work DIR` (.ichor/real-data): nothing of it
 * is in the page.
 *
 * It takes some hours on two cores, and goes on where it was killed. `--page` runs nothing, and writes the page of what is there.
 */
import '../bin/check-node.mjs';
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { alonePatients } from './real-data/alone-patients.mjs';
import { page } from './real-data/page.mjs';
import { minutesByRow } from './real-data/times.mjs';
import { transfers } from './real-data/transfers.mjs';
import { makeWorkspace } from './real-data/workspace.mjs';
import { COMMAND, ROOT, run, SetupError } from './script.mjs';

/** In the order of what matters first, should the time not last. */
const TABLES = ['ct-ich', 'ct-ich-heads', 'rsna-slices'];

const { values } = parseArgs({
  options: { shared: { type: 'string' }, work: { type: 'string' }, page: { type: 'boolean', default: false } },
});
const shared = resolve(values.shared ?? process.env.ICHOR_SHARED ?? join(ROOT, '..', 'shared'));
const work = resolve(values.work ?? join(ROOT, '.ichor', 'real-data'));
if (!existsSync(COMMAND)) throw new SetupError('There is no dist/: npm run build');

makeWorkspace(work, shared);
if (!values.page)
  for (const name of TABLES) {
    const file = join(ROOT, 'recipes', 'tables', `${name}.yaml`);
    const { status } = await run(process.execPath, [COMMAND, 'table', file], { cwd: work });
    if (status !== 0) throw new SetupError(`ichor table ${name} ended with ${status}; the same command goes on.`);
  }

const tables = [];
for (const name of TABLES) {
  const folder = join(work, '.ichor', 'tables', name);
  if (!existsSync(join(folder, 'table.json'))) continue;
  const table = JSON.parse(readFileSync(join(folder, 'table.json'), 'utf8'));
  const forest = existsSync(join(folder, 'forest.svg'));
  tables.push({ folder, table, forest, alone: await alonePatients(name, table, work) });
}
if (tables.length === 0) throw new SetupError('No table has been run: node scripts/real-data.mjs');
const shown = await transfers(tables.find(({ table }) => table.name === 'rsna-slices')?.table, work);

const minutes = minutesByRow(
  tables.map(({ table }) => table),
  work,
);

const pages = join(ROOT, 'docs', 'real-data');
const images = join(ROOT, 'docs', 'images', 'real-data');
for (const folder of [pages, images]) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
}
for (const { folder, table, forest } of tables) {
  writeFileSync(join(pages, `${table.name}.md`), readFileSync(join(folder, 'table.md'), 'utf8'));
  if (forest) copyFileSync(join(folder, 'forest.svg'), join(images, `${table.name}.svg`));
}
writeFileSync(join(ROOT, 'docs', 'real-data.md'), page(tables, shown, minutes));
process.stdout.write('docs/real-data.md is written\n');
