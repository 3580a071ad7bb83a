import { readPixels } from '../artifacts/shards.ts';
import { readSplit } from '../artifacts/split.ts';
import type { Warning } from '../notices/notice.ts';
import { number } from '../notices/words.ts';
import type { Artifact } from '../store/artifact.ts';
import type { Store } from '../store/store.ts';
import type { RunRecord } from './run-folder.ts';

/**
 * Whether a run's networks are shown pictures that they learned from, whatever these are called now: by the hashes of the
 * HU that both runs' shards keep. Null where none was, or where the store has no longer what the networks were trained on.
 */
export async function seenInTraining(
  store: Store,
  trained: Pick<RunRecord, 'name' | 'artifacts'>,
  shards: Artifact,
): Promise<Required<Warning> | null> {
  const find = async (id: string) => {
    const reference = trained.artifacts[id];
    return reference === undefined ? null : store.find(reference.stage, reference.key);
  };
  const [learned, split] = [await find('shards'), await find('split')];
  if (learned === null || split === null) return null;
  const training = new Set(
    (await readSplit(split.folder))
      .filter(({ backbone, sequence }) => backbone === 'train' || sequence === 'train')
      .map(({ slice }) => slice),
  );
  const hashes = new Set(
    (await readPixels(learned.folder)).flatMap(({ slice, status, blank, hash }) =>
      status === 'read' && !blank && training.has(slice) ? [hash] : [],
    ),
  );
  const shown = (await readPixels(shards.folder)).filter(({ status, blank }) => status === 'read' && !blank);
  const seen = shown.filter(({ hash }) => hashes.has(hash)).length;
  if (seen === 0) return null;
  const of =
    seen === shown.length ? `All ${number(seen)} pictures` : `${number(seen)} of the ${number(shown.length)} pictures`;
  return {
    code: 'seen-in-training',
    message: `${of} are among those that ${trained.name} was trained on: what it says of them it has been told, and shows nothing of how it does on new patients.`,
    hint: 'Predict on patients that it was not trained on. How it does on those stands on the page of the run itself.',
  };
}
