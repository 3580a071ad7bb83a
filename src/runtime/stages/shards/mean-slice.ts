import { type HounsfieldRule, hounsfieldTable } from '../../dicom/hounsfield.ts';
import { remembered } from '../../images/remembered.ts';
import { beyondOf } from '../../images/slice-facts.ts';
import { storedWords } from '../../images/stored-words.ts';
import { isContradictory } from './slice-notes.ts';

/** Pixels of one slice of several, and how much of the mean it is. */
export interface MeanPart {
  bytes: Uint8Array;
  rule: HounsfieldRule;
  weight: number;
}

/** Words of a quarter of a HU, from -8192: finer than a grey level of any window that shows something, and all HU of tissue and metal fit in. */
export const MEAN_RULE: HounsfieldRule = {
  bitsAllocated: 16,
  bitsStored: 16,
  highBit: 15,
  signed: false,
  slope: 0.25,
  intercept: -8192,
  repaired: false,
  padding: null,
  overlayBits: 0,
  table: null,
};
const WORDS = 2 ** 16;

/** The slices of a series share them. */
const hounsfield = remembered(8, hounsfieldTable);

/** Sums up slices of one size, one after the other: the weighted mean of their HU. */
export class MeanSlice {
  readonly #sum: Float64Array;

  constructor(
    readonly rows: number,
    readonly columns: number,
  ) {
    this.#sum = new Float64Array(rows * columns);
  }

  /** What is wrong with the part's pixels; null: they are added. */
  add({ bytes, rule, weight }: MeanPart): 'truncated' | 'contradictory' | null {
    const pixels = this.rows * this.columns;
    const stored = storedWords(bytes, pixels, rule);
    if (stored === null) return 'truncated';
    if (isContradictory({ beyond: beyondOf(stored, rule) }, pixels)) return 'contradictory';
    const table = hounsfield(rule);
    const sum = this.#sum;
    for (let i = 0; i < pixels; i++) sum[i] = (sum[i] as number) + weight * (table[stored.bits[i] as number] as number);
    return null;
  }

  /** The mean as stored words of `MEAN_RULE`, little endian. */
  bytes(): Uint8Array {
    const words = Buffer.alloc(2 * this.#sum.length);
    this.#sum.forEach((hu, i) => {
      const word = Math.round((hu - MEAN_RULE.intercept) / MEAN_RULE.slope);
      words.writeUInt16LE(Math.min(WORDS - 1, Math.max(0, word)), 2 * i);
    });
    // A Buffer's memory may be shared.
    return Uint8Array.from(words);
  }
}
