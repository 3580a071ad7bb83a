import { basename, dirname, join } from 'node:path';
import { readdir } from '../../files/fs.ts';
import { DataSet } from '../dicom/data-set.ts';
import { startOf } from '../dicom/parse-header.ts';
import { readNamedFile } from './read.ts';

/** Media Storage Directory Storage (PS3.4 B.5). */
const DIRECTORY_STORAGE = '1.2.840.10008.1.3.10';
const SOP_CLASS = 'x00020002';
/** (0004,1220) DirectoryRecordSequence and in it (0004,1500) ReferencedFileID (PS3.3 F.3). */
const RECORDS = 'x00041220';
const FILE_ID = 'x00041500';
/** A file set has a level for each part of a file's id: eight at most (PS3.10 8.2), and some have more. */
const DEEPEST = 32;

/** Whether the start of a file says that it is a DICOMDIR. */
export const isDicomdir = (start: Buffer): boolean =>
  start.toString('latin1', 128, 132) === 'DICM' && startOf(start)?.meta?.string(SOP_CLASS) === DIRECTORY_STORAGE;

/** A file that a DICOMDIR names. */
export interface NamedFile {
  /** As the DICOMDIR writes it, with `/`. */
  path: string;
  /** What lies there; null where nothing does, or the name leads out of the folder. */
  found: string | null;
  leadsOut: boolean;
}

/**
 * The files that a DICOMDIR names, each once, in its order, and where they lie. Names of a CD are in capitals, and
 * systems that copied it may have written them otherwise (`IM0001` as `im0001`, `IM0001.;1`): they are found all the same where only one fits.
 *
 * @returns null where its records cannot be read
 */
export async function filesOfDicomdir(path: string): Promise<NamedFile[] | null> {
  const ids = fileIds(await readNamedFile(path));
  if (ids === null) return null;
  const folder = new Listing(dirname(path));
  const named = new Map<string, NamedFile>();
  for (const parts of ids) {
    const written = parts.join('/');
    if (named.has(written) || written === '') continue;
    const leadsOut = parts.some((part) => part === '..' || /[\\/\0]|^[a-z]:$/i.test(part));
    named.set(written, { path: written, found: leadsOut ? null : await folder.find(parts), leadsOut });
  }
  return [...named.values()];
}

function fileIds(bytes: Buffer): string[][] | null {
  const start = startOf(bytes);
  if (start === null || start.form === null) return null;
  const set = new DataSet(bytes, start.offset, bytes.length, start.form);
  if (set.elements[RECORDS] === undefined) return null;
  return set.items(RECORDS).flatMap((record) => {
    const text = record.string(FILE_ID);
    const parts = text === undefined ? [] : text.split('\\').map((part) => part.trim());
    return parts.length === 0 || parts.length > DEEPEST || parts.some((part) => part === '') ? [] : [parts];
  });
}

/** Finds names whatever their case, each folder listed once. */
class Listing {
  readonly #names = new Map<string, Promise<string[]>>();

  constructor(readonly root: string) {}

  async find(parts: readonly string[]): Promise<string | null> {
    let path = '';
    for (const part of parts) {
      const names = await this.#list(path);
      const alike = names.filter((name) => plain(name) === plain(part));
      const name = names.includes(part) ? part : alike.length === 1 ? alike[0] : undefined;
      if (name === undefined) return null;
      path = path === '' ? name : `${path}/${name}`;
    }
    return path;
  }

  #list(folder: string): Promise<string[]> {
    const known =
      this.#names.get(folder) ??
      // What cannot be listed holds nothing that could be read.
      readdir(join(this.root, folder)).catch(() => [] as string[]);
    this.#names.set(folder, known);
    return known;
  }
}

/** `IM0001.;1`, as ISO 9660 has it, is `im0001`. */
const plain = (name: string): string => basename(name).toLowerCase().replace(/;\d+$/, '').replace(/\.$/, '');
