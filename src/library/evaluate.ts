import { resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { open } from '../files/fs.ts';
import { LABELS, type Label } from '../labels.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import { fieldsOf, type LabelColumn } from '../registry/label-columns.ts';
import type { RecipeLabels, ResolvedRecipe } from '../registry/recipe.ts';
import { NO_LABELS } from '../runtime/runs/predict-run.ts';
import type { WorkEvent } from './events.ts';
import { checkedOptions, type EvaluateOptions } from './options.ts';
import { predictNow } from './predict-with.ts';
import type { FinishedRun } from './run-types.ts';
import { refuseBesideTestSide, testSideNow } from './test-side.ts';

/** Predicts as `predict` does, and judges by these labels. */
export function evaluateNow(
  run: string,
  places: string | readonly string[],
  options: EvaluateOptions | undefined,
  emit: (event: WorkEvent) => void,
): Promise<FinishedRun> {
  const stated = checkedOptions('evaluate', options);
  const named = typeof places === 'string' ? [places] : places;
  if (stated.testSide === true) {
    refuseBesideTestSide(named, stated);
    return testSideNow(run, stated, emit);
  }
  if (named.length === 0)
    throw new IchorError(
      'wrong-call',
      'evaluate judges by labelled slices, and nothing says where they are.',
      'Name them: ichor evaluate RUN DIR; or judge by what the run itself holds out: ichor evaluate RUN --test-side',
      2,
    );
  return predictNow('evaluate', run, places, options, emit, ({ labels, columns, cwd }) => {
    const from = resolve(cwd ?? process.cwd());
    const stated = columns === undefined ? null : columnsOf(columns);
    return {
      async labelsOf(trained) {
        // A table in Kaggle's form says so itself, whatever the run's own is like.
        const kaggles = stated === null && labels !== undefined && (await isKaggles(resolve(from, labels)));
        const own = kaggles ? NO_LABELS : (stated ?? formOf(trained));
        const file = labels === undefined ? own.file : resolve(from, labels);
        if (file === null)
          throw new IchorError(
            'labels-unnamed',
            'Nothing says which labels these slices have.',
            'Name their table: ichor evaluate RUN DIR --labels FILE. Without --columns it has the columns ID and Label, as Kaggle’s.',
            2,
          );
        return { labels: { ...own, file }, path: file };
      },
    };
  });
}

/** Whether the first line names the columns ID and Label. What cannot be read is told by who reads all of it. */
async function isKaggles(file: string): Promise<boolean> {
  const handle = await open(file, 'r').catch(() => null);
  if (handle === null) return false;
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
    const [first = ''] = buffer
      .toString('utf8', 0, bytesRead)
      .replace(/^\uFEFF/, '')
      .split('\n');
    const cells = first.split(',').map((cell) => cell.trim().replaceAll('"', '').toLowerCase());
    return cells.includes('id') && cells.includes('label');
  } finally {
    await handle.close();
  }
}
const START_BYTES = 4096;

/** As the run's recipe says its own labels are written: another hospital's table is often made alike. */
function formOf({ data }: ResolvedRecipe): RecipeLabels {
  const { file, ...form } = data.labels;
  if (file !== null) return { ...form, file: null };
  const {
    table = null,
    slice = null,
    patient = null,
    number = null,
    labels = null,
  } = data.source as {
    table?: string | null;
    slice?: string | null;
    patient?: string | null;
    number?: string | null;
    labels?: RecipeLabels['columns'];
  };
  if (data.source.type !== 'pictures' || labels === null) return NO_LABELS;
  const who = slice === null && patient !== null && number !== null ? { patient, number } : { slice };
  return { ...NO_LABELS, file: table, ...who, columns: labels };
}

const isLabel = (name: string): boolean => LABELS.some((label) => label === name);

const CELLS = ['slice', 'path', 'patient', 'number', 'label', 'value'] as const;

const wrong = (message: string, hint: string) => new IchorError('wrong-call', `--columns${message}`, hint, 2);

/** A part up to a comma: a name, and a column, which stands in quotes where it has a comma itself. */
const PART = /\s*(?:([\w-]+)\s*=\s*(!?)\s*("(?:[^"]|"")+"|[^",!\s][^,]*?)|([^,]*?))\s*(?:,|$)/y;

/** The parts of the text, each with its column unquoted. */
function* partsOf(text: string): Generator<{ part: string; name: string; not: boolean; column: string }> {
  PART.lastIndex = 0;
  for (let more = true; more; ) {
    const [part = '', name, not, column = '', none = ''] = PART.exec(text) ?? [];
    // A comma at the end has nothing behind it, which names no column.
    more = part.endsWith(',');
    if (name === undefined) yield { part: none, name: /^\s*([\w-]+)/.exec(none)?.[1] ?? '', not: false, column: '' };
    else {
      const own = column.startsWith('"') ? column.slice(1, -1).replaceAll('""', '"').trim() : column;
      yield { part: part.replace(/\s*,$/, ''), name, not: not !== '', column: own };
    }
  }
}

/** `NAME=COLUMN` by commas; a label's column with `!` before it says the contrary, one with a comma stands in quotes. */
export function columnsOf(text: string): RecipeLabels {
  const found: RecipeLabels = { ...NO_LABELS };
  const columns: Partial<Record<Label, LabelColumn>> = {};
  const known: readonly string[] = [...CELLS, ...LABELS];
  const names = new Set<string>();
  /** What each column is named for. */
  const users = new Map<string, string>();
  for (const { part, name, not, column } of partsOf(text)) {
    const cell = CELLS.find((one) => one === name);
    const label = LABELS.find((one) => one === name);
    if (column === '' || (cell === undefined && label === undefined) || (cell !== undefined && not)) {
      const near = nearest(name, known);
      throw wrong(
        `: ${JSON.stringify(part.trim())} names no column.`,
        `${near === null || near === name ? '' : `Did you mean ${near}? `}Write NAME=COLUMN by commas, a column with a comma in quotes (epidural="EDH, acute"); names are ${known.join(', ')}.`,
      );
    }
    if (names.has(name)) throw wrong(` names ${name} twice.`, 'Which column is meant? Leave one of the two.');
    names.add(name);
    for (const one of label === undefined ? fieldsOf(column) : [column]) {
      const user = users.get(one);
      // It contradicts itself row by row, which is told of the rows.
      if (name === 'any' && not && isLabel(user ?? '')) continue;
      // Patient and number may be parts of one text; a label has a column of its own.
      if (user !== undefined && (label !== undefined || isLabel(user) || name === 'value' || user === 'value'))
        throw wrong(
          ` names the column ${JSON.stringify(one)} twice: for ${user} and for ${name}.`,
          'Name the column of each label; one that says the contrary has a ! before it: any=!Healthy.',
        );
      users.set(one, name);
    }
    if (cell !== undefined) found[cell] = column;
    if (label !== undefined) columns[label] = not ? { not: column } : column;
  }
  if (Object.keys(columns).length > 0) found.columns = columns;
  const ways = [found.slice, found.path, found.patient].filter((one) => one !== null).length;
  const whole =
    (found.patient === null) === (found.number === null) && (found.label === null) === (found.value === null);
  if (ways !== 1 || !whole || (found.columns === null) === (found.label === null))
    throw wrong(
      ' does not say what names a slice, and where its labels stand, in one way each.',
      'One of slice, path, or patient and number; and the labels (epidural=…), or label and value: --columns path=File,epidural=EDH,any=!Healthy',
    );
  return found;
}
