import type { FoundRun } from './run-folder.ts';
import { readTraits, traitsText } from './run-traits.ts';

/** Which run a recipe's name stood for, and of how many; null where the run itself was named. */
export async function takenText(name: string, { folder, record, among, passedOver }: FoundRun): Promise<string | null> {
  if (among === null) return null;
  const what = `run ${record.name} (${traitsText(await readTraits(folder))})`;
  if (among === 1) return `${name}: ${what}, its only run.`;
  const newest = `the newest ${record.status === 'done' ? 'finished ' : ''}one`;
  const which =
    passedOver === null
      ? newest
      : `${newest} without --set or profile (${passedOver} is newer, but something was set for it)`;
  return `${name}: ${what}, ${which} of ${among} runs; \`ichor runs list\` shows the others.`;
}
