import { formatPath, type Path } from '../../values/path.ts';
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

/** The value itself is no part of it. */
export const trackerSecret = (place: Place, path: Path): Diagnostic =>
  finding(
    'error',
    'tracker-secret',
    place,
    path,
    `${formatPath(path)} has a user or a password in its address, and what a recipe states is kept with every run of it, and shown on its page.`,
    'Write the address without them; a tracker takes them from the environment (mlflow: MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD).',
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
