import type { Side, SplitPatient } from '../../registry/kinds.ts';
import { type PixelRow, readPixels } from '../artifacts/shards.ts';
import { readSlices, type SliceRow } from '../artifacts/slices.ts';
import { type SplitRow, writeSplit } from '../artifacts/split.ts';
import type { Stage } from '../stage.ts';
import { LedgerLines } from './ledger-lines.ts';
import { sharedPictures } from './split/shared-pictures.ts';

/** Index, pixel hashes and shares of brain -> `split.csv`: each slice's side, and whether it trains the backbone. */
export const splitStage: Stage = {
  name: 'split',
  version: 2,
  engine: false,
  async run({ recipe, registry, folder, inputs, progress }) {
    const slices = await readSlices((inputs.get('index') as { folder: string }).folder);
    const pixels = await readPixels((inputs.get('shards') as { folder: string }).folder);
    const ledger = new LedgerLines('split');
    const params = recipe.data.split;
    const component = registry.get('split', params.type);
    // The recipe was validated: this is a mistake of the program, not of its user.
    if (component === undefined) throw new TypeError(`split ${params.type} is not registered`);

    const patients = patientsOf(slices, pixels, ledger, component.contract(params).by);
    const sides = patients.length === 0 ? new Map() : component.assign(patients, params, recipe.data.seed);
    const spared = sparedSlices(pixels, recipe.data.minBrainFraction);
    const rows = slices.map(({ slice, set, labels }): SplitRow => {
      const side: Side = set === 'test' ? 'test' : labels === null ? 'unlabelled' : sideOf(slice, sides, params.type);
      const trainsBackbone = side === 'train' && !spared.has(slice);
      if (side === 'train' && !trainsBackbone) noteSpared(ledger, slice);
      return { slice, backbone: side, backboneFold: 0, trainsBackbone, sequence: side, sequenceFold: 0 };
    });
    await writeSplit(folder, rows);
    await progress(rows.length, rows.length, 'slices');
    return ledger.part();
  },
};

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

/** Patients with labelled slices of the train set, in the order of the index, with the group they must stay in. */
function patientsOf(
  slices: readonly SliceRow[],
  pixels: readonly PixelRow[],
  ledger: LedgerLines,
  by: 'patient' | 'slice',
): SplitPatient[] {
  const labelled = slices.filter(({ set, labels }) => set === 'train' && labels !== null);
  const bySlice = new Map<string, SliceRow[]>();
  for (const row of labelled) {
    const own = bySlice.get(row.patient) ?? [];
    bySlice.set(row.patient, own);
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
      return { slice, any: labels?.any === 1, ...(picture === null ? {} : { picture }) };
    }),
    group: groups.get(patient) ?? patient,
  }));
}
