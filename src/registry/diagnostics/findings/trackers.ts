import type { Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { finding } from './finding.ts';

export const trackerTwice = (place: Place, path: Path, name: string, first: number): Diagnostic =>
  finding(
    'error',
    'tracker-twice',
    place,
    path,
    `${name} stands in tracking twice, at tracking[${first}] as well.`,
    'Keep one of them: what a tracker keeps of a run goes by its name.',
  );

export const trackValue = (place: Place, argument: string, name: string): Diagnostic =>
  finding(
    'error',
    'track-value',
    place,
    ['tracking'],
    `--track ${argument} gives ${name} a value, and that takes none.`,
    `Say --track ${name}; parameters stand in the recipe: tracking: [{ type: ${name}, … }]`,
  );
