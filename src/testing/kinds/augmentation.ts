import type { Tensor } from '@tensorflow/tfjs';
import { stream } from '../../random.ts';
import type { AugmentedChannel, Matrix } from '../../registry/kinds/augmentation.ts';
import { type Case, eachCase } from '../boundaries.ts';
import type { Report } from '../findings.ts';
import { checkRepeats, checkShape } from '../network-run.ts';
import { paramsOf, type Subject } from '../subject.ts';
import { distance, outside, same, shown } from '../words.ts';

const SIZES = [16, 64, 225];
const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
const random = (seed: number) => stream(seed, 'ichor/testing');

/** Least share of an image that has to come from inside of it, on average over draws: a mirror misplaced has next to none. */
const INSIDE = 0.25;

export async function checkAugmentation(subject: Subject<'augmentation'>): Promise<void> {
  const { component, findings, base, boundaries } = subject;
  const usable = await findings.check('contract', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const { changes, beyondWindow = 0 } = component.contract(paramsOf(at));
      if (!(beyondWindow >= 0))
        problem(`its contract says beyondWindow: ${shown(beyondWindow)} with ${at.words}; it is a share, 0 or more.`);
      const has = component.matrix ? 'geometry' : 'pixels';
      if (component.matrix && component.pixels) {
        problem('it has both `matrix` and `pixels`; make two augmentations of it, each with one.');
      } else if (!component.matrix && !component.pixels) {
        problem('it has neither `matrix` (geometry) nor `pixels`; write one of them.');
      } else if (changes !== has) {
        problem(
          `its contract says that it changes ${shown(changes)} with ${at.words}, and it has \`${component.matrix ? 'matrix' : 'pixels'}\`; say changes: '${has}'.`,
        );
      }
    });
  });
  if (!usable) return;
  if (component.matrix) await checkMatrix(subject);
  else await checkPixels(subject);
}

// ---------------------------------------------------------------- geometry

async function checkMatrix({ component, findings, base, boundaries }: Subject<'augmentation'>): Promise<void> {
  const draw = (at: Case, seed: number, size: number): Matrix => component.matrix!(paramsOf(at), random(seed), size);
  const valid = await findings.check('matrix', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      for (const size of SIZES) for (const seed of SEEDS) validMatrix(draw(at, seed, size), at, size, problem);
    });
  });
  if (!valid) return;
  await findings.check('matrix: inside of the image', (problem) => {
    for (const size of SIZES) {
      const share = SEEDS.reduce((sum, seed) => sum + insideShare(draw(base, seed, size), size), 0) / SEEDS.length;
      if (share >= INSIDE) continue;
      problem(
        `of images of ${size} px, ${shown(Math.round(share * 100))} % of the output comes from inside of the input; the matrix leads from the OUTPUT pixel (x, y) to the INPUT pixel (a x + b y + c, d x + e y + f), in pixels, origin at the top left, so a mirror needs c = size - 1.`,
      );
    }
  });
  await findings.check('determinism', (problem) => {
    for (const seed of SEEDS) checkRepeats(problem, draw(base, seed, 64), draw(base, seed, 64));
  });
}

function validMatrix(matrix: Matrix, at: Case, size: number, problem: Report): void {
  if (!Array.isArray(matrix) || matrix.length !== 6) {
    problem(`matrix gives ${shown(matrix)} with ${at.words}; it must give six numbers [a, b, c, d, e, f].`);
    return;
  }
  const bad = outside(matrix);
  if (bad !== undefined) {
    problem(`matrix gives ${shown(bad)} among its numbers with ${at.words}, size ${size}; each must be finite.`);
    return;
  }
  const [a, b, , d, e] = matrix as Matrix;
  if (Math.abs(a * e - b * d) < 1e-6) {
    problem(
      `matrix gives ${shown(matrix)} with ${at.words}, which shrinks the image to a line or a point; a e - b d must not be 0.`,
    );
  }
}

function insideShare([a, b, c, d, e, f]: Matrix, size: number): number {
  let inside = 0;
  const cells = 8;
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      const [x, y] = [(i * (size - 1)) / (cells - 1), (j * (size - 1)) / (cells - 1)];
      const [fromX, fromY] = [a * x + b * y + c, d * x + e * y + f];
      if (fromX >= -0.5 && fromX <= size - 0.5 && fromY >= -0.5 && fromY <= size - 0.5) inside += 1;
    }
  }
  return inside / cells ** 2;
}

// ---------------------------------------------------------------- pixels

const SIZE = 12;

async function checkPixels({ component, findings, base, boundaries, bench }: Subject<'augmentation'>): Promise<void> {
  const { draw, apply } = component.pixels!;
  if (typeof draw !== 'function' || typeof apply !== 'function') {
    await findings.check('pixels', (problem) => problem('`pixels` needs two functions, draw and apply.'));
    return;
  }
  const numbers = (at: Case, seed: number) => component.pixels!.draw(paramsOf(at), random(seed));
  const drawable = await findings.check('draw', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      const counts = new Set(SEEDS.map((seed) => numbers(at, seed).length));
      if (counts.size > 1) {
        problem(
          `draw gives ${[...counts].join(' or ')} numbers with ${at.words}; it must give as many each time, whatever it draws.`,
        );
      }
      for (const seed of SEEDS) {
        const bad = outside(numbers(at, seed));
        if (bad === undefined) continue;
        problem(`draw gives ${shown(bad)} with ${at.words}; each number must be finite.`);
      }
    });
  });
  await findings.check('determinism', (problem) => {
    for (const seed of SEEDS) checkRepeats(problem, numbers(base, seed), numbers(base, seed));
  });
  if (!drawable) return;
  const on = await bench();

  /** The images that come out, by image: `seeds` one an image, `applied` 0 or 1. */
  const run = (
    problem: Report,
    at: Case,
    channels: number,
    seeds: readonly number[],
    applied: readonly number[],
    input = greys,
  ) => {
    const rows = seeds.map((seed) => numbers(at, seed));
    const shape: [number, number, number, number] = [seeds.length, SIZE, SIZE, channels];
    return on.use(problem, (call) => {
      const images = on.tf.tensor4d(
        seeds.flatMap((seed) => input(seed, channels)),
        shape,
      );
      const drawn = on.tf.tensor2d(rows.flat() as number[], [seeds.length, rows[0]!.length]);
      const flags = on.tf.tensor1d([...applied]);
      const output = call(() =>
        component.pixels!.apply(on.tf, images, drawn, flags, paramsOf(at), channelsOf(channels)),
      ) as Tensor;
      if (images.isDisposed || drawn.isDisposed || flags.isDisposed) {
        problem('apply disposes of what it was given; leave that to the runtime.');
        return null;
      }
      if (!checkShape(problem, output.shape, shape, 'what apply gives')) return null;
      if (output.dtype !== 'float32') problem(`apply gives ${output.dtype}; it must give float32.`);
      const values = output.dataSync();
      const each = SIZE * SIZE * channels;
      return seeds.map((_, i) => Float32Array.from(values.slice(i * each, (i + 1) * each)));
    });
  };
  const seeds = SEEDS.slice(0, 6);
  const all = seeds.map(() => 1);
  await findings.check('apply: range', (problem) => {
    eachCase([base, ...boundaries], problem, (at, problem) => {
      for (const channels of [1, 3]) {
        for (const image of run(problem, at, channels, seeds, all) ?? []) {
          const bad = outside(image, 0, 255);
          if (bad === undefined) continue;
          problem(`apply gives ${shown(bad)} with ${at.words}; clip what it returns to 0..255.`);
          break;
        }
      }
    });
  });
  await findings.check('apply: only images that were drawn', (problem) => {
    const made = run(
      problem,
      base,
      3,
      seeds,
      seeds.map((_, i) => i % 2),
    );
    if (!made) return;
    made.forEach((image, i) => {
      const changed = !same(image, Float32Array.from(greys(seeds[i]!, 3)));
      if (i % 2 === 0 && changed)
        problem(
          'an image whose `applied` is 0 is changed; give it back as it is (tf.where on `applied`, or a factor of 0).',
        );
    });
    const moved = made.some((image, i) => i % 2 === 1 && !same(image, Float32Array.from(greys(seeds[i]!, 3))));
    if (!moved) problem('no image whose `applied` is 1 is changed with its defaults; use the numbers that were drawn.');
  });
  await findings.check('apply: each image by itself', (problem) => {
    const together = run(problem, base, 2, seeds, all);
    if (!together) return;
    seeds.forEach((seed, i) => {
      const alone = run(problem, base, 2, [seed], [1])?.[0];
      if (alone && distance(alone, together[i]!) > 0.01) {
        problem(
          'an image comes out another way beside others than alone; take no statistics over the batch, and use row i of `drawn` for image i.',
        );
      }
    });
  });
  await findings.check('apply: determinism', (problem) => {
    const [first, second] = [run(problem, base, 1, seeds, all), run(problem, base, 1, seeds, all)];
    seeds.forEach((_, i) => {
      if (first && second) checkRepeats(problem, first[i]!, second[i]!);
    });
  });
}

/** The first shown whole, the others with a margin. */
const channelsOf = (count: number): AugmentedChannel[] =>
  Array.from({ length: count }, (_, channel) => ({ shown: channel === 0 ? [0, 255] : [51, 204] }));

/** Every grey from black to white, whole numbers as shards hold them, in another order for each image. */
function greys(seed: number, channels: number): number[] {
  return Array.from({ length: SIZE * SIZE * channels }, (_, i) => (i * 7 + seed * 31) % 256);
}
