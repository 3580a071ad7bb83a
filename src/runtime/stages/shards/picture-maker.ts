import { IchorError } from '../../../errors.ts';
import type { PictureFacts } from '../../../registry/kinds/source.ts';
import type { SlicePicture, SliceRow } from '../../artifacts/slices.ts';
import type { PictureJob, PicturesRecord } from '../../images/pictures-record.ts';
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
    const out: OutOfReach[] = [];
    for (const picture of row.pictures ?? []) {
      const read = await readSame(maker, picture);
      if (read === null) return { record: null, row: rowOf(row, 'unreadable') };
      const { bytes, content } = read;
      if (content !== null) contents.push(content);
      const header = await pictureOf(bytes);
      // Its header is the one that index saw.
      if (header === null) throw sourceChanged(picture.file, 'it is no picture any more');
      const { white: stated = null, window = null } = maker.pictures[picture.name] ?? {};
      const greatest = 2 ** header.bits - 1;
      // White of 12 in 16 bits is said of those: in 8 bits no value is so great, and all would be black.
      if (stated !== null && stated > greatest) out.push({ name: picture.name, bits: header.bits, stated });
      const white = stated !== null && stated <= greatest ? stated : greatest;
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
    const { hash, blank, brain, greys } = made;
    const notes = notesOf(slice, made, out);
    return {
      record: made.record,
      row: { ...rowOf(row, 'read'), ...found, hash, blank, brain: Number(brain.toFixed(6)), greys, notes },
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

/** A picture whose bits hold no value as great as what is stated to be white. */
interface OutOfReach {
  name: string;
  bits: 8 | 16;
  stated: number;
}

/** So many pixels above white are a mark in a corner, or noise. */
const FEW_CLIPPED = 0.001;

function notesOf(
  item: string,
  { blank, dark, clipped }: Pick<PicturesRecord, 'blank' | 'dark' | 'clipped'>,
  [out]: readonly OutOfReach[],
): LedgerNote[] {
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
  const notes: LedgerNote[] = [];
  if (out !== undefined)
    notes.push(
      note(
        'white-out-of-reach',
        `Its picture ${out.name} has ${out.bits} bits, and no value is ${out.stated}, which is stated to be white: ${2 ** out.bits - 1} was taken.`,
        `Where others have 16 bits, data.source.pictures.${out.name}.white is of those alone; else take it out.`,
      ),
    );
  if (clipped !== null) {
    const { name, share, highest, white } = clipped;
    const said = note(
      'clipped-white',
      `${(100 * share).toPrecision(2)} % of the pixels of its picture ${name} are above ${white}, which is stated to be white (up to ${highest}): they are as white as that.`,
      `Look whether data.source.pictures.${name}.white is that of all pictures of ${name}.`,
    );
    notes.push(share > FEW_CLIPPED ? said : { ...said, kind: 'information' });
  }
  if (dark !== null) {
    const full = 2 ** Math.max(8, Math.ceil(Math.log2(dark + 1))) - 1;
    notes.push(
      note(
        'dark-pictures',
        `Of its 16 bits the values end at ${dark}: where that is white, it comes out dark.`,
        `Where all pictures of 16 bits end there, state what is white of them: data.source.pictures.NAME.white: ${full}. Pictures of 8 bits keep theirs.`,
      ),
    );
  }
  return notes;
}
