import type { Member } from './member.ts';

/** One sentence where some members are calibrated and others are not; null where they agree. */
export function calibratedInPart(members: readonly Member[]): string | null {
  const isCalibrated = ({ averaged, predict }: Member) => averaged.key !== predict.key;
  const names = (of: readonly Member[]) => of.map(({ name }) => name).join(', ');
  const [own, others] = [members.filter(isCalibrated), members.filter((one) => !isCalibrated(one))];
  if (own.length === 0 || others.length === 0) return null;
  return `Of the members ${names(own)} ${own.length === 1 ? 'is' : 'are'} calibrated, and ${names(others)} not: the mean takes the probabilities of each as they stand on its own page.`;
}
