import { formatPath, type Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { nearestPaths } from '../nearest.ts';
import { finding, show } from './finding.ts';

export const referenceForm = (place: Place, path: Path, text: string): Diagnostic =>
  finding(
    'error',
    'reference-form',
    place,
    path,
    `${show(text)} is no reference.`,
    'A reference is a whole value, and names a path of the recipe: "${sequence.cells}". Nothing is computed, and nothing is read from the environment.',
  );

export function referenceMissing(place: Place, path: Path, target: string, known: readonly string[]): Diagnostic {
  const [near] = nearestPaths(target, known);
  return finding(
    'error',
    'reference-missing',
    place,
    path,
    `The recipe has no value at ${target}.`,
    near ? `Did you mean \${${near}}?` : 'A reference names a path from the top of the recipe: train.backbone.epochs.',
  );
}

export const referenceChanged = (place: Place, path: Path, reference: string): Diagnostic =>
  finding(
    'error',
    'reference-changed',
    place,
    path,
    `${formatPath(path)} is the reference ${reference} below, and a part of what it leads to cannot be changed here.`,
    'State the whole block, with its type, or change the value that the reference names.',
  );

export const referenceCycle = (place: Place, path: Path, chain: readonly string[]): Diagnostic =>
  finding(
    'error',
    'reference-cycle',
    place,
    path,
    `References lead in a circle: ${chain.join(' -> ')}.`,
    'Write the value at one of these places.',
  );

export const referenceForbidden = (place: Place, path: Path, key: string): Diagnostic =>
  finding(
    'error',
    'reference-forbidden',
    place,
    path,
    `${key} cannot be a reference: it is read before references are followed.`,
    'Write the value itself.',
  );

export const referencesTooMany = (place: Place, path: Path, limit: number): Diagnostic =>
  finding(
    'error',
    'too-many-values',
    place,
    path,
    `A recipe has at most ${limit} values, and this one has more once its references are followed.`,
    'Do not build large values of references to large values.',
  );
