import type { HounsfieldRule } from '../../dicom/hounsfield.ts';
import { mayBeWrapped } from '../../dicom/hounsfield.ts';
import { LEAST_TOLD, type SliceFacts } from '../../images/slice-facts.ts';
import type { LedgerNote } from '../../ledger.ts';

/** Below this deviation the picture is blank and links no patients. HU. */
const BLANK_DEVIATION = 1;
/** All of its HU lie so close together: no window of a head shows anything, whatever their deviation. */
const BLANK_RANGE = 16;
/** Of 674,258 RSNA files the highest sound one has 1,513, the noisy one 11,269 (facts 3). HU. */
const NOISE_DEVIATION = 3000;
/**
 * Of the rows that were looked at. No row of 324 slices of RSNA, of the phantoms with the most noise, and of a jaw in streaks
 * of metal counts as one; of noise nearly all do.
 */
const NOISY_ROWS = 0.125;
/** A CT slice holds air, water or fat: where nothing is as low as this, the rescale is another. HU. */
const LOWEST_PLAUSIBLE = 300;
/** Of a slice whose values wrapped around all air stands where otherwise metal is alone. */
const WRAPPED = 0.1;
/** Stray words are noted; so many of several values are the picture. */
const CONTRADICTORY = 0.01;

export const isBlank = ({ deviation, lowest, highest }: SliceFacts): boolean =>
  deviation < BLANK_DEVIATION || highest - lowest < BLANK_RANGE;

/** Values that wrapped around and were not repaired. */
export const isWrapped = (rule: HounsfieldRule, { wrapped }: SliceFacts): boolean =>
  !rule.repaired && mayBeWrapped(rule) && wrapped >= WRAPPED;

/** More bits in use than the header says are stored: what its values are worth nobody knows. */
export const isContradictory = ({ beyond }: Pick<SliceFacts, 'beyond'>, pixels: number): boolean =>
  beyond.several && beyond.pixels >= CONTRADICTORY * pixels;

/** What is to be said of the pixels of one slice. */
export function sliceNotes(item: string, rule: HounsfieldRule, facts: SliceFacts, pixels: number): LedgerNote[] {
  const { deviation, lowest, highest, padding, empty, noise, torn, beyond, repairable } = facts;
  const notes: LedgerNote[] = [];
  const note = (reason: LedgerNote['reason'], message: string, kind: LedgerNote['kind'], hint?: string) =>
    notes.push({ item, what: 'slice', reason, message, kind, ...(hint === undefined ? {} : { hint }) });
  if (rule.repaired && repairable > 0) {
    const message = `Unsigned values with an intercept of ${rule.intercept}: ${repairable} pixels had wrapped around and were repaired.`;
    note('repaired-intercept', message, 'repair');
  } else if (rule.repaired && rule.intercept !== 0 && !isBlank(facts)) {
    const message = `Unsigned values with an intercept of ${rule.intercept}, as of values that wrapped around: it was not applied, and no value had.`;
    const hint =
      'Look at its rescale intercept, or read it without the repair: the folder source applies what stands there.';
    note('intercept-not-applied', message, 'warning', hint);
  }
  if (isWrapped(rule, facts)) {
    const message = `Unsigned values with an intercept of ${rule.intercept}, and many at the upper end of 12 bits: they have wrapped around, and air shows as bone.`;
    const hint =
      'The rsna source repairs them. Here: `ichor predict --repair-intercept`, or `repairIntercept: true` of the folder source.';
    note('wrapped-values', message, 'warning', hint);
  }
  const values = rule.padding?.[0] === rule.padding?.[1] ? `${rule.padding?.[0]}` : rule.padding?.join(' to ');
  if (padding.bright > 0) {
    const message = `${padding.bright} pixels hold the header's padding value (${values}), whose HU are those of metal: they count as air.`;
    note('padding-as-air', message, 'repair');
  }
  if (padding.doubtful > 0) {
    const message = `${padding.doubtful} pixels hold the header's padding value (${values}), whose HU tissue has as well: they stay as they are, and where they are padding it shows as tissue.`;
    const hint =
      'Where it fills what is outside of the scan: fill that with -1000 HU, or with a value below all others, and declare that one as padding (0028,0120).';
    note('padding-among-tissue', message, 'warning', hint);
  }
  if (beyond.pixels > 0 && !isContradictory(facts, pixels)) {
    const message = `${beyond.pixels} pixels have bits above the ${rule.bitsStored} that the header says are stored: these bits were cut off.`;
    note('bits-beyond-stored', message, 'warning');
  }
  if (deviation > NOISE_DEVIATION) {
    const message = `Its HU have a standard deviation of ${Math.round(deviation)}: noise or damage.`;
    note('implausible-values', message, 'warning');
  } else if (noise >= NOISY_ROWS) {
    const message = `In ${Math.round(100 * noise)} % of its rows neighbouring pixels have nothing to do with each other: noise or damage.`;
    note('implausible-values', message, 'warning');
  }
  if (torn)
    note(
      'torn-pictures',
      'What stands below each other in it is alike in lines as long as it has rows, and not in its own: its picture is torn into stripes, and Rows and Columns seem to be exchanged.',
      'warning',
      'Exchange Rows (0028,0010) and Columns (0028,0011) in the headers, or export the series again.',
    );
  if (isBlank(facts)) {
    const range =
      lowest === highest ? `All of its pixels have ${lowest} HU` : `All of its HU lie between ${lowest} and ${highest}`;
    note(
      'blank-picture',
      `${range}: it shows nothing.`,
      'warning',
      'Look at the file: was it written before its pixels were there?',
    );
  } else if (lowest > LOWEST_PLAUSIBLE) {
    const message = `Its lowest HU are ${Math.round(lowest)}, above air, water and tissue: the rescale is probably wrong.`;
    note('implausible-rescale', message, 'warning');
  }
  // Zeros in one piece that end at an edge: less of them may be a border, of a picture that was made square.
  if (empty >= LEAST_TOLD) {
    const message =
      'Many of its pixels are stored as one value, in one piece that ends at an edge: a part of the picture is missing.';
    note(
      'empty-part',
      message,
      'warning',
      'Copy the files again: their length is right, and their bytes are not all there.',
    );
  }
  return notes;
}
