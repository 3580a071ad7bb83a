import type { Warning } from '../notices/notice.ts';
import type { Member } from './member.ts';

/**
 * By which labels the mean of evaluations is judged: those of its members where all of them have the same, else by none, and
 * why not.
 */
export function judgedTogether(
  members: readonly Member[],
  base: Member,
): { by: Member['judgedBy']; said: Warning | null } {
  const judged = members.filter(({ judgedBy }) => judgedBy !== null);
  if (judged.length === 0) return { by: null, said: null };
  const labels = ({ judgedBy }: Member): string =>
    judgedBy === null
      ? ''
      : JSON.stringify([
          judgedBy.known,
          judgedBy.rows.map((row) => judgedBy.known.map((label) => row.labels?.[label])),
        ]);
  const own = labels(base);
  const other = members.find((member) => labels(member) !== own);
  if (other === undefined) return { by: base.judgedBy, said: null };
  const [one, two] = [base, other].map(({ name, judgedBy }) => `${name} by ${judgedBy === null ? 'none' : 'its own'}`);
  return {
    by: null,
    said: {
      code: 'ensemble-other-labels',
      message: `The members are judged by labels that differ (${one}, ${two}): the ensemble has predictions and calls, and no figures.`,
      hint: 'Evaluate each member by the same table, and average these: ichor evaluate RUN DIR --labels FILE.',
    },
  };
}
