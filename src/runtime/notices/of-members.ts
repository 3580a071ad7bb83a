import type { Notice } from './notice.ts';

/** What one of several runs says, by the run's name. */
export interface MemberNotices {
  run: string;
  notices: readonly Notice[];
}

/** So many runs are named on a line. */
const MOST_NAMED = 4;
/** As the block of one run has them. */
const PLACE: Readonly<Record<Notice['kind'], number>> = { 'left-out': 0, warning: 1, repair: 2 };

/**
 * What is said of several runs taken together: its own first, then what its members say beyond that, each once, with the
 * names of those who say it.
 */
export function withMembers(own: readonly Notice[], members: readonly MemberNotices[]): Notice[] {
  const said = new Set(own.map(same));
  const groups = new Map<string, { notice: Notice; runs: string[] }>();
  for (const { run, notices } of members)
    for (const notice of notices) {
      const key = same(notice);
      if (said.has(key)) continue;
      const group = groups.get(key) ?? { notice, runs: [] };
      groups.set(key, group);
      if (!group.runs.includes(run)) group.runs.push(run);
    }
  const more = [...groups.values()].map(
    ({ notice, runs }): Notice => ({ ...notice, text: `${named(runs)}: ${notice.text}` }),
  );
  return [...own, ...more].sort((a, b) => PLACE[a.kind] - PLACE[b.kind]);
}

/** Of one text there are several where the places or what to do differ. */
const same = ({ kind, what, text, first, hint }: Notice): string => JSON.stringify([kind, what, text, first, hint]);

function named(runs: readonly string[]): string {
  const some = runs.slice(0, MOST_NAMED).join(', ');
  return runs.length > MOST_NAMED ? `${some} and ${runs.length - MOST_NAMED} more` : some;
}
