import type { Side } from '../../registry/kinds/split.ts';

/** What the slices are called that figures are about first (`judgedSide`): the validation side, or those that somebody labelled to judge by. */
export const judgedWords = (side: Side): { title: string; short: string; on: string } =>
  side === 'held-out'
    ? { title: 'Test side', short: 'test side', on: 'the test side' }
    : side === 'test'
      ? { title: 'Labelled slices', short: 'labelled', on: 'the labelled slices' }
      : { title: 'Validation', short: 'validation', on: 'validation' };
