import type { ComponentValue, ResolvedRecipe } from './recipe.ts';
import type { Registry } from './registry.ts';

/** What stands beside every number of a run whose recipe accepts a finding: `accept: [leak]`. */
export type Stamp = 'LEAKY SPLIT' | 'PATIENTS UNKNOWN';

/** Codes that `accept` may name. Everything else that is an error makes figures that mean nothing at all. */
export const ACCEPTABLE = ['leak', 'no-positives', 'no-negatives', 'single-slice-patients'] as const;

/** Of those, what only the data can tell: a check of the recipe alone never calls its acceptance unused. */
export const KNOWN_BY_DATA: readonly string[] = ['no-positives', 'no-negatives', 'single-slice-patients'];

/**
 * The stamps of a resolved recipe, in the order in which they are shown; mostly none. A split that is not by patient
 * lets networks validate on patients whose labels they saw: `ichor check` refuses it, or the recipe accepts it and is
 * stamped. So does a split of its own for a sequence model that reads what the backbone made of the pictures: whatever it
 * draws, patients that trained the backbone validate. The stamp follows from the splits themselves, so that nothing but
 * another split takes it away. Of a source that does not know its patients nobody can say whether slices of one person stand on
 * both sides: what comes of it says PATIENTS UNKNOWN.
 */
export function stampsOf({ data, sequence }: Pick<ResolvedRecipe, 'data' | 'sequence'>, registry: Registry): Stamp[] {
  const bySlice = (split: ComponentValue) => registry.get('split', split.type)?.contract(split).by === 'slice';
  const patients = registry.get('source', data.source.type)?.contract(data.source).patients;
  if (bySlice(data.split)) return [patients === false ? 'PATIENTS UNKNOWN' : 'LEAKY SPLIT'];
  if (sequence === 'none' || sequence === undefined || isWord(sequence.split)) return [];
  const needs = registry.get('sequence', sequence.type)?.contract(sequence as never).needs;
  return needs !== 'position' || bySlice(sequence.split as ComponentValue) ? ['LEAKY SPLIT'] : [];
}

const isWord = (split: unknown): boolean => split === undefined || typeof split === 'string';
