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
