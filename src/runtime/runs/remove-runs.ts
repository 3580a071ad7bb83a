import { resolve } from 'node:path';
import { IchorError } from '../../errors.ts';
import { rm } from '../../files/fs.ts';
import { belongings, belongingText } from './belonging.ts';
import { type FoundRun, findNamed } from './find-run.ts';
import { listRuns, readRun } from './run-folder.ts';
import { removeTag, tagsByRun } from './tags.ts';

/**
 * Removes the folders of runs; artifacts stay until `ichor store gc`. All are looked at before the first goes. Throws
 * (exit 2) `unknown-run`, `run-running`, and without `force` `run-referred` where another run, a sweep or a table refers to one.
 */
export async function removeRuns(
  storeRoot: string,
  named: readonly string[],
  { force }: { force: boolean },
): Promise<string[]> {
  const found = new Map<string, FoundRun>();
  for (const name of named) {
    const run = await findNamed(storeRoot, name);
    if (run === null || resolve(run.folder, '..') !== resolve(storeRoot, 'runs')) throw await unknown(storeRoot, name);
    found.set(run.record.name, run);
  }
  const going = [...found.keys()];
  for (const { record } of found.values()) {
    if (record.status !== 'running') continue;
    throw new IchorError(
      'run-running',
      `Run ${record.name} is running (process ${record.process.pid} on ${record.process.host}).`,
      'Stop it first, or let it end.',
      2,
    );
  }
  if (!force) {
    const reasons = await referring(storeRoot, going);
    if (reasons.length > 0)
      throw new IchorError(
        'run-referred',
        reasons.join(' '),
        'Remove what refers to it too, or remove it all the same with --force.',
        2,
      );
  }
  const tags = await tagsByRun(storeRoot);
  for (const [name, { folder }] of found) {
    // Looked at again: between the two it may have become another's.
    if ((await readRun(folder))?.name === name) await rm(folder, { recursive: true, force: true });
    for (const tag of tags.get(name) ?? []) await removeTag(storeRoot, tag);
  }
  return going;
}

/** A sentence for each thing that refers to one of these runs and does not go with them. */
async function referring(storeRoot: string, going: readonly string[]): Promise<string[]> {
  const reasons: string[] = [];
  for (const { record } of await listRuns(storeRoot)) {
    if (going.includes(record.name)) continue;
    if (record.predictsWith !== null && going.includes(record.predictsWith))
      reasons.push(`Run ${record.name} predicts with the networks of ${record.predictsWith}.`);
    for (const { run } of record.ensemble?.runs ?? [])
      if (going.includes(run)) reasons.push(`Run ${record.name} is a mean that ${run} counts in.`);
  }
  const { of, unreadable } = await belongings(storeRoot);
  const [damaged] = unreadable;
  if (damaged) reasons.push(`${damaged.message} What belongs to it is not known.`);
  for (const name of going)
    for (const belonging of of.get(name) ?? []) reasons.push(`${name} is a run of the ${belongingText(belonging)}.`);
  return reasons;
}

async function unknown(storeRoot: string, name: string): Promise<IchorError> {
  const ofRecipe = (await listRuns(storeRoot)).filter(({ record }) => record.recipe === name);
  return new IchorError(
    'unknown-run',
    `There is no run called ${name} in this store.`,
    ofRecipe.length > 0
      ? `${name} is a recipe: name its runs one by one (${ofRecipe.map(({ record }) => record.name).join(', ')}).`
      : '`ichor runs list` shows what there is.',
    2,
  );
}
