import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { OpenSource } from '../../registry/kinds/source.ts';
import type { HeaderReading } from '../dicom/read-header.ts';
import type { Identities } from '../sources/identities.ts';
import { hashOf } from '../store/key.ts';
import { readCsv, writeCsv } from './csv.ts';

/** One row of `files.csv` (index): what the data's fingerprint was made of, so that a change of it has a name. */
export interface FileRow {
  /** `facts`: what the source says beside its files: its submission form, and whether it is synthetic. */
  what: 'image' | 'labels' | 'facts';
  /** Path relative to the source's root, its HMAC where identities are private; empty for `facts`. */
  file: string;
  bytes: number;
  /** First 16 hex digits of the SHA-256 of the header (image) or of all of it; of its HMAC where identities are private. */
  hash: string;
  /**
   * First 16 digits of the hash of all of a picture's file; empty where that is what the first shards of such headers were
   * made of, and nothing but the header stands for it.
   */
  content: string;
}

const COLUMNS = ['what', 'file', 'bytes', 'hash', 'content'] as const;
const HEX_DIGITS = 16;

/** The rows of a source whose headers were read. `changed`: contents that stand beside the headers, by a row's `file`. */
export async function fileRows(
  source: OpenSource,
  readings: readonly Pick<HeaderReading, 'file' | 'hash'>[],
  identities: Identities,
  changed: ReadonlyMap<string, string> = new Map(),
): Promise<FileRow[]> {
  const short = (hash: string) => (hash === '' ? '' : identities.seal(hash).slice(0, HEX_DIGITS));
  const rows: FileRow[] = readings.map(({ file: { path, bytes }, hash }) => {
    const file = identities.name('file', path);
    return { what: 'image', file, bytes, hash: short(hash), content: short(changed.get(file) ?? '') };
  });
  if (source.labels !== null) {
    const text = await source.read(source.labels.file);
    const hash = short(createHash('sha256').update(text).digest('hex'));
    rows.push({
      what: 'labels',
      file: identities.name('file', source.labels.file),
      bytes: text.length,
      hash,
      content: '',
    });
  }
  const facts = [source.synthetic, (await source.submissionIds?.()) ?? null];
  return [...rows, { what: 'facts', file: '', bytes: 0, hash: short(hashOf(facts)), content: '' }];
}

export async function writeFiles(folder: string, rows: Iterable<FileRow>): Promise<void> {
  await writeCsv(join(folder, 'files.csv'), COLUMNS, rows, (row) => COLUMNS.map((column) => row[column]));
}

export async function readFiles(folder: string): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  // Tables of earlier versions have no contents.
  for await (const { what, file = '', bytes, hash = '', content = '' } of readCsv(join(folder, 'files.csv'))) {
    rows.push({ what: what as FileRow['what'], file, bytes: Number(bytes), hash, content });
  }
  return rows;
}

export interface FileChanges {
  added: FileRow[];
  removed: FileRow[];
  /** Their sizes or headers. */
  changed: FileRow[];
  /** Their pixels, under an equal header of an equal size. */
  pixels: FileRow[];
}

/** What became of the files between two tables: by their paths. A file that was moved is one removed and one added. */
export function fileChanges(before: readonly FileRow[], now: readonly FileRow[]): FileChanges {
  const key = ({ what, file }: FileRow) => `${what === 'facts' ? 'facts' : 'file'}:${file}`;
  const old = new Map(before.map((row) => [key(row), row]));
  const present = new Set(now.map(key));
  const changed: FileRow[] = [];
  const pixels: FileRow[] = [];
  for (const row of now) {
    const same = old.get(key(row));
    if (same === undefined) continue;
    if (same.bytes !== row.bytes || same.hash !== row.hash || same.what !== row.what) changed.push(row);
    else if (same.content !== row.content) pixels.push(row);
  }
  return {
    added: now.filter((row) => !old.has(key(row))),
    removed: before.filter((row) => !present.has(key(row))),
    changed,
    pixels,
  };
}
