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

/**
 * The known paths that were probably meant: those that end in the same word, the nearest first, or one that is spelt
 * nearly so.
 */
export function nearestPaths(path: string, known: readonly string[]): string[] {
  const last = (text: string): string => reduce(/[^.[\]]+(?=\]?$)/.exec(text)?.[0] ?? text);
  const word = last(path);
  const ending = known.filter((one) => last(one) === word);
  if (ending.length > 0 && ending.length <= 6) {
    const far = (one: string) => distance(one.toLowerCase(), path.toLowerCase());
    const least = Math.min(...ending.map(far));
    // A bare word does not say which of them it means.
    const alike = /[.[]/.test(path) ? ending.filter((one) => far(one) === least) : ending;
    return alike.sort((a, b) => far(a) - far(b)).slice(0, 3);
  }
  const near = nearest(path, known);
  return near === null ? [] : [near];
}
