import type { Member } from './member.ts';

const SETTINGS = ['metrics', 'patient', 'bootstrap'] as const;

/** One sentence where members were evaluated by other settings than the ensemble is; null where they agree. */
export function evaluatedOtherwise(members: readonly Member[], base: Member): string | null {
  const others = members.flatMap(({ name, recipe }) => {
    const differing = SETTINGS.filter(
      (key) => JSON.stringify(recipe.evaluation[key]) !== JSON.stringify(base.recipe.evaluation[key]),
    );
    return differing.length === 0 ? [] : [`${name} (${differing.map((key) => `evaluation.${key}`).join(', ')})`];
  });
  if (others.length === 0) return null;
  return `Evaluated by other settings than ${base.name}: ${others.join('; ')}. The ensemble's figures, and its members' on its page, are by those of ${base.name}: they are not the figures of these runs' own pages.`;
}
