import { resolve } from 'node:path';
import { IchorError } from '../errors.ts';
import { open } from '../files/fs.ts';
import { LABELS, type Label } from '../labels.ts';
import { nearest } from '../registry/diagnostics/nearest.ts';
import type { LabelColumn } from '../registry/label-columns.ts';
import type { RecipeLabels, ResolvedRecipe } from '../registry/recipe.ts';
import { NO_LABELS } from '../runtime/runs/predict-run.ts';
import { type PredictOptions, predictCommand } from './predict.ts';

export interface EvaluateOptions extends PredictOptions {
  /** The table of labels; where nothing is said, the one of the run's own source of pictures. */
  labels?: string;
  /** `path=File,epidural=EDH,any=!Healthy`. */
  columns?: string;
}

/** `ichor evaluate RUN DIR… --labels FILE`: predicts as `ichor predict` does, and judges by these labels. */
export async function evaluateCommand(
  name: string,
  places: readonly string[],
  { labels, columns, ...options }: EvaluateOptions,
): Promise<number> {
  const stated = columns === undefined ? null : columnsOf(columns);
  return predictCommand(name, places, options, {
    async labelsOf(trained) {
      // A table in Kaggle's form says so itself, whatever the run's own is like.
      const kaggles = stated === null && labels !== undefined && (await isKaggles(resolve(labels)));
      const own = kaggles ? NO_LABELS : (stated ?? formOf(trained));
      const file = labels === undefined ? own.file : resolve(labels);
      if (file === null)
        throw new IchorError(
          'labels-unnamed',
          'Nothing says which labels these slices have.',
          'Name their table: ichor evaluate RUN DIR --labels FILE. Without --columns it has the columns ID and Label, as Kaggle’s.',
          2,
        );
      return { labels: { ...own, file }, path: file };
    },
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

const CELLS = ['slice', 'path', 'patient', 'number', 'label', 'value'] as const;

/** `NAME=COLUMN` by commas; a label's column with `!` before it says the contrary. */
export function columnsOf(text: string): RecipeLabels {
  const found: RecipeLabels = { ...NO_LABELS };
  const columns: Partial<Record<Label, LabelColumn>> = {};
  const known: readonly string[] = [...CELLS, ...LABELS];
  for (const part of text.split(',')) {
    const [, name = '', not = '', column = ''] = /^\s*([\w-]+)\s*=\s*(!?)\s*(.+?)\s*$/.exec(part) ?? [];
    const cell = CELLS.find((one) => one === name);
    const label = LABELS.find((one) => one === name);
    if (cell !== undefined && not === '') found[cell] = column;
    else if (label !== undefined) columns[label] = not === '' ? column : { not: column };
    else {
      const near = nearest(name, known);
      throw new IchorError(
        'wrong-call',
        `--columns: ${JSON.stringify(part.trim())} names no column.`,
        `${near === null || near === name ? '' : `Did you mean ${near}? `}Write NAME=COLUMN by commas; names are ${known.join(', ')}.`,
        2,
      );
    }
  }
  if (Object.keys(columns).length > 0) found.columns = columns;
  const ways = [found.slice, found.path, found.patient].filter((one) => one !== null).length;
  const whole =
    (found.patient === null) === (found.number === null) && (found.label === null) === (found.value === null);
  if (ways !== 1 || !whole || (found.columns === null) === (found.label === null))
    throw new IchorError(
      'wrong-call',
      '--columns does not say what names a slice, and where its labels stand, in one way each.',
      'One of slice, path, or patient and number; and the labels (epidural=…), or label and value: --columns path=File,epidural=EDH,any=!Healthy',
      2,
    );
  return found;
}
