import { listRuns } from './run-folder.ts';

/** Clocks of machines that share a store differ by seconds; another process may start while this one looks. */
const BEHIND_MS = 60_000;

/**
 * A warning where a run of the same recipe started later than now, by the clocks: whichever of them was wrong, the run that
 * starts now will not be the newest, and the recipe's name stands for the other one.
 */
export async function clockBehind(
  storeRoot: string,
  recipe: string,
  now = new Date(),
): Promise<{ code: string; message: string; hint: string } | null> {
  // A damaged record is named by whoever looks for a run.
  const runs = await listRuns(storeRoot, () => {});
  const newest = runs.filter(({ record }) => record.recipe === recipe && record.predictsWith === null).at(-1)?.record;
  if (newest === undefined || !(Date.parse(newest.started) - now.getTime() > BEHIND_MS)) return null;
  return {
    code: 'clock-behind',
    message: `By the clocks ${newest.name} started at ${newest.started}, after this run, which starts at ${now.toISOString()}: one of the clocks was wrong, and \`${recipe}\` goes on standing for ${newest.name}.`,
    hint: "Set this machine's clock right if it is behind. Else name this run itself, or give it a tag: `ichor runs tag`.",
  };
}
