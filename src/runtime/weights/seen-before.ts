import { join } from 'node:path';
import { hasForm, ifThere, isMap, isText, mapOf } from '../../files/json.ts';
import { readArtifactJsonIfThere } from '../artifacts/json.ts';
import { type PixelRow, readPixels } from '../artifacts/shards.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { readSource, type SourceFacts } from '../artifacts/source.ts';
import { readSplit, type SplitRow } from '../artifacts/split.ts';
import type { SeenBefore } from '../artifacts/weights.ts';
import type { StageName } from '../stage-names.ts';

/** Whom and what a network was trained on: as its artifacts name them. */
export interface TrainedOn {
  /** Source component: `rsna`. */
  source: string;
  facts: Pick<SourceFacts, 'identities' | 'synthetic'>;
  /** Persons and their studies, as index tells them apart; HMACs under the store's key where they are private. */
  people: ReadonlySet<string>;
  /** Hashes of pictures that are not blank: they are the same whatever the source calls the file. */
  pictures: ReadonlySet<string>;
}

/** Who is judged by what a recipe trains: rows of its index. */
export interface Judged {
  source: string;
  facts: Pick<SourceFacts, 'identities' | 'synthetic'>;
  index: readonly SliceRow[];
  pixels: readonly PixelRow[];
  /** In the order of the index. */
  sides: readonly SplitRow['backbone'][];
}

/** Sides whose labels say how well a network does. */
const JUDGED: readonly string[] = ['validation', 'held-out', 'test'];

/**
 * How many of the persons who validate or are tested were trained on before. Persons are compared by name where both sides have
 * their names from one source, and by their pictures always: what two sources call one person is not known.
 */
export function seenBefore(trained: readonly (TrainedOn | null)[], judged: Judged): SeenBefore {
  const { index, pixels, sides } = judged;
  const known = trained.filter((one) => one !== null);
  const named = known.filter((one) => sameNames(one, judged));
  const all = new Set<string>();
  const seen = new Set<string>();
  for (const [row, { group, study }] of index.entries()) {
    if (!JUDGED.includes(sides[row] as string)) continue;
    all.add(group);
    const { hash, status, blank } = pixels[row] as PixelRow;
    const picture = status === 'read' && !blank && known.some(({ pictures }) => pictures.has(hash));
    if (picture || named.some(({ people }) => people.has(group) || people.has(study))) seen.add(group);
  }
  return { patients: seen.size, of: all.size, unknown: unknownWhy(trained, judged) };
}

/** Generated heads are themselves and nobody else: their pictures say all of it. */
const sameNames = (one: TrainedOn, other: Judged): boolean =>
  one.source === other.source && one.facts.identities === other.facts.identities && !one.facts.synthetic;

function unknownWhy(trained: readonly (TrainedOn | null)[], judged: Judged): SeenBefore['unknown'] {
  if (trained.includes(null)) return 'artifacts-gone';
  const others = trained.filter((one) => one !== null && !sameNames(one, judged)) as TrainedOn[];
  // No generated head is a patient, nor is a patient one.
  const open = others.filter(({ facts }) => !facts.synthetic && !judged.facts.synthetic);
  if (open.length === 0) return null;
  return open.some(({ source }) => source !== judged.source) ? 'other-source' : 'private';
}

interface Made {
  inputs: Record<string, string>;
  components: Record<string, number>;
  parts?: { weights?: unknown };
}
const isMade = hasForm({ inputs: mapOf(isText), components: isMap, parts: ifThere(isMap) });

/**
 * What the backbone of an artifact was trained on, and before it the ones that it started from itself. Null in the list: what
 * says so is not in the store any more.
 * @param folder the artifact's, in a store
 */
export async function trainedOn(folder: string): Promise<(TrainedOn | null)[]> {
  const store = join(folder, '..', '..');
  const made = await madeOf(folder);
  if (made === null) return [null];
  const before = /^backbone:([0-9a-f]{64})$/.exec(String(made.parts?.weights ?? ''))?.[1];
  const earlier = before === undefined ? [] : await trainedOn(join(store, 'backbone', before));
  return [await ownTraining(store, made), ...earlier];
}

async function ownTraining(store: string, { inputs }: Made): Promise<TrainedOn | null> {
  const place = (stage: StageName, id: string) => join(store, stage, inputs[id] ?? 'none');
  const index = place('index', 'index');
  const shards = place('shards', 'shards');
  const split = place('split', inputs.split === undefined ? 'split:folds' : 'split');
  const [made, ...rest] = await Promise.all([index, shards, split].map(madeOf));
  if (!made || rest.includes(null)) return null;
  const slices = await readSlices(index);
  const sides = await readSplit(split);
  const pixels = await readPixels(shards);
  const people = new Set<string>();
  const pictures = new Set<string>();
  for (const [row, { labels, group, study }] of slices.entries()) {
    const { backbone, littleBrain } = sides[row] as SplitRow;
    const { status, hash, blank } = pixels[row] as PixelRow;
    if (labels === null || backbone !== 'train' || littleBrain || status !== 'read') continue;
    people.add(group).add(study);
    if (!blank) pictures.add(hash);
  }
  return { source: sourceIn(made), facts: await readSource(index), people, pictures };
}

/** The manifest of an artifact; null where it is gone. */
const madeOf = (folder: string): Promise<Made | null> => readArtifactJsonIfThere<Made>(folder, 'manifest.json', isMade);

const sourceIn = ({ components }: Made): string =>
  Object.keys(components)
    .find((name) => name.startsWith('source '))
    ?.slice('source '.length) ?? '';
