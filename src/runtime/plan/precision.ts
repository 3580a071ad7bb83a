import { IchorError } from '../../errors.ts';
import { type ResolvedRecipe, type TrainedStage, trainBlock, trainKey } from '../../registry/recipe.ts';
import type { EngineMode, Precision } from '../engine/engine.ts';
import type { DescribedEngine } from '../engine/open.ts';
import type { Emit } from '../events.ts';
import { bfloat16Gains } from '../machine.ts';
import { isBeforeEndToEnd } from '../train/crossfit.ts';
import type { Instance } from './plan.ts';

/** Which network's training says how an instance computes: it computes in what its network was trained in. */
function trainedAs(id: string, { train }: Pick<ResolvedRecipe, 'train'>): TrainedStage {
  // What comes of an end-to-end training computes in what that did.
  if (train.endToEnd !== undefined && !isBeforeEndToEnd(id)) return 'end-to-end';
  return /^(backbone|embed|heat-maps)(:|$)/.test(id) || id === 'predict:backbone' ? 'backbone' : 'sequence';
}

export const precisionOf = (id: string, recipe: Pick<ResolvedRecipe, 'train'>): Precision =>
  trainBlock(recipe, trainedAs(id, recipe)).precision;

/**
 * Refuses bfloat16 where nothing computes in it, and says where it gains nothing.
 * @throws IchorError `precision-unsupported` (exit 2).
 */
export function assertPrecision(
  instances: readonly Instance[],
  recipe: ResolvedRecipe,
  engine: DescribedEngine,
  modes: ReadonlyMap<string, EngineMode>,
  emit: Emit,
): void {
  const half = instances.filter(({ id, stage }) => stage.engine && precisionOf(id, recipe) === 'bfloat16');
  const [eager] = half.filter(({ id }) => modes.get(id) !== 'graph');
  if (eager !== undefined) {
    throw new IchorError(
      'precision-unsupported',
      `${eager.id} asks for bfloat16, and ${engine.kind === 'native' ? 'its steps run eagerly' : `the engine ${engine.kind} runs it`}: only compiled steps of the native engine compute in it.`,
      `Set train.${trainKey(trainedAs(eager.id, recipe))}.precision to float32${engine.kind === 'native' ? ', or leave out --eager' : ', or install the native engine: `ichor engine install`'}.`,
      2,
    );
  }
  if (half.length > 0 && !bfloat16Gains()) {
    emit({ type: 'note', level: 'warning', code: 'precision-slow', ...PRECISION_SLOW });
  }
}

export const PRECISION_SLOW = {
  message:
    'This processor has no instructions for bfloat16 (AMX or AVX512_BF16): TensorFlow computes in float32 here all the same, under the keys of bfloat16.',
  hint: 'Leave train.backbone.precision and train.sequence.precision at float32 on this machine.',
};
