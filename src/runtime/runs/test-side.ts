import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { IchorError } from '../../errors.ts';
import { replaceFile } from '../../files/write.ts';
import type { Diagnostic } from '../../registry/diagnostics/diagnostic.ts';
import type { ResolvedRecipe } from '../../registry/recipe.ts';
import { readSplit } from '../artifacts/split.ts';
import { times } from '../evaluate/opened-text.ts';
import type { Artifact } from '../store/artifact.ts';
import { listRuns, type RunRecord, type TestSide } from './run-folder.ts';

/** A time at which the labels of a test side were opened, and by which run's networks. */
export interface Opening {
  run: string;
  at: string;
}

/** Throws IchorError `no-test-side` (exit 2) where a run holds nobody out. */
export async function testSideOf(
  { name, predictsWith }: Pick<RunRecord, 'name' | 'predictsWith'>,
  { data }: Pick<ResolvedRecipe, 'data'>,
  split: Artifact | undefined,
): Promise<string> {
  const held =
    data.test === null || predictsWith !== null || split === undefined
      ? []
      : (await readSplit(split.folder)).flatMap(({ slice, backbone }) => (backbone === 'held-out' ? [slice] : []));
  if (held.length > 0) return createHash('sha256').update(held.sort().join('\n')).digest('hex');
  throw new IchorError(
    'no-test-side',
    `Run ${name} has no test side${predictsWith === null ? ': its recipe holds no patient out' : `: it was made with the networks of ${predictsWith}`}.`,
    predictsWith === null
      ? 'State a share (data.test: 0.15) and run the recipe again; or judge by other slices: ichor evaluate RUN DIR --labels FILE.'
      : `Name that run: ichor evaluate ${predictsWith} --test-side`,
    2,
  );
}

/** When these very slices were opened before, by any run of the store, in order of time. */
export async function openingsOf(storeRoot: string, of: string): Promise<Opening[]> {
  const openings = (await listRuns(storeRoot)).flatMap(({ record: { name, predictsWith, testSide } }) =>
    // What judged by it repeats what the trained run says.
    predictsWith === null && testSide?.of === of ? testSide.opened.map((at) => ({ run: name, at })) : [],
  );
  return openings.sort((a, b) => a.at.localeCompare(b.at));
}

/** Writes it into the trained run's record, before its labels are looked at. */
export async function keepOpening(folder: string, record: RunRecord, of: string, at: string): Promise<void> {
  const testSide: TestSide = { of, opened: [...(record.testSide?.opened ?? []), at] };
  await replaceFile(join(folder, 'run.json'), `${JSON.stringify({ ...record, testSide }, null, 2)}\n`);
}

/** What is said where it is not the first time; null where it is. */
export function openedAgain(before: readonly Opening[]): Diagnostic | null {
  if (before.length === 0) return null;
  const shown = before.slice(-MOST).map(({ run, at }) => `${run} at ${at}`);
  const more = before.length - shown.length;
  return {
    code: 'test-side-opened-again',
    severity: 'warning',
    file: '',
    line: 1,
    column: 1,
    path: 'data.test',
    message: `The labels of this test side were opened ${times(before.length)} before: ${shown.join(', ')}${more > 0 ? `, and ${more} earlier` : ''}. Whatever was chosen by what they said is fitted to them.`,
    hint: 'Report the first time, or hold out other patients (data.seed) and train again. Choose by the validation side.',
  };
}

const MOST = 5;
