import { createHash } from 'node:crypto';
import { dirname, join, resolve } from 'node:path';
import { type ComparedRuns, compareRuns } from '../library/index.ts';
import { interruptible } from './interrupt.ts';
import { printJson } from './json.ts';
import { writeNamedFile } from './named-file.ts';
import { paint } from './paint.ts';
import { shown } from './paths.ts';
import { table } from './table.ts';

export interface CompareOptions {
  out?: string;
  store?: string;
  json?: boolean;
}

/** `ichor runs compare A B…`: 0 the page is written, 2 a run cannot be read or there is no comparing. */
export async function compareCommand(names: readonly string[], options: CompareOptions): Promise<number> {
  const signal = interruptible();
  const { store } = options;
  const compared = await compareRuns(names, { signal, ...(store === undefined ? {} : { store }) });
  const file = resolve(options.out ?? join(compared.store, 'comparisons', pageName(compared)));
  await writeNamedFile(file, await compared.page(dirname(file)));
  if (options.json) {
    const { page: _, tables: __, ...facts } = compared;
    return printJson({ ...facts, page: file });
  }
  process.stdout.write(`${comparisonText(compared)}\n\n${paint.green('wrote')} ${shown(file)}\n`);
  return 0;
}

/** `quickstart-1_quickstart-2.html`; what is too long for a file's name ends with a hash of all. */
function pageName({ runs }: ComparedRuns): string {
  const name = runs.map(({ run }) => run).join('_');
  if (name.length <= LONGEST) return `${name}.html`;
  return `${name.slice(0, LONGEST - 9)}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}.html`;
}

const LONGEST = 120;

function comparisonText({ tables }: ComparedRuns): string {
  const { runs, figures, values, facts, notes, worse } = tables;
  const laidOut = (rows: readonly string[][]): string => (rows.length === 0 ? '' : table(rows));
  const parts = [
    table(runs),
    worse.map((text) => paint.yellow(text)).join('\n'),
    laidOut(figures),
    notes.join('\n'),
    values.length === 0 ? 'The recipes resolve to the same.' : table(values),
    laidOut(facts),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}
