import {
  type EmbeddingReader,
  EmbeddingsFile,
  openEmbeddings,
  readEmbeddingMarks,
  writeEmbeddingMarks,
  writeEmbeddingRows,
} from '../../artifacts/embeddings.ts';
import { type Mark, unionOfMarks } from '../../artifacts/marks.ts';
import { readSlices } from '../../artifacts/slices.ts';
import type { StageContext } from '../../stage.ts';
import { foldsOf, instanceId, instanceName } from '../../train/crossfit.ts';
import { seriesRows } from '../../train/series.ts';
import { inputFolder } from '../inputs.ts';
import { foldRows } from './fold-rows.ts';

/**
 * One table of embeddings out of those of the folds: each patient's from the backbone of its fold, which did not train
 * on it (under `{ in-sample: FOLDS }` from another one, which did). Patients that nothing is trained on (validation, test) have a fold too, drawn by hash: what the sequence model
 * validates on comes from the same backbones, in the same shares, as what it trained on.
 */
export async function joinFolds(context: StageContext, place: number): Promise<void> {
  const index = await readSlices(inputFolder(context, 'index'));
  const folds = foldsOf(context.recipe) ?? 0;
  const foldOf = await foldRows(context, index);
  const readers: EmbeddingReader[] = [];
  const marks: Mark[] = [];
  try {
    for (let fold = 1; fold <= folds; fold++) {
      const id = instanceId('embed', instanceName({ place, fold }));
      readers.push(await openEmbeddings(inputFolder(context, id)));
      marks.push(...(await readEmbeddingMarks(inputFolder(context, id))));
    }
    const readerOf = (row: number) => readers[(foldOf[row] as number) - 1] as EmbeddingReader;
    const file = await EmbeddingsFile.create(context.folder, index.length, readers[0]?.width ?? 0);
    try {
      for (const { from, to } of seriesRows(index)) {
        context.signal.throwIfAborted();
        // A series is of one patient, and so of one fold.
        await file.write(from, await readerOf(from).read(from, to));
        await context.progress(to, index.length, 'slices');
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await writeEmbeddingMarks(context.folder, unionOfMarks(marks));
    await writeEmbeddingRows(
      context.folder,
      index.map(({ slice }, row) => readerOf(row).rows[row] ?? { slice, how: 'absent' }),
    );
  } finally {
    for (const reader of readers) await reader.close();
  }
}
