import type { ShardReader } from '../../artifacts/shards.ts';
import type { SliceRow } from '../../artifacts/slices.ts';
import type { TrainingFacts } from '../../artifacts/weights.ts';
import type { Engine, HostTensors } from '../../engine/engine.ts';
import { chunkSize } from '../../train/image-chunks.ts';
import { asState } from '../../train/names.ts';
import type { jointParts } from '../../train/recipe-parts.ts';
import { validationFeed } from '../../train/slice-feed.ts';
import { scoreStep } from '../../train/step.ts';
import { validate } from '../../train/validate.ts';

/** How the backbone of a joint training fares by itself on validation, which that training does not ask: as its own stage would say it. */
export async function validateSlices(
  engine: Engine,
  weights: HostTensors,
  {
    network,
    parts,
    shards,
    index,
    rows,
    constant,
  }: Pick<ReturnType<typeof jointParts>, 'network' | 'parts'> & {
    shards: ShardReader;
    index: readonly SliceRow[];
    /** Labelled slices with pixels on the validation side. */
    rows: readonly number[];
    constant: number;
  },
): Promise<TrainingFacts['validation']> {
  const state = engine.state(asState(weights), 'inference');
  const score = engine.compile(
    scoreStep({
      engine,
      network,
      loss: parts.loss,
      inputs: ({ images }) => ({ images: engine.tf.cast(images!, 'float32') }),
    }),
    state,
  );
  try {
    const feed = validationFeed({ reader: shards, index, rows, counts: () => true });
    const { 'mean-log-loss': loss } = await validate(score, feed, index, chunkSize(shards.size), async () => {});
    return { slices: rows.length, 'mean-log-loss': loss, constant };
  } finally {
    score.dispose();
    state.dispose();
  }
}
