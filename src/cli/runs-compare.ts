import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { systemCode } from '../files/system-error.ts';
import { textIfThere } from '../files/text.ts';
import { isComparisonPage } from '../library/compare-runs.ts';
import { type ComparedRuns, compareRuns } from '../library/index.ts';
import { interruptible } from './interrupt.ts';
import { printJson } from './json.ts';
import { writeNamedFile } from './named-file.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { table } from './table.ts';

export interface CompareOptions {
  out?: string;
  /** Over a page that a comparison made, and over nothing else. */
  force?: boolean;
  store?: string;
  json?: boolean;
}

/** `ichor runs compare A B…`: 0 the page is written, 2 a run cannot be read, there is no comparing, or something is where the page is to be. */
export async function compareCommand(names: readonly string[], options: CompareOptions): Promise<number> {
  const signal = interruptible();
  const { store, out, force = false } = options;
  // Before minutes of drawing.
  if (out !== undefined) await refuseExisting(resolve(out), force);
  const compared = await compareRuns(names, { signal, ...(store === undefined ? {} : { store }) });
  const file = resolve(out ?? join(compared.store, 'comparisons', pageName(compared)));
  // The store's own page of these runs is made anew.
  await refuseExisting(file, force || out === undefined);
  await writeNamedFile(file, await compared.page(dirname(file)));
  if (options.json) {
    const { page: _, tables: __, ...facts } = compared;
    return printJson({ ...facts, page: file });
  }
  process.stdout.write(`${comparisonText(compared)}\n\n${paint.green('wrote')} ${shown(file)}\n`);
  return 0;
}

async function refuseExisting(file: string, replace: boolean): Promise<void> {
  const there = await textIfThere(file).catch((error: unknown) => {
    // What is no file cannot be written either, and says so.
    if (systemCode(error) === 'EISDIR' || systemCode(error) === 'ENOTDIR') return null;
    throw error;
  });
  if (there === null) return;
  const isOurs = isComparisonPage(there);
  if (replace && isOurs) return;
  throw new IchorError(
    'export-exists',
    isOurs
      ? `There is a comparison in ${shown(file)} already.`
      : `${shown(file)} is there already, and is not what a comparison wrote.`,
    isOurs ? 'Name another file with --out, or replace it with --force.' : 'Name another file with --out.',
    2,
  );
}

/** `quickstart-1_quickstart-2.html`; what is too long for a file's name ends with a hash of all. */
function pageName({ runs }: ComparedRuns): string {
  const name = runs.map(({ run }) => run).join('_');
  if (name.length <= LONGEST) return `${name}.html`;
  return `${name.slice(0, LONGEST - 9)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}.html`;
}

const LONGEST = 120;

function comparisonText({ tables }: ComparedRuns): string {
  const { runs, figures, values, same, facts, notes, worse } = tables;
  const laidOut = (rows: readonly string[][]): string => (rows.length === 0 ? '' : table(rows));
  const parts = [
    table(runs),
    worse.map((text) => paint.yellow(text)).join('\n'),
    laidOut(figures),
    notes.join('\n'),
    same ?? table(values),
    laidOut(facts),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
