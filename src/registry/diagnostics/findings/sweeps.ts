import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nearestPaths } from '../nearest.ts';
import { either, finding } from './finding.ts';

export const isSweep = (place: Place, points: number): Diagnostic =>
  finding(
    'error',
    'is-sweep',
    place,
    ['sweep'],
    `This recipe is a sweep of ${points === 1 ? '1 point' : `${points} points`}, and not one recipe.`,
    'Run all of them with: ichor sweep RECIPE',
  );

export const noSweep = (place: Place): Diagnostic =>
  finding(
    'error',
    'no-sweep',
    place,
    [],
    'This recipe has no sweep.',
    'Name what to try: sweep: { grid: { sequence.layers: [1, 2, 3] }, repeats: 5 }; or run it with: ichor run RECIPE',
  );

/** `known`: the paths that the recipe has, to find the nearest. */
export function pathUnknown(
  place: Place,
  path: Path,
  stated: string,
  unknown: string,
  known: readonly string[],
): Diagnostic {
  const near = nearestPaths(stated, known);
  const what = unknown === stated ? '' : `: ${unknown} is not known`;
  return finding(
    'error',
    'set-path',
    place,
    path,
    `Nothing can be set at ${stated}${what}.`,
    near.length > 0 ? `Did you mean ${either(near)}?` : 'ichor explain RECIPE shows every path of a recipe.',
  );
}

export const sweepPath = (place: Place, path: Path, text: string): Diagnostic =>
  finding(
    'error',
    'sweep-path',
    place,
    path,
    `${JSON.stringify(text)} is no path.`,
    'A key of grid and of pairs is a path as in --set: sequence.layers, or augment[0].probability.',
  );

export const sweepNested = (place: Place, path: Path, meant: string): Diagnostic =>
  finding(
    'error',
    'sweep-path',
    place,
    path,
    `${String(path.at(-1))} is a block, and a sweep names paths with lists of values.`,
    `Write the whole path: { ${meant}: [ … ] }`,
  );

export const sweepTwice = (place: Place, path: Path, text: string, other: string): Diagnostic =>
  finding(
    'error',
    'sweep-twice',
    place,
    path,
    text === other
      ? `${text} stands twice in this sweep.`
      : `This sweep tries ${text} and ${other}, and one lies within the other: its values would be replaced.`,
    'Delete one of the two.',
  );

export const sweepShadowed = (place: Place, path: Path, text: string, argument: string): Diagnostic =>
  finding(
    'error',
    'sweep-shadowed',
    place,
    path,
    `This sweep tries ${text}, and --set ${argument} would replace all of its values.`,
    'Leave the option out, or take the path out of the sweep.',
  );

/** `set` of a table's row, on a path that its sweep tries. */
export const rowShadowed = (place: Place, path: Path, text: string, axis: string): Diagnostic =>
  finding(
    'error',
    'sweep-shadowed',
    place,
    path,
    `The sweep of this row tries ${axis}, and its values would replace what the row sets for ${text}.`,
    `Take ${text} out of set, or ${axis} out of the sweep.`,
  );

export const sweepLengths = (
  place: Place,
  path: Path,
  odd: { text: string; values: readonly unknown[] },
  first: { text: string; values: readonly unknown[] },
): Diagnostic =>
  finding(
    'error',
    'sweep-lengths',
    place,
    path,
    `Lists of pairs are of one length: ${first.text} has ${first.values.length}, ${odd.text} has ${odd.values.length}.`,
    'Make them equal, or move one of them to grid.',
  );

export const sweepSeed = (place: Place, path: Path, other: string): Diagnostic =>
  finding(
    'error',
    'sweep-seed',
    place,
    path,
    `Seeds come from one place: ${String(path.at(-1))} stands beside ${other}.`,
    'Keep one of them: repeats: 5, or seeds: [10, 11, 12].',
  );

export const sweepEmpty = (place: Place): Diagnostic =>
  finding(
    'error',
    'sweep-empty',
    place,
    ['sweep'],
    'This sweep tries nothing.',
    'Name values, or repeats: sweep: { grid: { sequence.layers: [1, 2, 3] }, repeats: 5 }',
  );

export const sweepTooLarge = (place: Place, count: number, most: number): Diagnostic =>
  finding(
    'error',
    'sweep-too-large',
    place,
    ['sweep'],
    `A sweep has at most ${most.toLocaleString('en-GB')} points, and this one has ${count.toLocaleString('en-GB')}.`,
    'Try fewer values, or put lists that belong together under pairs.',
  );

export const sweepPointTwice = (place: Place, values: unknown): Diagnostic =>
  finding(
    'error',
    'sweep-twice',
    place,
    ['sweep'],
    `This sweep names a point twice: ${JSON.stringify(values)}.`,
    'Delete the value that stands twice in a list; to repeat a point, use repeats.',
  );

/** Other values, and the same recipe: a default that is stated, or a bare name of the type that stands below. */
export const sweepPointsAlike = (place: Place, one: unknown, other: unknown): Diagnostic =>
  finding(
    'error',
    'sweep-twice',
    place,
    ['sweep'],
    `Two points of this sweep are one recipe: ${JSON.stringify(one)} and ${JSON.stringify(other)}.`,
    'Delete one of them, or state what is to differ: a bare name of the type that the recipe states keeps the parameters stated there ({ type: NAME, PARAMETER: … }).',
  );
