import { formatPath, type Path } from '../../values/path.ts';
import type { Place } from '../../values/value.ts';
import type { Diagnostic } from '../diagnostic.ts';
import { hidePasswords } from '../hide-passwords.ts';
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
    `${formatPath(path)} has a user, a password, or what stands behind a ? or # in its address, and what a recipe states is kept with every run of it, and shown on its page.`,
    'Write host, port and path alone; a tracker takes who asks from the environment (mlflow: MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD).',
  );

/** @param why as a clause, without the address itself */
export const trackerAddress = (place: Place, path: Path, why: string): Diagnostic =>
  finding(
    'error',
    'tracker-address',
    place,
    path,
    `${formatPath(path)} is no address of a server: it ${why}.`,
    'Write it whole: http://localhost:5000. Folders, databases and other services are none that it speaks to.',
  );

export const trackValue = (place: Place, argument: string, name: string): Diagnostic =>
  finding(
    'error',
    'track-value',
    place,
    ['tracking'],
    `--track ${hidePasswords(argument)} gives ${name} a value, and that takes none.`,
    `Say --track ${name}; parameters stand in the recipe: tracking: [{ type: ${name}, … }]`,
  );
