import { createHash } from 'node:crypto';

/** A stream of random numbers of its own: drawing from it moves no other stream. */
export interface Random {
  /** Uniform in [0, 1), 32 bits. */
  uniform(): number;
  /** Uniform in [low, high). */
  between(low: number, high: number): number;
  /** Standard normal (Box-Muller). */
  normal(): number;
  /** Uniform integer in 0..n-1. */
  integer(n: number): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A new array in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
}

/** 128 bits that depend on every part: the seed of a stream. Parts are joined so that no two lists collide. */
export function seedOf(seed: number, purpose: string, ...parts: readonly (string | number)[]): Uint32Array {
  const text = JSON.stringify([seed, purpose, ...parts]);
  const digest = createHash('sha256').update(text).digest();
  return Uint32Array.from([0, 4, 8, 12].map((offset) => digest.readUInt32LE(offset)));
}

/**
 * The stream of one purpose, say `stream(recipe.seed, 'augment', epoch, slice)`.
 * Streams depend on nothing but their arguments, so neither order nor number of workers changes a result.
 */
export function stream(seed: number, purpose: string, ...parts: readonly (string | number)[]): Random {
  return randomFrom(seedOf(seed, purpose, ...parts));
}

/** sfc32 (Chris Doty-Humphrey, PractRand): 128 bits of state, passes BigCrush. */
function randomFrom(seed: Uint32Array): Random {
  let [a, b, c, counter] = seed as unknown as [number, number, number, number];
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (c << 21) | (c >>> 11);
    c = (c + sum) | 0;
    return sum >>> 0;
  };
  for (let i = 0; i < 12; i++) next();
  const uniform = () => next() / 4294967296;
  let spare: number | undefined;
  const random: Random = {
    uniform,
    between: (low, high) => low + (high - low) * uniform(),
    integer: (n) => Math.floor(uniform() * n),
    chance: (probability) => uniform() < probability,
    normal() {
      if (spare !== undefined) {
        const value = spare;
        spare = undefined;
        return value;
      }
      const radius = Math.sqrt(-2 * Math.log(1 - uniform()));
      const angle = 2 * Math.PI * uniform();
      spare = radius * Math.sin(angle);
      return radius * Math.cos(angle);
    },
    shuffle(items) {
      const result = [...items];
      for (let i = result.length - 1; i > 0; i--) {
        const j = random.integer(i + 1);
        [result[i], result[j]] = [result[j] as (typeof result)[number], result[i] as (typeof result)[number]];
      }
      return result;
    },
  };
  return random;
}
