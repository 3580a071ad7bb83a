import { seedOf } from '../../../src/index.ts';

/**
 * Ids as RSNA's pseudonyms: `ID_` and hexadecimal digits, hashed, so that their order tells nothing about position.
 * Nine digits for a slice, eight for a patient, ten for study and series.
 */
export function phantomId(seed: number, digits: number, ...parts: readonly (string | number)[]): string {
  const words = seedOf(seed, 'phantom-id', ...parts);
  const hex = Array.from(words, (word) => word.toString(16).padStart(8, '0')).join('');
  return `ID_${hex.slice(0, digits)}`;
}

/** A valid UID of the file: `2.25.` and a 128 bit number (DICOM part 5, B.2). */
export function phantomFileUid(seed: number, ...parts: readonly (string | number)[]): string {
  const number = [...seedOf(seed, 'phantom-uid', ...parts)].reduce<bigint>(
    (sum, word) => (sum << 32n) | BigInt(word),
    0n,
  );
  return `2.25.${number}`;
}
