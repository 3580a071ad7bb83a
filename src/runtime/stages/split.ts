import { IchorError } from '../../errors.ts';
import { seedOf } from '../../random.ts';
import type { Side, SplitPatient } from '../../registry/kinds/split.ts';
import type { ComponentValue } from '../../registry/recipe.ts';
import { type PixelRow, readPixels } from '../artifacts/shards.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { readSplit, type SplitRow, writeSplit } from '../artifacts/split.ts';
import { counted } from '../notices/words.ts';
import type { Stage, StageContext } from '../stage.ts';
import { foldsOf, foldWithoutLabels } from '../train/crossfit.ts';
import { inputFolder } from './inputs.ts';
import { LedgerLines } from './ledger-lines.ts';
import { noteOneValued, oneValued } from './no-positives.ts';
import { dealFolds } from './split/deal-folds.ts';
import { foldsWithout } from './split/folds-without.ts';
import { sharedPictures } from './split/shared-pictures.ts';
import { sidesWithout } from './split/sides-without.ts';
import { testSide } from './split/test-side.ts';

/**
 * Index, pixel hashes and shares of brain -> `split.csv`: each slice's side, and whether it shows too little brain to train
 * the backbone. Instances: `sequence` draws sides of its own for the sequence
 * model (`sequence.split`), `folds` deals the training side's patients for cross-fit embeddings; both start from the split.
 */
export const splitStage: Stage = {
  name: 'split',
  version: 4,
  engine: false,
  async run(context) {
    const slices = await readSlices(inputFolder(context, 'index'));
    const pixels = await readPixels(inputFolder(context, 'shards'));
    const own = context.instance === '';
    const ledger = new LedgerLines(own ? 'split' : `split:${context.instance}`, context.folder);
    // What patients share stands in the ledger of the split itself.
    const rows = await rowsOf(context, slices, pixels, own ? ledger : new LedgerLines('split'));
    await writeSplit(context.folder, rows);
    await context.progress(rows.length, rows.length, 'slices');
    noteSides(context, rows, { slices, pixels, ledger });
    const network = own ? 'backbone' : context.instance === 'sequence' ? 'sequence' : null;
    if (network !== null) for (const note of sidesWithout(slices, rows, network)) ledger.note(note);
    return ledger.part();
  },
};

/** What each network that this split is for will learn from: the training side, and for cross-fit all but each fold. */
function noteSides(
  { recipe, instance }: StageContext,
  rows: readonly SplitRow[],
  { slices, pixels, ledger }: { slices: readonly SliceRow[]; pixels: readonly PixelRow[]; ledger: LedgerLines },
): void {
  // Where all labels say the same, index has said so.
  if (oneValued(slices.flatMap(({ labels }) => labels ?? [])) !== null) return;
  const learned = (counts: (row: SplitRow) => boolean) =>
    rows.flatMap((row, at) => {
      const labels = slices[at]?.labels ?? null;
      return labels !== null && pixels[at]?.status === 'read' && counts(row) ? [labels] : [];
    });
  const trains = (row: SplitRow) => row.backbone === 'train' && !row.littleBrain;
  const side = 'every labelled slice of the training side';
  const networks: [which: string, counts: (row: SplitRow) => boolean][] =
    instance === ''
      ? [[side, trains]]
      : instance === 'sequence'
        ? [["every labelled slice of the sequence model's training side", (row) => row.sequence === 'train']]
        : Array.from({ length: foldsOf(recipe) ?? 0 }, (_, fold) => [
            `${side} outside of fold ${fold + 1}`,
            (row) => trains(row) && row.backboneFold !== fold + 1,
          ]);
  for (const [which, counts] of networks) noteOneValued(learned(counts), which, ledger);
}

async function rowsOf(
  context: StageContext,
  slices: readonly SliceRow[],
  pixels: readonly PixelRow[],
  ledger: LedgerLines,
): Promise<SplitRow[]> {
  const { recipe, instance } = context;
  const { seed } = recipe.data;
  if (instance === '') {
    const little = sparedSlices(pixels, recipe.data.minBrainFraction);
    const heldOut = (patients: readonly SplitPatient[]) => {
      const held = testSide(patients, recipe.data.test, { seed, registry: context.registry });
      noteTestSide(patients, held, ledger);
      return held;
    };
    return drawn(context, recipe.data.split, seed, { slices, pixels, heldOut, ledger }).map((side, row) => {
      const { slice } = slices[row] as SliceRow;
      const littleBrain = side !== 'test' && little.has(slice);
      if (littleBrain && side === 'train') noteSpared(ledger, slice);
      return { slice, backbone: side, backboneFold: 0, littleBrain, sequence: side, sequenceFold: 0 };
    });
  }
  const shared = await readSplit(inputFolder(context, 'split'));
  if (instance === 'sequence') {
    if (recipe.sequence === 'none' || recipe.sequence.split === 'same')
      throw new TypeError('this recipe has no split of its own for the sequence model');
    // A split that is the same component would draw the same patients again from the same seed.
    const own = seedOf(seed, 'sequence-split')[0] as number;
    // Whoever is held out is so for both models.
    const held = new Set(shared.flatMap(({ slice, backbone }) => (backbone === 'held-out' ? [slice] : [])));
    const heldOut = () => held;
    const sides = drawn(context, recipe.sequence.split as ComponentValue, own, { slices, pixels, heldOut, ledger });
    return shared.map((row, at) => ({ ...row, sequence: sides[at] as Side }));
  }
  const folds = foldsOf(recipe);
  if (folds === null) throw new TypeError('this recipe has no folds');
  const training = new Set(shared.flatMap((row, at) => (row.backbone === 'train' ? [slices[at]?.group] : [])));
  const patients = patientsOf(slices, pixels, ledger, 'patient').filter(({ patient }) => training.has(patient));
  const dealt = dealFolds(patients, folds, seed);
  return shared.map((row, at) => {
    const { group } = slices[at] as SliceRow;
    return { ...row, backboneFold: dealt.get(group) ?? foldWithoutLabels(seed, group, folds) };
  });
}

/** The side of each slice of the index, as a split draws it among those who are not held out (slices of `heldOut`). */
function drawn(
  { registry }: StageContext,
  params: ComponentValue,
  seed: number,
  {
    slices,
    pixels,
    heldOut,
    ledger,
  }: {
    slices: readonly SliceRow[];
    pixels: readonly PixelRow[];
    heldOut(patients: readonly SplitPatient[]): ReadonlySet<string>;
    ledger: LedgerLines;
  },
): Side[] {
  const component = registry.get('split', params.type);
  // The recipe was validated: this is a mistake of the program, not of its user.
  if (component === undefined) throw new TypeError(`split ${params.type} is not registered`);
  const all = patientsOf(slices, pixels, ledger, component.contract(params).by);
  const held = heldOut(all);
  // Nobody of the test side is seen by a split, so that shares, folds and strata are of the others.
  const patients = all.filter((patient) => !patient.slices.some(({ slice }) => held.has(slice)));
  const assigned = (): ReturnType<typeof component.assign> => {
    try {
      return component.assign(patients, params, seed);
    } catch (error) {
      // What a split knows of is what the test side has left it.
      if (held.size === 0 || !(error instanceof IchorError) || error.code !== 'split-impossible') throw error;
      const taken = all.length - patients.length;
      throw new IchorError(
        error.code,
        `${error.message} The test side (data.test) has taken ${taken.toLocaleString('en-GB')} of ${all.length.toLocaleString('en-GB')} before.`,
        `Lower data.test; or: ${error.hint ?? 'give it more patients.'}`,
        error.exit,
        { cause: error },
      );
    }
  };
  const sides = patients.length === 0 ? new Map() : assigned();
  const lacking = foldsWithout(component, params, patients, seed);
  if (lacking !== null) ledger.note(lacking);
  return slices.map(({ slice, set, labels }) =>
    set === 'test'
      ? 'test'
      : labels === null
        ? 'unlabelled'
        : held.has(slice)
          ? 'held-out'
          : sideOf(slice, sides, params.type),
  );
}

function noteTestSide(patients: readonly SplitPatient[], held: ReadonlySet<string>, ledger: LedgerLines): void {
  if (held.size === 0) return;
  const own = patients.filter(({ slices }) => slices.some(({ slice }) => held.has(slice)));
  ledger.note({
    item: 'held-out',
    what: 'side',
    reason: 'test-side',
    kind: 'information',
    message: `${counted(own.length, 'patient')} of ${patients.length.toLocaleString('en-GB')} (${counted(held.size, 'slice')} with labels) are held out as the test side: nothing here sees their labels. \`ichor evaluate RUN --test-side\` opens them.`,
  });
}

/** Slices whose share of pixels between 0 and 80 HU is at most this; what has no pixels is spared anyway. */
function sparedSlices(pixels: readonly PixelRow[], least: number | null): ReadonlySet<string> {
  if (least === null) return new Set();
  return new Set(pixels.flatMap(({ slice, status, brain }) => (status === 'read' && brain <= least ? [slice] : [])));
}

function noteSpared(ledger: LedgerLines, item: string): void {
  const message = 'It shows less brain than data.minBrainFraction asks for: the backbone does not train on it.';
  ledger.note({ item, what: 'slice', reason: 'little-brain', message, kind: 'warning' });
}

function sideOf(slice: string, sides: ReadonlyMap<string, 'train' | 'validation'>, split: string): Side {
  const side = sides.get(slice);
  if (side === undefined) throw new TypeError(`the split ${split} gave no side to slice ${slice}`);
  return side;
}

/**
 * Patients with labelled slices of the train set, in the order of the index, with the group they must stay in. A patient
 * is whom index takes for one person.
 */
function patientsOf(
  slices: readonly SliceRow[],
  pixels: readonly PixelRow[],
  ledger: LedgerLines,
  by: 'patient' | 'slice',
): SplitPatient[] {
  const labelled = slices.filter(({ set, labels }) => set === 'train' && labels !== null);
  const bySlice = new Map<string, SliceRow[]>();
  for (const row of labelled) {
    const own = bySlice.get(row.group) ?? [];
    bySlice.set(row.group, own);
    own.push(row);
  }
  const groups = sharedPictures(slices, pixels, ledger, by);
  // `sharedPictures` has made sure that the two lists have the same rows.
  const shown = new Map(
    pixels.map(({ slice, hash, status, blank }) => [slice, status === 'read' && !blank ? hash : null]),
  );
  return [...bySlice].map(([patient, own]) => ({
    patient,
    slices: own.map(({ slice, labels }) => {
      const picture = shown.get(slice) ?? null;
      return {
        slice,
        any: labels?.any === 1,
        ...(labels === null ? {} : { labels }),
        ...(picture === null ? {} : { picture }),
      };
    }),
    group: groups.get(patient) ?? patient,
  }));
}
