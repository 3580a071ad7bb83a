import { fatesOf } from '../../../src/runtime/artifacts/ledger.ts';
import { readSlices } from '../../../src/runtime/artifacts/slices.ts';
import { indexStage } from '../../../src/runtime/stages/index-stage.ts';
import { type DataRecipe, DataStages } from './context.ts';
import { type FolderSlice, kaggleFolder } from './kaggle-folder.ts';

/** Index of slices in Kaggle's layout (ids are file names), or of the same files as a plain folder (ids are SOP UIDs). */
export async function indexOf(slices: readonly FolderSlice[], recipe: DataRecipe = {}) {
  const folderSource = recipe.source === 'folder';
  const root = await kaggleFolder(slices, { csv: !folderSource });
  const stages = await DataStages.of(root, { params: { showIds: folderSource }, ...recipe });
  const folder = await stages.run(indexStage);
  const rows = await readSlices(folder);
  const own = stages.ledgers.get('index')!;
  // Most of these heads are without haemorrhage, and small parts of one, which is not what their tests are about.
  const beside = ['no-positives', ...(recipe.choose === undefined ? ['doubtful-series'] : [])];
  const ledger = { ...own, notes: own.notes.filter(({ reason }) => !beside.includes(reason)) };
  const files = fatesOf([ledger], 'file');
  return {
    stages,
    folder,
    rows,
    ledger,
    files,
    leftOut: ledger.leftOut.filter(({ what }) => what === 'file').map(({ item, reason }) => `${reason}: ${item}`),
    notes: ledger.notes.map(({ item, reason }) => `${reason}: ${item}`),
    note: (reason: string) => ledger.notes.filter((note) => note.reason === reason),
    /** Slices of a series, in order. */
    order: (series?: string) =>
      rows.filter((row) => series === undefined || row.series === series).map(({ slice }) => slice),
  };
}

/** A head of `count` slices, 5 mm apart, whose ids are not in the order of the slices. */
export function head(name: string, count: number, of: (i: number) => Partial<FolderSlice> = () => ({})): FolderSlice[] {
  return Array.from({ length: count }, (_, i) => ({
    id: idOf(name, i),
    patient: `P_${name}`,
    study: `S_${name}`,
    series: `R_${name}`,
    position: [0, 0, 5 * i],
    ...of(i),
  }));
}

/** The last figure is the slice's place; the one before it orders ids otherwise. */
export const idOf = (name: string, i: number): string => `ID_${name}${(i * 5) % 7}_${i}`;
export const upwards = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => idOf(name, i));
