import { readPixels } from '../artifacts/shards.ts';
import { readSlices } from '../artifacts/slices.ts';
import { readSource } from '../artifacts/source.ts';
import { readSplit } from '../artifacts/split.ts';
import type { Warning } from '../notices/notice.ts';
import { number } from '../notices/words.ts';
import { identitiesOf } from '../sources/identities.ts';
import type { Artifact } from '../store/artifact.ts';
import type { Store } from '../store/store.ts';
import type { RunRecord } from './run-folder.ts';
import { SEEN_DOUBTS, type SeenDoubt, type SeenDoubts } from './seen-doubts.ts';

/** What a run's networks are shown. */
export interface Shown {
  index: Artifact;
  shards: Artifact;
  /** Of the private identities of this run. */
  identityKey: Buffer;
}

/** What of a prediction its networks learned from. */
export interface Seen {
  warnings: Required<Warning>[];
  /** By slice, what stands among the doubts of its row. */
  doubts: SeenDoubts;
}

export const NOT_SEEN: Seen = { warnings: [], doubts: new Map() };

/**
 * Whether a run's networks are shown pictures that they learned from, whatever these are called now: by the hashes of the
 * HU that both runs' shards keep; and whether patients of other pictures have an id of one that they learned from. Nothing where
 * none was, or where the store has no longer what the networks were trained on.
 */
export async function seenInTraining(
  store: Store,
  trained: Pick<RunRecord, 'name' | 'artifacts'>,
  { index, shards, identityKey }: Shown,
): Promise<Seen> {
  const find = async (id: string) => {
    const reference = trained.artifacts[id];
    return reference === undefined ? null : store.find(reference.stage, reference.key);
  };
  const [learned, split, learnedIndex] = [await find('shards'), await find('split'), await find('index')];
  if (split === null) return NOT_SEEN;
  const training = new Set(
    (await readSplit(split.folder))
      .filter(({ backbone, sequence }) => backbone === 'train' || sequence === 'train')
      .map(({ slice }) => slice),
  );
  const seen = learned === null ? new Set<string>() : await samePictures(learned, training, shards);
  const { length: shown } = await picturesOf(shards);
  const known =
    learnedIndex === null
      ? { slices: new Set<string>(), patients: 0 }
      : await samePatients({ index: learnedIndex, training }, { index, identityKey, without: seen });
  const [picture, patient] = SEEN_DOUBTS;
  return {
    warnings: [
      ...(seen.size === 0 ? [] : [picturesWarning(trained.name, seen.size, shown)]),
      ...(known.patients === 0 ? [] : [patientsWarning(trained.name, known.patients)]),
    ],
    doubts: new Map<string, SeenDoubt>([
      ...[...known.slices].map((slice) => [slice, patient] as const),
      ...[...seen].map((slice) => [slice, picture] as const),
    ]),
  };
}

const picturesOf = async ({ folder }: Artifact) =>
  (await readPixels(folder)).filter(({ status, blank }) => status === 'read' && !blank);

/** Slices of `shards` whose pictures are those of the training side. */
async function samePictures(
  learned: Artifact,
  training: ReadonlySet<string>,
  shards: Artifact,
): Promise<ReadonlySet<string>> {
  const hashes = new Set((await picturesOf(learned)).flatMap(({ slice, hash }) => (training.has(slice) ? [hash] : [])));
  return new Set((await picturesOf(shards)).flatMap(({ slice, hash }) => (hashes.has(hash) ? [slice] : [])));
}

/**
 * Slices that are not `without` of patients who have the id of one of the training side, and how many these patients are. By groups: an id that names
 * nobody is a study there. Generated patients are counted, so that their ids are equal whoever they are. Private ids are
 * hashes, which are equal under one key; ids in clear are held against them under this run's.
 */
async function samePatients(
  learned: { index: Artifact; training: ReadonlySet<string> },
  shown: { index: Artifact; identityKey: Buffer; without: ReadonlySet<string> },
): Promise<{ slices: ReadonlySet<string>; patients: number }> {
  const [before, now] = [await readSource(learned.index.folder), await readSource(shown.index.folder)];
  if (before.synthetic || now.synthetic) return { slices: new Set(), patients: 0 };
  const sealed = before.identities === 'public' && now.identities === 'private';
  const { name } = identitiesOf(sealed ? 'private' : 'public', shown.identityKey);
  const patients = new Set(
    (await readSlices(learned.index.folder)).flatMap(({ slice, group }) =>
      learned.training.has(slice) ? [group] : [],
    ),
  );
  const named = new Set([...patients].map((patient) => name('patient', patient)));
  const rows = (await readSlices(shown.index.folder)).filter(({ slice }) => !shown.without.has(slice));
  const known = rows.filter(({ group }) => named.has(group));
  return { slices: new Set(known.map(({ slice }) => slice)), patients: new Set(known.map(({ group }) => group)).size };
}

function picturesWarning(run: string, seen: number, shown: number): Required<Warning> {
  const of = seen === shown ? `All ${number(seen)} pictures` : `${number(seen)} of the ${number(shown)} pictures`;
  return {
    code: 'seen-in-training',
    message: `${of} are among those that ${run} was trained on: what it says of them it has been told, and shows nothing of how it does on new patients.`,
    hint: 'Predict on patients that it was not trained on. How it does on those stands on the page of the run itself.',
  };
}

function patientsWarning(run: string, patients: number): Required<Warning> {
  const have = patients === 1 ? '1 patient has' : `${number(patients)} patients have`;
  return {
    code: 'patients-in-training',
    message: `${have} an id of one that ${run} was trained on, and other pictures: if they are the same persons, these figures say nothing about new patients.`,
    hint: 'Take them out, where they are the same persons. Where two places count their patients from one, equal ids mean nothing.',
  };
}
