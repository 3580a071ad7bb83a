import { stream } from '../../../src/index.ts';
import type { BleedType } from './bleed.ts';

export type PhantomSet = 'train' | 'test';

/** Who is scanned: what is known of a study before anything is drawn. */
export interface RosterEntry {
  set: PhantomSet;
  /** Number within its set. */
  study: number;
  /** Number of the patient: that of the patient's first study. */
  patient: number;
  /** The type that the study is about; null: no haemorrhage. Means nothing where each slice is drawn by itself. */
  type: BleedType | null;
}

/** Studies are dealt in blocks, so that few studies hold the shares as well as many do. */
const BLOCK = 20;

/**
 * Primary types of twenty-five positive studies. With the companions and the sizes of bleeds they give about RSNA's shares
 * of slices (facts 2.3): there too 4 % of positive studies have epidural blood.
 */
export const DECK: readonly BleedType[] = (
  [
    ['subdural', 8],
    ['intraparenchymal', 7],
    ['subarachnoid', 5],
    ['intraventricular', 4],
    ['epidural', 1],
  ] as const
).flatMap(([type, count]) => Array.from({ length: count }, () => type));

/** The first `count` studies of a set: the same whatever the count. */
export function drawRoster(
  seed: number,
  set: PhantomSet,
  count: number,
  shares: { positives: number; repeatPatients: number },
): RosterEntry[] {
  const roster: RosterEntry[] = [];
  let positives = 0;
  let patient = 0;
  for (let study = 0; study < count; study++) {
    if (study > 0 && !stream(seed, 'phantom-patient', set, study).chance(shares.repeatPatients)) patient = study;
    const block = Math.floor(study / BLOCK);
    const positive = dealt(seed, set, block, shares.positives)[study % BLOCK]!;
    roster.push({ set, study, patient, type: positive ? primary(seed, set, positives++) : null });
  }
  return roster;
}

function dealt(seed: number, set: PhantomSet, block: number, share: number): boolean[] {
  const upTo = (blocks: number) => Math.round(blocks * BLOCK * share);
  const positives = upTo(block + 1) - upTo(block);
  const cards = Array.from({ length: BLOCK }, (_, i) => i < positives);
  return stream(seed, 'phantom-positives', set, block).shuffle(cards);
}

function primary(seed: number, set: PhantomSet, positive: number): BleedType {
  const deck = stream(seed, 'phantom-types', set, Math.floor(positive / DECK.length)).shuffle(DECK);
  return deck[positive % DECK.length]!;
}
