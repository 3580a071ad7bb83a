import { seedOf } from '../../random.ts';
import type { TrainBlock, TrainedStage } from '../../registry/recipe.ts';
import type { CompiledStep, Engine, EngineState, HostTensors } from '../engine/engine.ts';
import { countedInput, gatherStep, nothingGathered } from './accumulate.ts';
import { averageStep, momentumAt, momentumInput } from './average.ts';
import { scalarInputs, weightsOf } from './names.ts';
import { type StepParts, trainStep } from './step.ts';
import { stepScalars } from './weight-decay.ts';
import { allAlike, frozenBeside, namesOf, type WeightGroup } from './weight-groups.ts';

export interface UpdateParts extends StepParts {
  engine: Engine;
  stage: TrainedStage;
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

/** Steps of the updates in which the same weights train. */
interface Phase {
  step: CompiledStep;
  /** For a batch that does not end its update. */
  gather: CompiledStep | null;
  groups: readonly WeightGroup[];
}

/**
 * @param initial what `read` gave, or a state at the start of a training.
 * @param pass updates in a pass over the data.
 */
export function openUpdates(parts: UpdateParts, initial: HostTensors, pass: number): Updates {
  const { engine, network, stage, seed, optimizer } = parts;
  const { spec } = network;
  const groups = parts.groups ?? allAlike(spec);
  const gathers = parts.block.accumulate > 1;
  const kept = Object.keys(initial);
  const sums = gathers ? nothingGathered(weightsOf(initial), namesOf(spec, groups)) : {};
  const state = engine.state({ ...initial, ...sums });
  const startOf = ({ after }: WeightGroup) => Math.round(after * pass);
  const phases = new Map<number, Phase>();
  /** By how many groups have begun: a step is compiled when it is first run. */
  const phaseOf = (update: number): Phase => {
    const begun = groups.filter((group) => startOf(group) < update);
    const known = phases.get(begun.length);
    if (known !== undefined) return known;
    const own = { ...parts, groups: begun, frozen: frozenBeside(spec, begun) };
    const phase: Phase = {
      step: engine.compile(trainStep(own, { gathers }), state),
      gather: gathers ? engine.compile(gatherStep(own, namesOf(spec, begun)), state) : null,
      groups: begun,
    };
    phases.set(begun.length, phase);
    return phase;
  };
  /** Of each group: its own rate, and its own count of updates, as if an optimizer had begun with it. */
  const scalarsAt = (begun: readonly WeightGroup[], update: number, learningRate: number): HostTensors => {
    const inputs = begun.map((group, place) =>
      scalarInputs(stepScalars(optimizer, update - startOf(group), learningRate * group.factor), place),
    );
    return Object.assign({}, ...inputs);
  };
  const { ema } = parts.block;
  const average = ema === 'none' ? null : engine.compile(averageStep(engine.tf, spec), state);
  let counted = 0;
  return {
    state,
    async run(inputs, place) {
      const { update, part } = place;
      const { step, gather, groups: begun } = phaseOf(update);
      counted = part === 0 ? place.counted : counted + place.counted;
      // The stream of an update of one batch is that of its number alone.
      const [a = 0, b = 0] = seedOf(seed, `${stage}-step`, update, ...(part === 0 ? [] : [part]));
      const given: HostTensors = { ...inputs, seed: { shape: [2], dtype: 'int32', data: Int32Array.of(a, b) } };
      if (!place.last && gather !== null) return gather.run(given);
      const outputs = await step.run({
        ...given,
        ...scalarsAt(begun, update, place.learningRate),
        ...(gathers ? countedInput(counted) : {}),
      });
      if (ema !== 'none') await average?.run(momentumInput(momentumAt(ema, update)));
      return outputs;
    },
    read: () => state.read(kept),
    dispose() {
      for (const { step, gather } of phases.values()) {
        step.dispose();
        gather?.dispose();
      }
      average?.dispose();
      state.dispose();
    },
  };
}
