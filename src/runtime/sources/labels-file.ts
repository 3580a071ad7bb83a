import { isAbsolute, posix } from 'node:path';
import { IchorError } from '../../errors.ts';
import { readFile } from '../../files/fs.ts';
import { LABELS } from '../../labels.ts';
import type { BadLabelRow, LabelRow, OpenSource } from '../../registry/kinds/source.ts';
import { columnsNamed } from '../../registry/label-columns.ts';
import type { RecipeLabels } from '../../registry/recipe.ts';
import { linesOf } from '../lines.ts';
import { type CellTemplate, cellTemplate, roundedId } from './cell-template.ts';
import { binary, readLabelRows, type TableText } from './kaggle-csv.ts';
import { labelRowsOf } from './label-rows.ts';
import { isFile } from './read.ts';
import { type TableRow, tableRows } from './table-rows.ts';

export interface LabelsOptions {
  /** `data.labels.file` as a path of this machine, absolute. */
  path: string;
  isPrivate: boolean;
  /** The source has labels of its own, and so says which of its files are for training; else all of them are. */
  labelled: boolean;
}

type Labels = NonNullable<OpenSource['labels']>;

/**
 * A source with the table of labels that a recipe names (`data.labels.file`) in the place of its own.
 *
 * @throws IchorError (exit 2) `labels-missing` where there is no such file; what `tableRows` throws of its header.
 */
export async function withLabels(
  source: OpenSource,
  labels: RecipeLabels,
  options: LabelsOptions,
): Promise<OpenSource> {
  const own = await labelsOf(source, labels, options);
  const read: OpenSource['read'] = async (path, length) => {
    if (path !== own.labels.file || own.bytes === null) return source.read(path, length);
    const bytes = await own.bytes();
    return length === undefined ? bytes : bytes.subarray(0, length);
  };
  async function* files(): ReturnType<OpenSource['files']> {
    for await (const file of source.files())
      if (file.path !== own.labels.file) yield options.labelled ? file : { ...file, set: 'train' };
  }
  // A plugin's source may be of a class of its own: everything else stays its business.
  return new Proxy(source, {
    get(target, name) {
      if (name === 'labels') return own.labels;
      if (name === 'read') return read;
      if (name === 'files') return files;
      if (name === 'noLabels') return undefined;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The rows of the table. `bytes`: null where the source itself reads it. */
export async function labelsOf(
  source: OpenSource | null,
  labels: RecipeLabels,
  { path, isPrivate }: Pick<LabelsOptions, 'path' | 'isPrivate'>,
): Promise<{ labels: Labels; bytes: (() => Promise<Buffer>) | null }> {
  const stated = labels.file as string;
  const name = isPrivate ? 'the table of labels' : posix.basename(stated.replaceAll('\\', '/'));
  const inside = source !== null && !isAbsolute(stated) && (await holds(source, posix.normalize(stated)));
  const text: TableText = inside
    ? { name, lines: () => linesOf({ pieces: () => pieceOf(source.read(posix.normalize(stated))) }, name) }
    : { name, lines: () => linesOf(path, name) };
  if (!inside && !(await isFile(path)))
    throw new IchorError(
      'labels-missing',
      `There is no table of labels ${isPrivate ? 'where data.labels.file says' : stated} (data.labels.file).`,
      "Its path starts at the source's folder, or at the workspace: the folder of the nearest package.json, else where the command was typed.",
      2,
    );
  const table = new LabelTable(text, labels, isPrivate);
  await table.checkHeader();
  return {
    labels: {
      file: inside ? posix.normalize(stated) : stated,
      ...(isPrivate ? { shown: name } : {}),
      by: labels.path !== null ? 'path' : labels.patient !== null ? 'patient-and-number' : 'slice',
      rows: () => table.rows(),
    },
    bytes: inside ? null : () => readFile(path),
  };
}

/**
 * Whether the table lies in the source and, another one, where its path leads from the workspace: the source's is read
 * (`labelsOf`), and the other may be meant. The same bytes in both are one table.
 *
 * @param path of this machine, absolute
 */
export async function isInTwoPlaces(source: OpenSource, stated: string, path: string): Promise<boolean> {
  if (isAbsolute(stated) || !(await isFile(path))) return false;
  const inside = posix.normalize(stated.replaceAll('\\', '/'));
  if (!(await holds(source, inside))) return false;
  const [own, other] = await Promise.all([source.read(inside), readFile(path)]);
  return !other.equals(own);
}

const holds = (source: OpenSource, path: string): Promise<boolean> =>
  source.read(path, 1).then(
    () => true,
    () => false,
  );

async function* pieceOf(bytes: Promise<Buffer>): AsyncGenerator<Uint8Array> {
  yield await bytes;
}

/** What of a path a label row and a file may differ in: how a system writes it. */
const plainPath = (path: string): string => posix.normalize(path.replaceAll('\\', '/')).replace(/^\.\//, '');

class LabelTable {
  readonly #slice: CellTemplate | null;
  readonly #number: CellTemplate | null;
  readonly #label: CellTemplate | null;
  readonly #value: CellTemplate | null;
  readonly #columns: ReadonlyMap<string, string>;

  constructor(
    readonly text: TableText,
    readonly labels: RecipeLabels,
    readonly isPrivate: boolean,
  ) {
    const columns = new Map<string, string>();
    const cell = (what: 'slice' | 'path' | 'patient' | 'number' | 'label' | 'value'): CellTemplate | null => {
      const stated = labels[what];
      if (stated === null) return null;
      const template = cellTemplate(stated, `data.labels.${what}`);
      for (const field of template.fields) columns.set(field, `data.labels.${what}`);
      return template;
    };
    this.#slice = cell('slice') ?? cell('path') ?? cell('patient');
    this.#number = cell('number');
    this.#label = cell('label');
    this.#value = cell('value');
    for (const [column, from] of labels.columns === null ? [] : columnsNamed(labels.columns, 'data.labels.columns'))
      columns.set(column, from);
    this.#columns = columns;
  }

  /** Without a word about its columns it has Kaggle's form. */
  get isKaggle(): boolean {
    return this.#slice === null;
  }

  #open(): AsyncGenerator<TableRow> {
    return tableRows(this.text, { name: this.text.name, isPrivate: this.isPrivate, columns: this.#columns });
  }

  async checkHeader(): Promise<void> {
    if (this.isKaggle) return;
    for await (const _ of this.#open()) break;
  }

  async *rows(): AsyncGenerator<LabelRow | BadLabelRow> {
    if (this.isKaggle) {
      yield* readLabelRows(this.text);
      return;
    }
    for await (const row of this.#open()) yield* this.#labelsOf(row);
  }

  *#labelsOf(row: TableRow): Generator<LabelRow | BadLabelRow> {
    const { cells, line } = row;
    const bad = (problem: string): BadLabelRow => ({ line, text: '', problem });
    if (row.problem !== null) return yield bad(row.problem.replace(/^it /, '').replaceAll('cell', 'column'));
    const rounded = roundedId(this.#slice, cells);
    if (rounded !== null) return yield bad(rounded);
    const slice = this.#nameOf(cells);
    if (slice === null) return yield bad('names no slice: a cell that is to name it is empty');
    const { columns } = this.labels;
    if (columns !== null) return yield* labelRowsOf(row, slice, columns);
    const named = this.#label?.fill(cells) ?? '';
    const label = LABELS.find((one) => one === named.trim().toLowerCase());
    if (label === undefined) return yield bad('its label is none of the six');
    const value = binary(this.#value?.fill(cells) ?? '');
    if (value === null) return yield bad('its value is neither 0 nor 1');
    yield { slice, label, value, line };
  }

  #nameOf(cells: TableRow['cells']): string | null {
    const own = this.#slice?.fill(cells) ?? null;
    if (own === null || this.#number === null) return own !== null && this.labels.path !== null ? plainPath(own) : own;
    const number = this.#number.fill(cells);
    return number === null ? null : patientAndNumber(own, number);
  }
}

/** `49/14`, whatever zeros stand in front of the number. */
export const patientAndNumber = (patient: string, number: string | number): string =>
  `${patient}/${Number.isFinite(Number(number)) ? Math.abs(Number(number)) : number}`;
