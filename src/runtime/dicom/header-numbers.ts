import type { DataSet } from './data-set.ts';
import type { DicomHeader, HeaderDoubt, HeaderProblem, PaddingRange, PixelFormat } from './header.ts';
import { decimals, integers, type NumberText } from './number-text.ts';
import { paddingRange } from './padding.ts';

/** How messages call an element. */
const NAMES: Readonly<Record<string, string>> = {
  x00200032: 'image position',
  x00200037: 'image orientation',
  x00280002: 'number of samples a pixel',
  x00280008: 'number of frames',
  x00280010: 'number of rows',
  x00280011: 'number of columns',
  x00280100: 'number of bits allocated',
  x00280101: 'number of bits stored',
  x00280102: 'high bit',
  x00280103: 'pixel representation',
  x00280120: 'pixel padding value',
  x00280121: 'pixel padding range limit',
  x00281052: 'rescale intercept',
  x00281053: 'rescale slope',
};

/** VRs under which two bytes are a number. Without VRs (implicit), or where a writer did not know them, they are as well. */
const SHORT_VRS: readonly (string | null)[] = [null, 'US', 'SS', 'UN'];
/** HU beyond this are no picture of anything, and fit into no integer. */
const MOST_HOUNSFIELD = 2 ** 31;
/** Units of (0028,1054) that PS3.3 C.11.1.1.2 knows and that are no HU. */
const OTHER_UNITS = ['OD', 'MGML', 'Z_EFF', 'ED', 'EDW', 'PCT'];

/**
 * The numbers of a header, read strictly. What makes HU a guess is the header's `problem`; any other number that cannot
 * be read is missing, and a doubt that is told.
 */
export class HeaderNumbers {
  readonly doubts: HeaderDoubt[] = [];
  problem: HeaderProblem | null = null;

  constructor(
    readonly set: DataSet,
    /** Elements whose values were too long to be looked at. */
    readonly dropped: ReadonlySet<string>,
  ) {}

  /** So many decimals (DS); null where there are none. */
  decimals(tag: string, count: number): number[] | null {
    return this.#optional(tag, this.#text(tag, decimals), count);
  }

  /** A number that is only held against others: one that cannot be read is none. */
  quietly(tag: string): number | null {
    const values = this.#text(tag, decimals)?.values;
    return values?.length === 1 ? (values[0] as number) : null;
  }

  /** (0028,1053) and (0028,1052). */
  rescale(): Pick<DicomHeader, 'slope' | 'intercept'> {
    const [slope, intercept] = ['x00281053', 'x00281052'].map((tag) => {
      const read = this.#text(tag, decimals);
      if (read === null) return null;
      if (read.values?.length === 1) {
        if (read.long) this.doubts.push({ reason: 'long-number', message: longMessage(tag), kind: 'information' });
        return read.values[0] as number;
      }
      this.#problem('unusable-rescale', `has a ${NAMES[tag]} that is no number as DICOM writes them`, 'no number');
      return null;
    }) as [number | null, number | null];
    if (slope === 0) this.#problem('unusable-rescale', 'has a rescale slope of 0', 'a slope of 0');
    if (Math.abs(slope ?? 1) * 2 ** 16 < 1)
      this.#problem(
        'unusable-rescale',
        'has a rescale slope that gives all of its values the same HU',
        'a slope near 0',
      );
    if (Math.abs(slope ?? 1) * 2 ** 16 + Math.abs(intercept ?? 0) >= MOST_HOUNSFIELD)
      this.#problem('unusable-rescale', 'has a rescale slope or intercept that is too large for any HU', 'too large');
    if (slope !== null && slope < 0) {
      const message = 'The rescale slope is negative: what is denser in the file has lower HU.';
      this.doubts.push({ reason: 'negative-slope', message });
    }
    this.unit();
    return { slope, intercept };
  }

  /** (0028,0008), 1 where missing. */
  frames(): number {
    const read = this.#text('x00280008', integers);
    if (read === null) return 1;
    const frames = read.values?.length === 1 ? (read.values[0] as number) : 0;
    if (frames >= 1) return frames;
    this.#problem('pixel-format', 'has a number of frames that is none');
    return 1;
  }

  pixels(): PixelFormat {
    const needed = (tag: string, missing: string): number => {
      const value = this.#short(tag);
      if (value === null) this.#problem('pixel-format', missing);
      return value ?? 0;
    };
    const bitsStored = needed('x00280101', 'does not say how many bits are stored');
    const representation = needed('x00280103', 'does not say whether its pixels have a sign');
    if (representation > 1)
      this.#problem('pixel-format', 'has a pixel representation that is neither signed nor unsigned');
    return {
      rows: this.#short('x00280010') ?? 0,
      columns: this.#short('x00280011') ?? 0,
      samples: this.#short('x00280002') ?? 1,
      bitsAllocated: this.#short('x00280100') ?? 0,
      bitsStored,
      // The standard allows no other, so that one that is missing is no guess.
      highBit: this.#short('x00280102') ?? bitsStored - 1,
      signed: representation === 1,
      overlayBits: this.#overlayBits(),
    };
  }

  /** Overlays that stand in bits of the pixels (retired, PS3.3 C.9.2): groups 6000, 6002 to 601E. */
  #overlayBits(): number {
    let mask = 0;
    for (let group = 0x6000; group <= 0x601e; group += 2) {
      const [allocated, position] = ['0100', '0102'].map((element) =>
        this.#shortOrNaN(`x${group.toString(16)}${element}`),
      );
      // One bit allocated: the overlay has data of its own.
      if (allocated === 16 && position !== null && position !== undefined && position < 16) mask |= 1 << position;
    }
    return mask;
  }

  /** (0028,0120) and (0028,0121) as stored values. */
  padding(pixels: PixelFormat): PaddingRange | null {
    const words = ['x00280120', 'x00280121'].map((tag) => {
      const word = this.#shortOrNaN(tag);
      if (!Number.isNaN(word)) return word;
      const message = `The ${NAMES[tag]} cannot be read: its pixels stay as they are stored.`;
      this.doubts.push({ reason: 'unreadable-padding', message });
      return null;
    });
    return paddingRange(words[0] ?? null, words[1] ?? null, pixels);
  }

  /** The unit of (0028,1054), or of (0028,3004). */
  unit(tag = 'x00281054'): void {
    const unit = this.#bytes(tag)
      ?.replace(/[\0 ]+$/, '')
      .trim()
      .toUpperCase();
    if (unit === undefined || unit === '' || unit === 'HU') return;
    if (OTHER_UNITS.includes(unit)) {
      this.#problem('not-hounsfield', `has values in ${unit} (rescale type), not in HU`);
      return;
    }
    const message = 'The header names another unit than HU, or none (rescale type): HU are taken.';
    this.doubts.push({ reason: 'unit-not-stated', message });
  }

  /** The first problem is told. */
  #problem(reason: HeaderProblem['reason'], message: string, detail?: string): void {
    const rescale = reason === 'unusable-rescale' || reason === 'not-hounsfield';
    this.problem ??= {
      reason,
      message,
      ...(detail === undefined ? {} : { detail }),
      ...(rescale ? { of: 'rescale' } : {}),
    };
  }

  #optional(tag: string, read: NumberText | null, count: number): number[] | null {
    if (read === null || read.values?.length === count) return read?.values ?? null;
    const message = `The ${nameOf(tag)} is not written as DICOM writes numbers: it counts as missing.`;
    this.doubts.push({ reason: 'unreadable-number', message });
    return null;
  }

  /** Null where the element is missing or empty. */
  #text(tag: string, read: (text: string) => NumberText): NumberText | null {
    if (this.dropped.has(tag)) return { values: null, long: true };
    const text = this.#bytes(tag);
    if (text === null || /^[ \0]*$/.test(text)) return null;
    return read(text);
  }

  /** A US; null where it is missing. One of another form is a problem, and null. */
  #short(tag: string): number | null {
    const value = this.#shortOrNaN(tag);
    if (!Number.isNaN(value)) return value;
    this.#problem('pixel-format', `has a ${NAMES[tag]} that cannot be read`);
    return null;
  }

  /** Two bytes as an unsigned number, null where there are none, NaN where there are others. */
  #shortOrNaN(tag: string): number | null {
    if (this.dropped.has(tag)) return Number.NaN;
    const element = this.set.elements[tag];
    if (element === undefined || element.length === 0) return null;
    if (element.length !== 2 || !SHORT_VRS.includes(element.vr)) return Number.NaN;
    return this.set.uint16(tag) ?? Number.NaN;
  }

  /** The bytes of an element as Latin-1, whole: dicom-parser's own text ends at a zero byte and loses white space. */
  #bytes(tag: string): string | null {
    const element = this.set.elements[tag];
    if (element === undefined || element.length === 0) return null;
    const { dataOffset, length } = element;
    return this.set.byteArray.toString('latin1', dataOffset, dataOffset + length);
  }
}

const longMessage = (tag: string): string =>
  `The ${nameOf(tag)} is written with more than 16 characters, which DICOM does not allow: all of them are read.`;

const nameOf = (tag: string): string => NAMES[tag] ?? `number (${tag.slice(1, 5)},${tag.slice(5)})`;
