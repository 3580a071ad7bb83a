import { posix } from 'node:path';
import { IchorError } from '../../errors.ts';
import { nearest } from '../../registry/diagnostics/nearest.ts';
import type { BadPictureRecord, OpenSource, PictureRecord } from '../../registry/kinds/source.ts';
import { columnsNamed, type LabelColumns } from '../../registry/label-columns.ts';
import { type CellTemplate, cellTemplate, roundedId } from './cell-template.ts';
import { labelRowsOf } from './label-rows.ts';
import { openTree } from './open-tree.ts';
import { ROOT_HINT } from './read.ts';
import { type TableRow, tableRows } from './table-rows.ts';
import { below, type FileTree } from './tree.ts';

/** Where the pictures of slices lie, and what a table, or their paths, say of them. */
export interface PicturesOptions {
  /** A CSV below the root, with a row a slice; null: the paths alone say what there is. */
  table: string | null;
  /** The path of each picture: a column of the table that holds it, or a text with columns in braces. */
  paths: Readonly<Record<string, string>>;
  /** Columns (without a table: fields of the paths), or texts with some in braces. */
  slice: string | null;
  patient: string | null;
  study: string | null;
  series: string | null;
  /** A number, and a position in mm. */
  number: string | null;
  positionMm: string | null;
  runs: 'upwards' | 'downwards';
  labels: LabelColumns | null;
  /** Nothing of what stands in the table is repeated by a message. */
  isPrivate: boolean;
}

/** Folders in a zip that are looked into where what is named does not lie at its top. */
const MOST_LOOKED_INTO = 100;

/**
 * Opens a folder, or a zip, of pictures (PNG, JPEG, TIFF), of which each slice has one or several: a table says which, or the
 * paths themselves do. All slices count as train where the table has labels, else as test.
 *
 * @param root absolute
 * @throws IchorError (exit 2) `source-missing`, `table-missing`, `table-column`, `table-unreadable`, `template-invalid`,
 * `paths-disagree`; what a zip that cannot be read gives.
 */
export async function openPictures(root: string, options: PicturesOptions): Promise<OpenSource> {
  const { table, isPrivate } = options;
  const shown = isPrivate ? 'of the pictures' : `"${root}"`;
  const opened = await openTree(root, shown, ROOT_HINT);
  const tree = opened.kind === 'zip' ? await withinZip(opened.tree, options) : opened.tree;
  const columns = new Columns(options);
  if (table !== null) {
    await requireTable(tree, table, isPrivate);
    // Its header is looked at before anything runs.
    for await (const _ of tableRows(textOf(tree, table), columns)) break;
  }
  const set = options.labels === null ? ('test' as const) : ('train' as const);
  const isTable = table === null ? () => false : (path: string) => path === posix.normalize(table);
  return {
    root,
    sliceIds: 'file-name',
    async *files() {
      for await (const file of tree.walk('')) if (!isTable(file.path)) yield { ...file, set };
    },
    read: tree.read,
    readRange: tree.readRange,
    records: () => (table === null ? recordsOfPaths(tree, columns) : recordsOfTable(tree, table, columns)),
    labels:
      table === null || options.labels === null
        ? null
        : {
            file: table,
            ...(isPrivate ? { shown: 'the table' } : {}),
            async *rows() {
              const labels = options.labels as LabelColumns;
              for await (const row of tableRows(textOf(tree, table), columns)) {
                const record = columns.recordOf(row);
                if (!('problem' in record)) yield* labelRowsOf(row, record.slice, labels);
              }
            },
          },
    synthetic: await tree.isFile('phantom.json'),
  };
}

const textOf = (tree: FileTree, file: string) => ({ name: posix.basename(file), lines: () => tree.lines(file) });

/** Whoever packs a folder packs its name too. */
async function withinZip(tree: FileTree, { table }: PicturesOptions): Promise<FileTree> {
  const top = await tree.names('');
  const [only] = top;
  if (table === null)
    return top.length === 1 && only !== undefined && (await tree.isFolder(only)) ? below(tree, only) : tree;
  if (await tree.isFile(table)) return tree;
  for (const name of top.slice(0, MOST_LOOKED_INTO)) {
    const inner = below(tree, name);
    if (await inner.isFile(table)) return inner;
  }
  return tree;
}

async function requireTable(tree: FileTree, table: string, isPrivate: boolean): Promise<void> {
  if (await tree.isFile(table)) return;
  const folder = posix.dirname(table);
  const tables = (await tree.names(folder === '.' ? '' : folder)).filter((name) => /\.(csv|tsv|txt)$/i.test(name));
  const near = nearest(posix.basename(table), tables);
  const there = isPrivate || tables.length === 0 ? '' : ` There is ${tables.slice(0, 5).join(', ')}.`;
  throw new IchorError(
    'table-missing',
    `The folder of pictures holds no table ${table} (data.source.table), which says whose pictures they are.`,
    `${near === null || isPrivate ? 'Put it there: a path from the folder that data.source.root names.' : `Did you mean ${near}?`}${there} Where paths say it all: table: null.`,
    2,
  );
}

/** What the columns of a table, or the fields of paths, are for. */
class Columns {
  readonly name: string;
  readonly isPrivate: boolean;
  /** The columns that the table must have. */
  readonly columns: ReadonlyMap<string, string>;
  readonly paths: readonly [name: string, template: CellTemplate][];
  readonly #of: Readonly<
    Record<'slice' | 'patient' | 'study' | 'series' | 'number' | 'positionMm', CellTemplate | null>
  >;

  constructor(readonly options: PicturesOptions) {
    const { table, paths, isPrivate, labels } = options;
    this.name = table === null ? '' : posix.basename(table);
    this.isPrivate = isPrivate;
    const named = (what: string) => `data.source.${what}`;
    const own = (what: keyof PicturesOptions) => {
      const text = options[what];
      return typeof text === 'string' ? cellTemplate(text, named(what)) : null;
    };
    this.#of = {
      slice: own('slice'),
      patient: own('patient'),
      study: own('study'),
      series: own('series'),
      number: own('number'),
      positionMm: own('positionMm'),
    };
    this.paths = Object.entries(paths).map(([name, path]) => [name, cellTemplate(path, named(`pictures.${name}`))]);
    const columns = new Map<string, string>();
    const add = (template: CellTemplate | null, from: string) => {
      for (const field of template?.fields ?? []) if (!columns.has(field)) columns.set(field, from);
    };
    for (const [what, template] of Object.entries(this.#of)) add(template, named(what));
    for (const [name, template] of this.paths) add(template, named(`pictures.${name}`));
    for (const [column, from] of labels === null ? [] : columnsNamed(labels, named('labels')))
      if (!columns.has(column)) columns.set(column, from);
    this.columns = columns;
    if (table === null) this.#pathsAgree();
  }

  /** Without a table each path names the same slice by the same fields, and all else is made of them. */
  #pathsAgree(): void {
    const refuse = (message: string): never => {
      throw new IchorError(
        'paths-disagree',
        message,
        'Without a table each path has the same fields: images/{patient}/{slice}.png. Or name a table (data.source.table).',
        2,
      );
    };
    const [first] = this.paths;
    const fields = first?.[1].fields ?? [];
    for (const [name, { fields: own, match }] of this.paths) {
      if (match === undefined || !/[{]/.test(this.options.paths[name] ?? ''))
        refuse(`data.source.pictures.${name} has no field in braces, and there is no table.`);
      if (own.length !== fields.length || own.some((field) => !fields.includes(field)))
        refuse(
          `The paths of the pictures have different fields: ${first?.[0]} ${fields.join(', ')}; ${name} ${own.join(', ')}.`,
        );
    }
    for (const [column, from] of this.columns)
      if (!fields.includes(column)) refuse(`${from} names the field ${column}, which the paths do not have.`);
  }

  recordOf({ cells, line, problem }: TableRow): PictureRecord | BadPictureRecord {
    if (problem !== null) return { line, problem };
    const { runs } = this.options;
    const of = this.#of;
    for (const what of ['slice', 'patient', 'study', 'series', 'number', 'positionMm'] as const) {
      const template = of[what];
      if (template !== null && template.fill(cells) === null)
        return { line, problem: `its ${template.fields.join(', ')} is empty` };
      const rounded = what === 'positionMm' ? null : roundedId(template, cells);
      if (rounded !== null) return { line, problem: rounded };
    }
    const numbers: { number: number | null; positionMm: number | null } = { number: null, positionMm: null };
    for (const what of ['number', 'positionMm'] as const) {
      const text = of[what]?.fill(cells) ?? null;
      if (text === null) continue;
      const value = /^[-+]?(\d+(\.\d*)?|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
      if (!Number.isFinite(value)) return { line, problem: `its ${of[what]?.fields.join(', ')} is no number` };
      numbers[what] = runs === 'downwards' && value !== 0 ? -value : value;
    }
    const pictures: Record<string, string> = {};
    for (const [name, template] of this.paths) {
      const path = template.fill(cells);
      if (path !== null) pictures[name] = plainPath(path);
    }
    const text = (what: 'patient' | 'study' | 'series') => of[what]?.fill(cells) ?? '';
    const slice = of.slice?.fill(cells) ?? this.#nameOf(cells, pictures);
    if (slice === null) return { line, problem: 'it names no picture, and nothing else tells which slice it is' };
    return {
      slice,
      patient: text('patient'),
      study: text('study'),
      series: text('series'),
      ...numbers,
      pictures,
      line,
    };
  }

  /** Where nothing says how slices are called: by all that says whose they are and where, else by their first path. */
  #nameOf(cells: TableRow['cells'], pictures: Readonly<Record<string, string>>): string | null {
    const { patient, study, series, number } = this.#of;
    const parts = [patient, study, series, number].flatMap((template) => template?.fill(cells) ?? []);
    if (patient !== null && number !== null) return parts.join('/');
    const [path] = Object.values(pictures);
    return path?.replace(/\.[^./]*$/, '') ?? null;
  }
}

/** As `files` has it: whatever system wrote the table. */
const plainPath = (path: string): string => posix.normalize(path.replaceAll('\\', '/')).replace(/^\.\//, '');

async function* recordsOfTable(tree: FileTree, table: string, columns: Columns) {
  for await (const row of tableRows(textOf(tree, table), columns)) yield columns.recordOf(row);
}

/** Each set of fields that the paths of files hold is a slice, in the order of the files. */
async function* recordsOfPaths(tree: FileTree, columns: Columns): AsyncGenerator<PictureRecord> {
  const seen = new Set<string>();
  for await (const { path } of tree.walk('')) {
    for (const [, template] of columns.paths) {
      const cells = template.match(path);
      if (cells === null) continue;
      const key = JSON.stringify(columns.paths[0]?.[1].fields.map((field) => cells[field]));
      if (seen.has(key)) break;
      seen.add(key);
      const record = columns.recordOf({ cells, line: 0, problem: null });
      // A path that holds no number where one is due is not of this form.
      if (!('problem' in record)) yield { ...record, line: null };
      break;
    }
  }
}
