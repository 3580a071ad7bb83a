import type { ResolvedRecipe } from '../../registry/recipe.ts';
import { openEmbeddings, readEmbeddingMarks } from '../artifacts/embeddings.ts';
import { isVerdict, type Mark, unionOfMarks } from '../artifacts/marks.ts';
import { marksOfRows, readLogits, readPredictions } from '../artifacts/predictions.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import { readSplit } from '../artifacts/split.ts';
import type { StageContext } from '../stage.ts';
import type { Chosen } from '../train/components.ts';
import { embeddingIds } from '../train/crossfit.ts';
import {
  embeddingVectors,
  logitVectors,
  positionVectors,
  type SliceVectors,
  withRandom,
} from '../train/slice-vectors.ts';
import { inputFolder, sequenceSplit } from './inputs.ts';

export interface SequenceSource {
  vectors: SliceVectors;
  /** Whether each slice's own pixels stand behind its vector; a model that looks at no picture sees all of them. */
  seen: readonly boolean[];
  /** What makes predictions from the pictures behind these vectors doubtful, in the order of the index. */
  doubts: readonly (readonly string[])[];
  /** What stands on what it reads: of the networks that made it. */
  marks: readonly Mark[];
  close(): Promise<void>;
}

/** What the sequence model reads of each slice, as its component asks for it. */
export async function sequenceSource(
  context: StageContext,
  { component, params }: Chosen<'sequence'>,
  index: readonly SliceRow[],
): Promise<SequenceSource> {
  switch (component.contract(params).needs) {
    case 'position':
      return {
        vectors: positionVectors(index),
        seen: index.map(() => true),
        doubts: index.map(() => []),
        marks: [],
        close: async () => {},
      };
    case 'logits': {
      const folder = inputFolder(context, 'predict:backbone');
      const rows = await readPredictions(folder);
      return {
        vectors: logitVectors(await readLogits(folder)),
        seen: rows.map(({ how }) => how === 'predicted'),
        doubts: rows.map(({ doubts }) => doubts ?? []),
        // How the base network fared is its own verdict.
        marks: marksOfRows(rows).filter((mark) => !isVerdict(mark)),
        close: async () => {},
      };
    }
    case 'embeddings': {
      const source = await embedded(context, context.recipe);
      if (params.littleBrain === 'embedded') return source;
      return {
        ...source,
        vectors: withRandom(source.vectors, await littleBrain(context), { index, seed: context.recipe.seed }),
      };
    }
  }
}

/** Rows with little brain; none where there is no split, as a trained run's networks see test slices alone. */
async function littleBrain(context: StageContext): Promise<ReadonlySet<number>> {
  const id = sequenceSplit(context);
  if (!context.inputs.has(id)) return new Set();
  const rows = await readSplit(inputFolder(context, id));
  return new Set(rows.flatMap((row, at) => (row.littleBrain ? [at] : [])));
}

async function embedded(context: StageContext, recipe: ResolvedRecipe): Promise<SequenceSource> {
  // Of predict the instance says which model predicts.
  const folders = embeddingIds(recipe, context.instance).map((id) => inputFolder(context, id));
  const readers = await Promise.all(folders.map(openEmbeddings));
  return {
    marks: unionOfMarks(...(await Promise.all(folders.map(readEmbeddingMarks)))),
    vectors: embeddingVectors(readers),
    // The same pixels stand behind the embeddings of each backbone.
    seen: (readers[0]?.rows ?? []).map(({ how }) => how === 'embedded'),
    doubts: (readers[0]?.rows ?? []).map(({ doubts }) => doubts ?? []),
    close: async () => {
      for (const reader of readers) await reader.close();
    },
  };
}
