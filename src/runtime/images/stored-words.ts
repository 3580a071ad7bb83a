import { type HounsfieldRule, patternTable } from '../dicom/hounsfield.ts';
import { remembered } from './remembered.ts';

/** A picture's pixels as they are stored, and how often each word stands there. */
export interface StoredWords {
  words: Uint8Array | Uint16Array;
  /** The words that are there, ascending, and how often each of them is. */
  used: ArrayLike<number>;
  counts: ArrayLike<number>;
  /** Their patterns of stored bits, indices into the rule's tables: `words` itself where these are the same. */
  bits: Uint8Array | Uint16Array;
}

/** By bytes of a word: what counts them, zero between two pictures. Two in turn: a word that follows its like does not wait for its count. */
const COUNTERS = [0, 256, 65536].map((words) => [new Uint32Array(words), new Uint32Array(words)] as const);

const LITTLE = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** Null where the bytes end before the last pixel. */
export function storedWords(bytes: Uint8Array, pixels: number, rule: HounsfieldRule): StoredWords | null {
  const width = rule.bitsAllocated / 8;
  if (bytes.length < pixels * width) return null;
  const words = width === 1 ? bytes.subarray(0, pixels) : wordsOf(bytes, pixels);
  const { used, counts } = countWords(words, COUNTERS[width] as (typeof COUNTERS)[number]);
  const patterns = patternsOf(rule);
  if (standForThemselves(used, patterns)) return { words, used, counts, bits: words };
  const bits = new Uint16Array(pixels);
  for (let i = 0; i < pixels; i++) bits[i] = patterns[words[i] as number] as number;
  return { words, used, counts, bits };
}

/** Whether all these words are their own patterns of stored bits. */
export function standForThemselves(used: ArrayLike<number>, patterns: Uint16Array): boolean {
  for (let i = 0; i < used.length; i++) if (patterns[used[i] as number] !== used[i]) return false;
  return true;
}

function countWords(words: StoredWords['words'], [even, odd]: readonly [Uint32Array, Uint32Array]) {
  const pairs = words.length - (words.length % 2);
  for (let i = 0; i < pairs; i += 2) {
    even[words[i] as number]!++;
    odd[words[i + 1] as number]!++;
  }
  if (pairs < words.length) even[words[pairs] as number]!++;
  const used: number[] = [];
  const counts: number[] = [];
  for (let word = 0; word < even.length; word++) {
    const count = (even[word] as number) + (odd[word] as number);
    if (count === 0) continue;
    used.push(word);
    counts.push(count);
  }
  even.fill(0);
  odd.fill(0);
  return { used, counts };
}

/** Pixels may start at an odd offset, and are little endian whatever the machine is. */
function wordsOf(bytes: Uint8Array, pixels: number): Uint16Array {
  if (LITTLE && bytes.byteOffset % 2 === 0) return new Uint16Array(bytes.buffer, bytes.byteOffset, pixels);
  const own = Buffer.from(bytes.subarray(0, 2 * pixels));
  // Of a Buffer's shared slab the offset is a multiple of eight.
  return new Uint16Array((LITTLE ? own : own.swap16()).buffer, own.byteOffset, pixels);
}

/** The slices of a set share them. */
export const patternsOf = remembered(8, patternTable);
