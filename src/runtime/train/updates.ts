import { seedOf } from '../../random.ts';
import type { TrainBlock } from '../../registry/recipe.ts';
import type { CompiledStep, Engine, EngineState, HostTensors } from '../engine/engine.ts';
import { countedInput, gatherStep, nothingGathered } from './accumulate.ts';
import { averageStep, momentumAt, momentumInput } from './average.ts';
import { trainableOf } from './layers/spec.ts';
import { scalarInputs, weightsOf } from './names.ts';
import { type StepParts, trainStep } from './step.ts';
import { stepScalars } from './weight-decay.ts';

export interface UpdateParts extends StepParts {
  engine: Engine;
  stage: 'backbone' | 'sequence';
  seed: number;
  block: Pick<TrainBlock, 'accumulate' | 'ema'>;
}

/** Which batch of the training is run. */
export interface Place {
  /** The update that it is of: 1 for the first. */
  update: number;
  /** Which batch of this update: 0 for the first. */
  part: number;
  /** The update is made of this batch and those before it. */
  last: boolean;
  /** Of this update, as the schedule has it. */
  learningRate: number;
  /** Items of the batch that count in the loss. */
  counted: number;
}

/** The steps of a training over one state, compiled. */
export interface Updates {
  readonly state: EngineState;
  /** Runs a batch; outputs as of `trainStep`, `gradientNorm` of an update's last batch alone. */
  run(inputs: HostTensors, place: Place): Promise<HostTensors>;
  /** All that a checkpoint has to hold, between two updates. */
  read(): Promise<HostTensors>;
  dispose(): void;
}

/** @param initial what `read` gave, or a state at the start of a training. */
export function openUpdates(parts: UpdateParts, initial: HostTensors): Updates {
  const { engine, network, stage, seed, optimizer } = parts;
  const trainable = trainableOf(network.spec);
  const gathers = parts.block.accumulate > 1;
  const kept = Object.keys(initial);
  const state = engine.state({ ...initial, ...(gathers ? nothingGathered(weightsOf(initial), trainable) : {}) });
  const step = engine.compile(trainStep(parts, { gathers }), state);
  const gather: CompiledStep | null = gathers ? engine.compile(gatherStep(parts, trainable), state) : null;
  const { ema } = parts.block;
  const average = ema === 'none' ? null : engine.compile(averageStep(engine.tf, network.spec), state);
  let counted = 0;
  return {
    state,
    async run(inputs, place) {
      const { update, part } = place;
      counted = part === 0 ? place.counted : counted + place.counted;
      // The stream of an update of one batch is that of its number alone.
      const [a = 0, b = 0] = seedOf(seed, `${stage}-step`, update, ...(part === 0 ? [] : [part]));
      const given: HostTensors = { ...inputs, seed: { shape: [2], dtype: 'int32', data: Int32Array.of(a, b) } };
      if (!place.last && gather !== null) return gather.run(given);
      const outputs = await step.run({
        ...given,
        ...scalarInputs(stepScalars(optimizer, update, place.learningRate)),
        ...(gathers ? countedInput(counted) : {}),
      });
      if (ema !== 'none') await average?.run(momentumInput(momentumAt(ema, update)));
      return outputs;
    },
    read: () => state.read(kept),
    dispose() {
      step.dispose();
      gather?.dispose();
      average?.dispose();
      state.dispose();
    },
  };
}
