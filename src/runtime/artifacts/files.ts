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
  /** First 16 hex digits of the SHA-256 of the header (image) or of all of it. */
  hash: string;
}

const COLUMNS = ['what', 'file', 'bytes', 'hash'] as const;
const HEX_DIGITS = 16;

/** The rows of a source whose headers were read. */
export async function fileRows(
  source: OpenSource,
  readings: readonly HeaderReading[],
  identities: Identities,
): Promise<FileRow[]> {
  const short = (hash: string) => hash.slice(0, HEX_DIGITS);
  const rows: FileRow[] = readings.map(({ file, hash }) => ({
    what: 'image',
    file: identities.name('file', file.path),
    bytes: file.bytes,
    hash: short(hash),
  }));
  if (source.labels !== null) {
    const text = await source.read(source.labels.file);
    const hash = short(createHash('sha256').update(text).digest('hex'));
    rows.push({ what: 'labels', file: identities.name('file', source.labels.file), bytes: text.length, hash });
  }
  const facts = [source.synthetic, (await source.submissionIds?.()) ?? null];
  return [...rows, { what: 'facts', file: '', bytes: 0, hash: short(hashOf(facts)) }];
}

export async function writeFiles(folder: string, rows: Iterable<FileRow>): Promise<void> {
  await writeCsv(join(folder, 'files.csv'), COLUMNS, rows, (row) => COLUMNS.map((column) => row[column]));
}

export async function readFiles(folder: string): Promise<FileRow[]> {
  const rows: FileRow[] = [];
  for await (const { what, file, bytes, hash } of readCsv(join(folder, 'files.csv'))) {
    rows.push({ what: what as FileRow['what'], file: file ?? '', bytes: Number(bytes), hash: hash ?? '' });
  }
  return rows;
}

export interface FileChanges {
  added: FileRow[];
  removed: FileRow[];
  changed: FileRow[];
}

/** What became of the files between two tables: by their paths. A file that was moved is one removed and one added. */
export function fileChanges(before: readonly FileRow[], now: readonly FileRow[]): FileChanges {
  const key = ({ what, file }: FileRow) => `${what === 'facts' ? 'facts' : 'file'}:${file}`;
  const old = new Map(before.map((row) => [key(row), row]));
  const present = new Set(now.map(key));
  const changed = now.filter((row) => {
    const same = old.get(key(row));
    return same !== undefined && (same.bytes !== row.bytes || same.hash !== row.hash || same.what !== row.what);
  });
  return {
    added: now.filter((row) => !old.has(key(row))),
    removed: before.filter((row) => !present.has(key(row))),
    changed,
  };
}
