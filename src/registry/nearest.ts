import { distance } from 'fastest-levenshtein';

/** The known name that was probably meant, or null where none is near (a third of the letters, at least two, may differ). */
export function nearest(name: string, known: Iterable<string>): string | null {
  // A long text is no misspelt name, and the distance costs the product of the lengths.
  if (name.length > 100) return null;
  const reduced = reduce(name);
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of known) {
    const far = reduced === reduce(candidate) ? 0 : distance(name.toLowerCase(), candidate.toLowerCase());
    const allowed = Math.max(Math.min(2, candidate.length - 2), Math.floor(candidate.length / 3));
    if (far <= allowed && far < bestDistance) {
      best = candidate;
      bestDistance = far;
    }
  }
  return best;
}

/** `learning-rate`, `learning_rate` and `LearningRate` are one word. */
const reduce = (name: string): string => name.toLowerCase().replaceAll(/[-_\s]/g, '');

/** One word in two spellings: `learning_rate` and `learningRate`. */
export const isSameWord = (a: string, b: string): boolean => reduce(a) === reduce(b);

/** The known path that was probably meant: a near one, or the only one that ends in the same word. */
export function nearestPath(path: string, known: readonly string[]): string | null {
  const near = nearest(path, known);
  if (near !== null) return near;
  const last = (text: string): string => reduce(/[^.[\]]+(?=\]?$)/.exec(text)?.[0] ?? text);
  const word = last(path);
  const ending = known.filter((one) => last(one) === word);
  return ending.length > 0 && ending.length <= 4 ? (ending[0] ?? null) : null;
}
