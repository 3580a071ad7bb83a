import type { ShardReader } from '../artifacts/shards.ts';
import type { SliceRow } from '../artifacts/slices.ts';
import type { CompiledStep, Engine, EngineState } from '../engine/engine.ts';
import type { Score } from './fit.ts';
import { chunkSize, chunkTensor } from './image-chunks.ts';
import { stateOfPart } from './joint-network.ts';
import type { AVERAGES, WEIGHTS } from './names.ts';
import { floats } from './names.ts';
import type { Network } from './network.ts';
import { inSteps } from './order.ts';
import { blend, type StandIn } from './series.ts';
import type { SliceVectors } from './slice-vectors.ts';
import { inferenceStep, type StepParts, scoreStep } from './step.ts';

export interface LiveOptions {
  engine: Engine;
  backbone: Network;
  sequence: Network;
  loss: StepParts['loss'];
  reader: ShardReader;
  index: readonly SliceRow[];
  /** Of slices without pixels, by their row. */
  standIns: readonly StandIn[];
}

/**
 * How a joint training validates: each series whole, its vectors made by the backbone as it stands and in the chunks of the stage
 * embed, so that the figures are those that prediction has, and no step holds more pictures than one of embed.
 */
export interface Live {
  /** What a reader of sequences reads while the training is open. */
  vectors: SliceVectors;
  /** For `fitNetwork`. */
  score(state: EngineState, by: typeof WEIGHTS | typeof AVERAGES): Score;
}

export function liveVectors({ engine, backbone, sequence, loss, reader, index, standIns }: LiveOptions): Live {
  const { width } = backbone.spec;
  const chunk = chunkSize(reader.size);
  const standing = new Map(standIns.map(({ row, from }) => [row, from]));
  let embed: CompiledStep | null = null;
  const embedded = async (rows: readonly number[]): Promise<Map<number, Float32Array>> => {
    const found = new Map<number, Float32Array>();
    for (const some of inSteps(rows, chunk)) {
      if (embed === null) throw new TypeError('no training is open whose backbone could be asked');
      const given = floats(await embed.run({ images: await chunkTensor(reader, index, some) }), 'embedding');
      some.forEach((row, at) => {
        found.set(row, given.slice(at * width, (at + 1) * width));
      });
    }
    return found;
  };
  return {
    vectors: {
      width,
      async read(rows) {
        const needed = rows.flatMap((row) => standing.get(row)?.map((one) => one.row) ?? [row]);
        const vectorOf = await embedded([...new Set(needed)].sort((a, b) => a - b));
        const data = new Float32Array(rows.length * width);
        rows.forEach((row, at) => {
          const from = standing.get(row);
          const vector =
            from === undefined
              ? (vectorOf.get(row) as Float32Array)
              : blend(
                  from.map((one) => vectorOf.get(one.row) as Float32Array),
                  from.map(({ weight }) => weight),
                );
          // Of a series without any pixels nothing is known: its vectors are zero, and no slice of it counts.
          data.set(vector, at * width);
        });
        return data;
      },
    },
    score(state, by) {
      const own = inferenceStep(engine, backbone, 'embedding');
      const head = scoreStep({
        engine,
        network: sequence,
        loss,
        inputs: ({ embeddings, mask }) => ({ embeddings: embeddings!, mask: mask! }),
      });
      const opened = engine.compile((all, batch) => own(stateOfPart('backbone', all, by), batch), state);
      const scores = engine.compile((all, batch) => head(stateOfPart('sequence', all, by), batch), state);
      embed = opened;
      return {
        run: (batch) => scores.run(batch),
        dispose() {
          embed = null;
          opened.dispose();
          scores.dispose();
        },
      };
    },
  };
}
