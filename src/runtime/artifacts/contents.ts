import { join } from 'node:path';
import { existsSync } from '../../files/fs.ts';
import { readCsv, writeCsv } from './csv.ts';

/** One row of `contents.csv` (shards): a file as it was when its slice was made. */
export interface ContentRow {
  /** As the column `file` of slices.csv. */
  file: string;
  /** Hash of the whole file, an HMAC where identities are private; `unreadable` where it could not be read. */
  content: string;
}

export const UNREADABLE = 'unreadable';

const COLUMNS = ['file', 'content'] as const;

export async function writeContents(folder: string, rows: Iterable<ContentRow>): Promise<void> {
  await writeCsv(join(folder, 'contents.csv'), COLUMNS, rows, ({ file, content }) => [file, content]);
}

export async function readContents(folder: string): Promise<ContentRow[]> {
  const rows: ContentRow[] = [];
  for await (const { file = '', content = '' } of readCsv(join(folder, 'contents.csv'))) rows.push({ file, content });
  return rows;
}

/** One row of `looked.csv` (a range of shards): a file's content in the state that its times stand for. */
export interface LookedRow extends ContentRow {
  /** As the table of a look has it. */
  stamp: string;
}

export const LOOKED = 'looked.csv';
const LOOKED_COLUMNS = ['file', 'stamp', 'content'] as const;

export async function writeLooked(folder: string, rows: Iterable<LookedRow>): Promise<void> {
  await writeCsv(join(folder, LOOKED), LOOKED_COLUMNS, rows, ({ file, stamp, content }) => [file, stamp, content]);
}

/** None where a source generates: nobody changes what it made. */
export async function* readLooked(folder: string): AsyncGenerator<LookedRow> {
  if (!existsSync(join(folder, LOOKED))) return;
  for await (const { file = '', stamp = '', content = '' } of readCsv(join(folder, LOOKED), LOOKED_COLUMNS))
    yield { file, stamp, content };
}
