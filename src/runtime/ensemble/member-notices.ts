import type { MemberNotices } from '../notices/of-members.ts';
import { noticesOfRun } from '../notices/of-run.ts';
import type { Member } from './member.ts';

/**
 * What each member said at its own end. `told`: reasons of which the ensemble itself says what holds for all of them together.
 */
export async function memberNotices(members: readonly Member[], told: ReadonlySet<string>): Promise<MemberNotices[]> {
  const all: MemberNotices[] = [];
  for (const { name, record, artifacts } of members) {
    // Runs of earlier versions did not write it down; their ledgers are there.
    const notices = record.notices ?? (await noticesOfRun(artifacts, []));
    all.push({ run: name, notices: notices.filter(({ reasons }) => !reasons.some(({ reason }) => told.has(reason))) });
  }
  return all;
}
