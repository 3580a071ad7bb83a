import { join } from 'node:path';
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
