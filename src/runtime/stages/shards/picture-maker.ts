import { IchorError } from '../../../errors.ts';
import type { PictureFacts } from '../../../registry/kinds/source.ts';
import type { SlicePicture, SliceRow } from '../../artifacts/slices.ts';
import type { PictureJob } from '../../images/pictures-record.ts';
import type { LedgerNote } from '../../ledger.ts';
import { pictureHash, pictureOf } from '../../pictures/picture-header.ts';
import { sourceChanged } from '../source-changed.ts';
import { READ_ERRORS } from './slice-file.ts';
import { type MadeSlice, rowOf, type SliceMaker } from './slice-maker.ts';

export interface PictureMaker
  extends Pick<SliceMaker, 'source' | 'contents' | 'seal' | 'size' | 'interpolation' | 'storage' | 'pool'> {
  pathOf(file: string): string | undefined;
  /** Names of pictures, in the order of the channels. */
  channels: readonly string[];
  /** What the source says of each. */
  pictures: Readonly<Record<string, PictureFacts>>;
}

/** From an index row to its record: reads the files of its pictures, checks that they are those that index saw, hands them to the pool. */
export function pictureMaker(maker: PictureMaker): (row: SliceRow) => Promise<MadeSlice> {
  const { channels, size, interpolation, storage, pool } = maker;
  return async (row) => {
    const contents: string[] = [];
    const jobs: PictureJob[] = [];
    for (const picture of row.pictures ?? []) {
      const read = await readSame(maker, picture);
      if (read === null) return { record: null, row: rowOf(row, 'unreadable') };
      const { bytes, content } = read;
      if (content !== null) contents.push(content);
      const header = await pictureOf(bytes);
      // Its header is the one that index saw.
      if (header === null) throw sourceChanged(picture.file, 'it is no picture any more');
      const { white = 2 ** header.bits - 1, window = null } = maker.pictures[picture.name] ?? {};
      jobs.push({ name: picture.name, bytes, header, white, window });
    }
    const found = contents.length === jobs.length && jobs.length > 0 ? { contents } : {};
    const { slice, series, patient, labels } = row;
    const made = await pool.makePictures({
      slice,
      series,
      patient,
      labels,
      pictures: jobs,
      channels,
      size,
      interpolation,
      storage,
    });
    if (made.failed !== undefined) {
      const { name, problem } = made.failed;
      const why = jobs.length === 1 ? problem : `${problem} (the picture ${name})`;
      return { record: null, row: { ...rowOf(row, 'undecodable'), why, ...found } };
    }
    const { hash, blank, brain } = made;
    const notes = notesOf(slice, made.blank, made.dark);
    return {
      record: made.record,
      row: { ...rowOf(row, 'read'), ...found, hash, blank, brain: Number(brain.toFixed(6)), notes },
    };
  };
}

/** Null where the medium fails. Throws `source-changed`. */
async function readSame(
  { source, contents, pathOf, seal }: PictureMaker,
  { file, bytes: size, headerHash }: SlicePicture,
): Promise<{ bytes: Buffer; content: string | null } | null> {
  const path = pathOf(file);
  if (path === undefined) throw sourceChanged(file, 'it is not there any more');
  let bytes: Buffer;
  try {
    bytes = await source.read(path);
  } catch (error) {
    if (error instanceof IchorError) throw error;
    // The system's message holds the path, which may be private: only its code is shown.
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    if (READ_ERRORS.has(code)) return null;
    throw sourceChanged(file, `it cannot be read (${code})`);
  }
  if (bytes.length !== size) throw sourceChanged(file, `it has ${bytes.length} bytes instead of ${size}`);
  if (seal(pictureHash(bytes)) !== headerHash) throw sourceChanged(file, 'its header differs');
  return { bytes, content: contents === null ? null : contents.of(file, bytes) };
}

function notesOf(item: string, blank: boolean, dark: number | null): LedgerNote[] {
  const note = (reason: LedgerNote['reason'], message: string, hint: string): LedgerNote => ({
    item,
    what: 'slice',
    reason,
    message,
    kind: 'warning',
    hint,
  });
  if (blank)
    return [
      note('blank-picture', 'All of its pixels have nearly one value: it shows nothing.', 'Look at its pictures.'),
    ];
  if (dark === null) return [];
  return [
    note(
      'dark-pictures',
      `Of its 16 bits the values end at ${dark}: where that is white, it comes out dark.`,
      'State what is white: data.source.pictures.NAME.white: 4095.',
    ),
  ];
}
