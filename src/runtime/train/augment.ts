import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs';
import { stream } from '../../random.ts';
import type { AugmentedChannel, Matrix } from '../../registry/kinds/augmentation.ts';
import type { Engine, HostTensor, HostTensors, Tensors } from '../engine/engine.ts';
import { compose, IDENTITY } from '../images/matrix.ts';
import type { Chosen } from './components.ts';

/** What a training batch's images go through: drawn here for each slice and epoch, applied on the engine. */
export interface Augmentations {
  /**
   * The drawn numbers of these slices: part of the batch. Each slice draws from a stream of its own, and where it came in
   * this epoch before (`turns`: how often; absent: never) from another one.
   */
  draw(slices: readonly string[], epoch: number, turns?: readonly number[]): HostTensors;
  /** `[batch, size, size, channels]` in 0..255 -> the same shape. Reads nothing of the batch but what `draw` put there. */
  apply(engine: Pick<Engine, 'tf' | 'ops'>, images: Tensor, batch: Tensors): Tensor;
}

const MATRICES = 'augment/matrices';
const drawnName = (place: number) => `augment/${place}/drawn`;
const appliedName = (place: number) => `augment/${place}/applied`;

/**
 * All augmentations of a recipe. Those of geometry become ONE warp for each image, so that pixels are interpolated
 * once; it stands where the first of them does, those of pixels stand in their order before and after it. `channels`
 * absent: no window has a margin.
 */
export function augmentations(
  chosen: readonly Chosen<'augmentation'>[],
  { seed, size, channels }: { seed: number; size: number; channels?: readonly AugmentedChannel[] },
): Augmentations {
  const geometry = chosen.map(({ component, params }) => component.contract(params).changes === 'geometry');
  const firstGeometry = geometry.indexOf(true);

  const draw: Augmentations['draw'] = (slices, epoch, turns) => {
    const matrices = new Float32Array(slices.length * 6);
    const drawn = chosen.map(() => [] as (readonly number[])[]);
    const applied = chosen.map(() => new Float32Array(slices.length));
    slices.forEach((slice, row) => {
      const turn = turns?.[row] ?? 0;
      const random = stream(seed, 'augment', epoch, slice, ...(turn === 0 ? [] : [turn]));
      let matrix: Matrix = IDENTITY;
      chosen.forEach(({ component, params }, place) => {
        const changed = random.chance(params.probability);
        if (component.matrix) {
          if (changed) matrix = compose(matrix, component.matrix(params, random, size));
          return;
        }
        drawn[place]?.push(component.pixels?.draw(params, random) ?? []);
        (applied[place] as Float32Array)[row] = changed ? 1 : 0;
      });
      matrices.set(matrix, row * 6);
    });
    const tensors: Record<string, HostTensor> = {};
    if (firstGeometry >= 0) tensors[MATRICES] = { shape: [slices.length, 6], dtype: 'float32', data: matrices };
    chosen.forEach((_, place) => {
      if (geometry[place]) return;
      const numbers = drawn[place] ?? [];
      const shape = [slices.length, numbers[0]?.length ?? 0];
      tensors[drawnName(place)] = { shape, dtype: 'float32', data: Float32Array.from(numbers.flat()) };
      tensors[appliedName(place)] = { shape: [slices.length], dtype: 'float32', data: applied[place] as Float32Array };
    });
    return tensors;
  };

  const apply: Augmentations['apply'] = ({ tf, ops }, images, batch) => {
    let result = images;
    const all = channels ?? Array.from({ length: images.shape[3] ?? 0 }, () => ({ shown: [0, 255] as const }));
    chosen.forEach(({ component, params }, place) => {
      if (place === firstGeometry) result = ops.warp(result as Tensor4D, batch[MATRICES] as Tensor2D);
      if (geometry[place] || !component.pixels) return;
      const [drawn, applied] = [batch[drawnName(place)] as Tensor, batch[appliedName(place)] as Tensor];
      result = component.pixels.apply(tf, result, drawn, applied, params, all);
    });
    return result;
  };
  return { draw, apply };
}
