import { hash } from 'node:crypto';
import type { HounsfieldRule } from '../../dicom/hounsfield.ts';
import { remembered } from '../remembered.ts';
import { integerTable, type SliceFacts, sliceFacts } from '../slice-facts.ts';
import type { SliceJob } from '../slice-job.ts';
import { patternsOf, standForThemselves } from '../stored-words.ts';
import { sharedTaps } from '../taps.ts';
import type { SliceKernel } from './kernel.ts';

export interface KernelImage {
  /** Where it stands in the kernel's memory: `[size, size, channels]` bytes, until the next slice. */
  at: number;
  length: number;
  facts: SliceFacts;
}

/**
 * A slice's picture, made in the kernel's memory. Its bytes may stand there already (`SliceKernel.file`). Null where pixels
 * are missing.
 *
 * @param before bytes of room in front of the image, and `after` it, for the record around it
 */
export function kernelImage(
  kernel: SliceKernel,
  { bytes, rows, columns, rule, table, size, interpolation }: SliceJob,
  before = 0,
  after = 0,
): KernelImage | null {
  const pixels = rows * columns;
  const width = rule.bitsAllocated === 8 ? 1 : 2;
  if (bytes.length < pixels * width) return null;
  const words = kernel.words(bytes, pixels, width);
  const { used, counts } = kernel.count(words, pixels);
  const patterns = patternsOf(rule);
  const asStored = standForThemselves(used, patterns);
  const bits = asStored ? words : kernel.lookUp(words, pixels, patterns, 'bits');
  const length = size * size * table.channels;
  const at = kernel.region('out', before + length + after) + before;
  const [vertical, horizontal] = [sharedTaps(interpolation, rows, size), sharedTaps(interpolation, columns, size)];
  kernel.resize(bits, columns, table, vertical, horizontal, at);
  const found = shortHash(kernel, { words, bits, pixels, used }, [rows, columns], rule);
  // Views last: they are lost where memory grows, addresses are not.
  const view = kernel.words16(bits, pixels);
  const stored = { words: asStored ? view : kernel.words16(words, pixels), used, counts, bits: view };
  return { at, length, facts: sliceFacts(stored, rows, columns, rule, found) };
}

interface Counted {
  words: number;
  bits: number;
  pixels: number;
  used: Uint32Array;
}

/** The picture's hash, where all of its HU fit 16 bits. */
function shortHash(
  kernel: SliceKernel,
  { words, bits, pixels, used }: Counted,
  [rows, columns]: readonly [number, number],
  rule: HounsfieldRule,
): string | null {
  const table = integerTable(rule);
  const patterns = patternsOf(rule);
  const [first = 0] = used;
  const added = (table[patterns[first] as number] as number) - first;
  let shifted = true;
  for (let i = 0; i < used.length; i++) {
    const word = used[i] as number;
    const hu = table[patterns[word] as number] as number;
    if (hu < -32768 || hu > 32767) return null;
    // Words of 16 bits and a number, what runs over cut off: where the slope is 1.
    if (((word + added) << 16) >> 16 !== hu) shifted = false;
  }
  const at = shifted
    ? kernel.add(words, pixels, added, 'values', HEAD)
    : kernel.lookUp(bits, pixels, shortTable(rule), 'values', HEAD);
  const all = kernel.bytes(at - HEAD, HEAD + 2 * pixels);
  const head = new DataView(all.buffer, all.byteOffset, HEAD);
  head.setInt32(0, rows, true);
  head.setInt32(4, columns, true);
  return hash('sha256', all, 'hex');
}

/** Rows and columns stand before the values. */
const HEAD = 8;

/** HU that do not fit are cut off: they are none of the picture's. */
const shortTable = remembered(8, (rule: HounsfieldRule) => Int16Array.from(integerTable(rule)));
